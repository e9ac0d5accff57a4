// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sso/host_adapter.h"
#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"
#include "sso/storage.h"

namespace sso {
class AccessRequests;
class DecisionReview;
class Dormancy;
class IdentityLinks;
class Invitations;
class SetupLinks;
class Tenants;
namespace scalekit {
class Client;
}
}  // namespace sso

namespace Poco::Net {
class HTTPRequestHandler;
class HTTPServerRequest;
}  // namespace Poco::Net

/// Single sign-on behind one object. A login is one straight line:
///
///   GET /sso/login     LoginFlow::begin     -> sealed transaction in a cookie, 302 to Scalekit
///   GET /sso/callback  LoginFlow::complete  -> transaction opened and used up, code exchanged, ID token verified,
///                                              policy decided, account + identity + audit + session in one commit, 302
namespace sso {

/// What the module is built from; a null part gets its production default.
struct SsoDependencies {
  std::shared_ptr<HostAdapter> host = {};              ///< Required.
  std::shared_ptr<Storage> storage = {};               ///< Required; usually sso::db::openStorage(url).
  std::shared_ptr<HttpTransport> transport = nullptr;  ///< PocoTransport: certificates and host names verified.
  std::shared_ptr<Clock> clock = nullptr;
  std::shared_ptr<RandomSource> random = nullptr;
  std::shared_ptr<LogSink> log = nullptr;
};

/// How an address signs in.
struct SignInRoute {
  bool sso = false;  ///< send this person to loginPath?email=...
  bool passwordAllowed =
      true;  ///< false: the organization requires single sign-on (break-glass accounts excepted by the host)
  std::string organizationId = {};  ///< empty when sso is false
  /// The one connection of the organization that serves the address's domain, as Scalekit lists them. Empty: none does
  /// by itself, or nobody asked: Scalekit could not be, or single sign-on is required, where this answer waits for
  /// nothing. loginPath?email=... finds the connection in any case; where none is named Scalekit chooses.
  std::string connectionId = {};
};

/// A login that waits for the account's owner to prove that it is theirs (JIT.md rows 6 and 18 of SEC-MP).
struct PendingLink {
  std::string accountId = {};  ///< the account that must be proven
  /// Its canonical address, to show; "a***@home.example" where the identity provider did not assert it itself
  std::string email = {};
  std::string organizationName = {};  ///< the organization whose sign-in is to be connected, to show
  bool byMail = false;                ///< a link to the account's address proves it, too (newEmailProof)
};

/// A login that waits for a one-time link to come back from an address: to confirm it (JIT.md rows 4 and 7), or in
/// place of the password of an existing account (part 4).
struct PendingEmailProof {
  std::string email = {};             ///< where the link goes, to show; as PendingLink::email
  std::string organizationName = {};  ///< whose sign-in it was, to show
  bool sent = false;                  ///< a link was mailed
  bool maySend = false;               ///< another one may be: three of them for a login
};

/// What to mail, now: a link to emailProofPath with the token behind `#`. Only the newest of a login counts.
struct EmailProofMail {
  std::string email = {};
  Secret token = {};  ///< 43 characters; in the mail alone, never in a log
  std::string organizationName = {};
  Cookie cookie = {};  ///< to set with the answer, whether or not the mail could be sent
  static constexpr std::chrono::minutes kLifetime{30};  ///< since the person signed in
};

/// A login that waits because the browser holds a session of another account, until the person says which one to keep.
struct PendingSwitch {
  std::string email = {}, displayName = {};  ///< who would be signed in, to show; either may be empty
  std::string organizationName = {};         ///< whose sign-in it was, to show
};

/// Is everything there that a login needs?
struct Readiness {
  bool ready = false;
  bool storage = false, keys = false;  ///< database answers; Scalekit's signing keys are at hand
};

/// Where a login is to go. At most one selector is used, in the order of CONTRACT.md 2.4; none is refused.
struct LoginRequest {
  std::string connectionId = {}, organizationId = {}, domain = {}, email = {};
  std::string returnTo = {};  ///< path of ours, checked; anything else becomes afterLoginPath
  /// Step-up: ask the identity provider to authenticate the person again (prompt=login; OpenID Connect Core 3.1.2.1).
  /// What came of it: SessionStart::reauthentication.
  bool reauthenticate = false;
  /// Step-up, milder: an authentication of longer ago than this will not do (max_age; OpenID Connect Core 3.1.2.1); 0 s
  /// to 24 h. What came of it: the same.
  std::optional<std::chrono::seconds> maxAge = std::nullopt;
};

/// Immutable after create(); thread-safe.
class SsoModule : public std::enable_shared_from_this<SsoModule> {
 public:
  /// Validates the options, wires every part, makes no network call. Throws Error(kConfig) listing all problems.
  static std::shared_ptr<SsoModule> create(SsoOptions options, SsoDependencies dependencies);
  virtual ~SsoModule() = default;

  /// The handler for a path this module owns, else null: the host's own routing continues.
  virtual std::unique_ptr<Poco::Net::HTTPRequestHandler> handlerFor(
      const Poco::Net::HTTPServerRequest& request) const = 0;
  /// The same without a server: nullopt when the path is not the module's. Never throws; errors are answers.
  virtual std::optional<WebResponse> handle(const RequestInfo& request) const = 0;

