// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sso/admin_portal/preview_view.h"
#include "sso/admin_portal/setup_view.h"
#include "sso/error.h"
#include "sso/runtime.h"
#include "sso/sso_module.h"
#include "sso/storage.h"
#include "sso/tenants.h"

/// The settings page "Single sign-on" of an application, without its layout: links into Scalekit's admin portal, the
/// state of the setup, the switch. docs/EMBEDDING.md walks through it.
///
///   POST /settings/sso/portal-link  ─▶ AdminPortal::freshLink  ─▶ {location, expire_time}    once, within a minute
///   GET  /settings/sso, .../status  ─▶ AdminPortal::look       ─▶ SetupView                  read afresh
///   GET  /settings/sso/required     ─▶ AdminPortal::preview    ─▶ PreviewView                who would be affected
///   POST /settings/sso/mode         ─▶ AdminPortal::switchMode ─▶ obstacles, or done
namespace sso::admin_portal {

/// Who asks. The host vouches for all of it: signed in now, owner or admin of this very tenant, which comes from the
/// session and never from the request (SEC-AP-01), and for a change that the request is its own form's (SEC-AP-02).
struct Administrator {
  Tenant tenant = {};
  /// accountId is required: limits and audit trail go by it. Or setupLinkId alone, for somebody without an account who
  /// came by a link that SetupLinks::open has just let in (setup_links.h): they may look and set up, not switch.
  Actor actor = {};
  std::optional<SignInThrough> signIn = std::nullopt;  ///< the single sign-on that opened this session
};

/// A way into the admin portal. location is a bearer secret: send it to this administrator's browser in an answer that
/// is not stored, and nowhere else (SEC-AP-12).
struct FreshLink {
  Secret location = {};
  std::string organizationId = {};  ///< Scalekit's, that the portal's events will name
  TimePoint expireTime = {};
};

/// Error(kRateLimited) with the time to wait, for Retry-After.
class TooManyLinks : public Error {
 public:
  explicit TooManyLinks(std::chrono::seconds wait);
  std::chrono::seconds retryAfter() const { return wait_; }

 private:
  std::chrono::seconds wait_;
};

struct Options {
  std::string settingsPath = "/settings/sso";  ///< where a sign-in that was begun on the page comes back to
  /// A page of the application where owners name who keeps a password for emergencies; empty: none, and the page says
  /// whom to ask.
  std::string emergencyPath = {};
  /// A page of the application that shows what `preview` says and holds the switch to "required", which nobody can
  /// make who was not shown it (ModeObstacle::kPreviewNotSeen); empty: the settings page offers no such switch.
  std::string previewPath = {};
  /// feature::... of the portal's tabs; none: whatever is switched on for the organization, which shows domains, too
  /// (Scalekit's list of names for this parameter has none for them, CONTRACT.md 5.1).
  std::vector<std::string> features = {};
  // Bursts, refilled over a minute. A person opens the portal a few times; a loop in a script does not get far.
  double linksPerAccount = 20, linksPerTenant = 40;
  double looksPerAccount = 60;
};

struct Dependencies {
  std::shared_ptr<const SsoModule> module = {};  ///< Required.
  std::shared_ptr<Storage> storage = {};         ///< Required: the module's own.
  std::shared_ptr<Clock> clock = nullptr;        ///< null: the system's
  std::shared_ptr<LogSink> log = nullptr;        ///< null: the module's default sink
};

class LinkLimits;

/// Thread-safe. Limits are counted in this process: behind n instances they are n times as high at most. Errors of all:
/// Error(kInvalidRequest) for an administrator without tenant or account, Error(kStorage), and as named.
class AdminPortal {
 public:
  explicit AdminPortal(Dependencies dependencies, Options options = {});
  ~AdminPortal();

  /// A fresh link, single use, one minute. Ties the tenant to a Scalekit organization on first need. Audited
  /// (sso.portal.link_created) with a hash of the link's id alone; without that event there is no link. Throws
  /// TooManyLinks, Error(kUpstreamUnavailable | kUpstreamRejected), scalekit::ApiError.
  FreshLink freshLink(const Administrator& who) const;

  /// Looks at Scalekit and describes what is there; takes over what changed (Tenants::refresh). Never fails because of
  /// Scalekit: then, or when asked too often, the view is what is stored here and says so. A tenant that is not tied
  /// stays so: looking creates nothing.
  SetupView look(const Administrator& who) const;

  /// What "required" would mean for each member, judged by the login's own rules (Tenants::preview), through the
  /// connection that this session came in through, or else the first that is switched on. Counts as a look. Never fails
  /// because of Scalekit: then the view says so and holds nothing else.
  PreviewView preview(const Administrator& who) const;

  /// Tenants::switchMode for this administrator. previewDigest: for "required", that of the PreviewView on the page
  /// that was sent, as its form brings it back. With kPreviewNotSeen among the obstacles show the preview again.
  ModeOutcome switchMode(const Administrator& who, SsoMode mode, const std::string& previewDigest = {}) const;

  /// The origin of the portal's pages and events: the Scalekit environment's.
  const std::string& frameOrigin() const { return frameOrigin_; }

 private:
  void record(const Administrator& who, const std::string& organizationId, const std::string& linkId) const;
  SetupView liveView(const Administrator& who, const SsoSetup& setup) const;
  SetupView storedView(const Organization& organization, std::string problem) const;

  Dependencies parts_;
  Options options_;
  std::string frameOrigin_;
  std::unique_ptr<LinkLimits> limits_;
};

}  // namespace sso::admin_portal
