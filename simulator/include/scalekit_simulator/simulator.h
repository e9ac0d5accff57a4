// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scalekit_simulator/faults.h"

/// A local Scalekit environment: OIDC provider, management API and the IdP simulator page. For tests and
/// demonstrations only. Written from Scalekit's published contract; it shares no code with the library that it tests,
/// so that the two cannot agree by sharing a bug.
///
///     Simulator scalekit;                       // an ephemeral port, the built-in seed
///     scalekit.start();
///     scalekit.addRedirectUri(myServer + "/sso/callback");
///     scalekit.nextLogin("ada@example.com");    // the next authorization request completes without a page
///     ...                                       // drive the application at scalekit.baseUrl()
///     scalekit.addFault({.name = "wrong_key", .count = 1});
namespace scalekit_simulator {

/// A person as the customer's identity provider describes them.
struct Person {
  std::string email;                            ///< Required.
  std::string givenName = {}, familyName = {};  ///< Claims given_name, family_name; empty: absent.
  std::string name = {};                        ///< Claim name; empty: absent, as in the captured tokens.
  std::string subject = {};                     ///< Right part of sub; empty: a UUID made of connection and e-mail.
  std::optional<bool> emailVerified = std::nullopt;               ///< Claim email_verified; absent by default.
  std::optional<std::vector<std::string>> groups = std::nullopt;  ///< Claim groups; absent is not empty.
  std::map<std::string, std::string> attributes = {};  ///< Only those registered in the seed reach the token.
  bool active = true;                                  ///< false: login ends with user_not_active.
};

/// What the simulator has seen since start.
struct Counters {
  std::uint64_t connections = 0;        ///< TCP connections accepted.
  std::uint64_t discoveryRequests = 0;  ///< GET /.well-known/openid-configuration
  std::uint64_t keyRequests = 0;        ///< GET /keys
  std::uint64_t authorizeRequests = 0;  ///< GET /oauth/authorize
  std::uint64_t tokenRequests = 0;      ///< POST /oauth/token
  std::uint64_t apiRequests = 0;        ///< /api/v1/...
};

enum class KeyRotation {
  kOverlap,  ///< A new key signs; the old one stays published for SimulatorOptions::keyOverlap.
  kHard,     ///< A new key signs; the old one is gone at once.
};

struct SimulatorOptions {
  std::string listenHost = "127.0.0.1";  ///< Loopback unless the caller asks for more.
  std::uint16_t port = 0;                ///< 0: any free port.
  std::string baseUrl = {};              ///< What clients see, and the issuer; empty: http(s)://listenHost:port.
  std::string seedJson = {};             ///< Text of a seed file; empty: the built-in seed.
  std::string dataFile = {};             ///< Where state is kept between runs; empty: memory only.
  std::string certificateFile = {};      ///< PEM chain and key, both or neither: https.
  std::string privateKeyFile = {};
  int publishedKeys = 2;               ///< 1 or 2 keys at /keys; the first signs.
  int maxConnections = 192;            ///< Threads; each open connection holds one.
  bool autoLogin = false;              ///< Authorize completes without a page, for login_hint's or the first person.
  bool rememberSessions = false;       ///< An earlier login in the same browser makes the next one silent.
  bool listSecretsOnStartPage = true;  ///< Client secrets are shown on `/` to loopback visitors.
  std::chrono::seconds idTokenLifetime{3600};  ///< CONTRACT.md 12 row 11
  std::chrono::seconds accessTokenLifetime{900};
  std::chrono::seconds machineTokenLifetime{86400};
  std::chrono::seconds codeLifetime{600};
  std::chrono::seconds refreshTokenLifetime{30 * 86400};
  std::chrono::seconds keyOverlap{3600};
  std::function<std::chrono::system_clock::time_point()> clock = {};  ///< Empty: the system clock.
};

/// The simulator's HTTP server and its control panel. Thread-safe between start() and stop().
class Simulator {
 public:
  /// Throws std::invalid_argument naming every problem of the seed or the options. Opens nothing yet.
  explicit Simulator(SimulatorOptions options = {});
  ~Simulator();  ///< Stops.
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  /// Listens and serves on threads of its own. Throws std::runtime_error when the address cannot be had.
  void start();
  /// Ends every connection, hanging ones too, and writes the data file. Repeatable.
  void stop();

  std::string baseUrl() const;       ///< The issuer, without a trailing slash. Known after start() with port 0.
  std::uint16_t port() const;        ///< The port it listens on.
  std::string clientId() const;      ///< The seed's first client.
  std::string clientSecret() const;  ///< Its first secret.

  // What happens next ----------------------------------------------------------------------------------------------
  /// The next authorization request completes without a page, for this person. Several calls queue up.
  void nextLogin(Person person);
  /// The same for somebody of the seed. Throws std::invalid_argument when nobody has that address.
  void nextLogin(const std::string& email);
  /// The next authorization request is answered with this error (any code of CONTRACT.md 2.6).
  void nextError(std::string code, std::string description = {});
  void clearNext();

  // Faults ---------------------------------------------------------------------------------------------------------
  /// Throws std::invalid_argument when the name, the endpoint or the value makes no sense.
  void addFault(const Fault& fault);
  void clearFaults();

  // Environment ----------------------------------------------------------------------------------------------------
  void rotateKeys(KeyRotation how);
  /// Moves the simulator's clock; negative: back. Tokens carry the moved time, and everything expires by it.
  void setClockOffset(std::chrono::seconds offset);
  void addRedirectUri(const std::string& uri);    ///< Of the first client; throws std::invalid_argument (2.5).
  void addPostLogoutUri(const std::string& uri);  ///< The same.
  void setInitiateLoginUri(const std::string& uri);
  void setConnectionEnabled(const std::string& connectionId, bool enabled);
  /// Adds somebody to a connection, or replaces whoever has the same e-mail there.
  void addPerson(const std::string& connectionId, Person person);

  // Observations and raw material for tests ------------------------------------------------------------------------
  Counters counters() const;
  /// The token of CONTRACT.md 3.3, as the redirect of an IdP-initiated login carries it.
  std::string idpInitiatedToken(const std::string& connectionId, const std::string& email,
                                const std::string& relayState = {}) const;
  /// Signs any claims with the current key and the usual header, for tokens that no endpoint would issue.
  std::string signClaims(const std::string& claimsJson) const;

  struct Parts;  ///< Private to the implementation.

 private:
  std::unique_ptr<Parts> parts_;
};

/// The built-in seed, as text: also the documentation of the seed file's format (simulator/README.md).
const std::string& defaultSeedJson();

}  // namespace scalekit_simulator