  /// Decides how this address signs in, and by which connection. Cached: the organization for ten seconds, its
  /// connections for a minute, both until Tenants::refresh or a change on this instance (after that a login asks
  /// Scalekit nothing more). A public mail domain, an unknown or unparseable one gets the password, all alike. Scalekit
  /// being away changes nothing here: the stored organization decides. Throws Error(kStorage).
  virtual SignInRoute routeFor(std::string_view email) const = 0;
  /// The rule for one of the host's tenants, for accounts that are not found by their address. Throws Error(kStorage).
  virtual SignInRoute routeForTenant(std::string_view tenantId) const = 0;

  /// May sessions that this organization's connection opened go on? False once the organization is suspended or
  /// unknown, single sign-on is off, or Scalekit says that the connection is (JIT.md row 17). Scalekit being away ends
  /// nobody's session. Answers are up to a minute old; may ask Scalekit. Throws Error(kStorage).
  virtual bool admits(std::string_view organizationId, std::string_view connectionId) const = 0;

  /// The link that waits in this browser, if any; for the host's page at proofPath.
  virtual std::optional<PendingLink> pendingLink(const RequestInfo& request) const = 0;
  /// Finishes it, once the host has just checked provenAccountId's password on this request (CSRF included). Decides
  /// anew inside the transaction; links only the account that was proven. Answers like the callback: session and
  /// redirect, or an error page.
  virtual WebResponse completeLink(const RequestInfo& request, std::string_view provenAccountId) const = 0;
  /// Forgets it, when the person declines: the cookie to clear.
  virtual Cookie abandonLink() const = 0;

  /// The login that waits in this browser for a link from a mail, if any; for the host's page at emailProofPath, and
  /// for the one at proofPath as another way (PendingLink::byMail). Throws Error(kStorage).
  virtual std::optional<PendingEmailProof> pendingEmailProof(const RequestInfo& request) const = 0;
  /// The next link to mail, once the person has asked for it (CSRF checked). nullopt: nothing waits, or three were
  /// mailed. The host limits how many go to one address. Throws Error(kStorage).
  virtual std::optional<EmailProofMail> newEmailProof(const RequestInfo& request) const = 0;
  /// Finishes the login with the token of the newest mail (CSRF checked). Decides anew; answers like the callback.
  /// nullopt: it is not that token, and the login goes on waiting for it.
  virtual std::optional<WebResponse> completeEmailProof(const RequestInfo& request, std::string_view token) const = 0;
  /// Forgets it, when the person gives up: the cookie to clear.
  virtual Cookie abandonEmailProof() const = 0;

  /// Takes up an invitation: begins a login at its connection, which ends in an account or a membership with the role
  /// that the inviter chose. The host has shown whose it is and checked CSRF. Answers like loginPath; an invitation
  /// that is not live any more is refused.
  virtual WebResponse acceptInvitation(const RequestInfo& request, std::string_view token) const = 0;

  /// The login that waits in this browser for an answer, if any; for the host's page at switchPath. A login that did
  /// not begin on a page of ours never replaces somebody else's live session by itself: a link on another site, through
  /// an identity provider of the attacker's, must not move a visitor to the attacker's account (SEC-CB-19).
  virtual std::optional<PendingSwitch> pendingSwitch(const RequestInfo& request) const = 0;
  /// Finishes it, once the person has agreed on the host's page (CSRF checked). Decides anew; answers like the
  /// callback.
  virtual WebResponse completeSwitch(const RequestInfo& request) const = 0;
  /// Forgets it, when the person stays: the cookie to clear.
  virtual Cookie abandonSwitch() const = 0;

  /// Ends the host's session, and Scalekit's as well when alsoAtScalekit and the host kept the ID token. The host has
  /// checked CSRF.
  virtual WebResponse logout(const RequestInfo& request, bool alsoAtScalekit) const = 0;

  /// Scalekit's management API, over the module's own token and connections: for the host's settings pages. Immutable,
  /// thread-safe, never null; it may outlive the module.
  virtual std::shared_ptr<const scalekit::Client> scalekit() const = 0;
  /// How the host's customers come to single sign-on, for the same pages; lives as long as the module.
  virtual const Tenants& tenants() const = 0;
  /// Who waits for an account where the organization's policy asks for approval; lives as long as the module.
  virtual const AccessRequests& accessRequests() const = 0;
  /// Invitations of people for whom an organization does not speak; lives as long as the module.
  virtual const Invitations& invitations() const = 0;
  /// Which identities are tied to whose account, to look at and to untie; lives as long as the module.
  virtual const IdentityLinks& identityLinks() const = 0;
  /// Accounts that nobody uses (JIT.md row 32): to run, and to start their clock anew; lives as long as the module.
  virtual const Dormancy& dormancy() const = 0;
  /// Links for a customer's IT admin who has no account in the application; lives as long as the module.
  virtual const SetupLinks& setupLinks() const = 0;
  /// Old decisions looked at again, and logins that nobody makes; for operators; lives as long as the module.
  virtual const DecisionReview& decisionReview() const = 0;

  virtual Readiness readiness() const = 0;
  virtual const SsoOptions& options() const = 0;
};

}  // namespace sso
