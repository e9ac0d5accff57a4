// SPDX-License-Identifier: Apache-2.0
// The only place where the concrete classes meet.
#include "sso/sso_module.h"

#include <Poco/Net/HTTPServerRequest.h>

#include <typeinfo>
#include <utility>

#include "base/bulkhead.h"
#include "base/circuit_breaker.h"
#include "base/time_budget.h"
#include "http/callback_handler.h"
#include "http/initiate_handler.h"
#include "http/login_handler.h"
#include "http/module_handler.h"
#include "http/poco_transport.h"
#include "http/sso_routes.h"
#include "identity/guarded_host.h"
#include "identity/run_unit_of_work.h"
#include "login/login_flow.h"
#include "login/logout_flow.h"
#include "login/sign_in_router.h"
#include "oidc/jwks_cache.h"
#include "oidc/provider_metadata.h"
#include "scalekit/access_token_cache.h"
#include "scalekit/rest_api.h"
#include "sso/access_requests.h"
#include "sso/decision_review.h"
#include "sso/dormancy.h"
#include "sso/error_view.h"
#include "sso/identity_links.h"
#include "sso/invitations.h"
#include "sso/reason.h"
#include "sso/scalekit/client.h"
#include "sso/sealer.h"
#include "sso/setup_links.h"
#include "tenants/decision_reviewer.h"
#include "tenants/migration_check.h"
#include "tenants/mode_preview.h"
#include "tenants/mode_switch.h"
#include "tenants/policy_change.h"
#include "tenants/setup_reader.h"
#include "tenants/tenant_tie.h"

namespace sso {
namespace detail {
namespace {

/// Every part of a module, built in the order in which one needs the other.
struct Wiring {
  Wiring(const SsoOptions& options, SsoDependencies& given) {
    const auto& clock = given.clock;
    const auto bulkhead = std::make_shared<Bulkhead>(options.maxWaiting);
    given.transport = withinBulkhead(std::move(given.transport), bulkhead);
    RetryPlan retries;
    retries.bulkhead = bulkhead;
    metadata = std::make_shared<ProviderMetadata>(given.transport, options, clock, given.log, bulkhead);
    keys = std::make_shared<JwksCache>(given.transport, metadata, clock, given.log, options.requestTimeout, bulkhead);
    auto tokens = std::make_shared<AccessTokenCache>(options, given.transport, metadata, clock, retries);
    auto connections =
        std::make_shared<ConnectionDirectory>(options, given.transport, tokens, clock, given.log, retries);
    auto calls = std::make_shared<const ManagementClient>(options, given.transport, std::move(tokens), clock, retries,
                                                          std::make_shared<CircuitBreaker>(clock));
    scalekit = std::make_shared<const sso::scalekit::Client>(std::make_shared<const RestApi>(std::move(calls)),
                                                             options.environmentUrl);
    auto organizations = std::make_shared<OrganizationCache>(given.storage, clock);
    auto host = std::make_shared<GuardedHost>(given.host);
    auto sealer = std::make_shared<Sealer>(options.secretKeys, given.random);
    auto mapper = std::make_shared<IdentityMapper>(given.storage, host, clock, options.clockSkew, options.maxTokenAge);
    auto oidc = std::make_shared<OidcClient>(options, given.transport, metadata, bulkhead,
                                             std::make_shared<CircuitBreaker>(clock));
    tickets = std::make_shared<LinkTickets>(sealer, options, clock);
    refusals = std::make_shared<Refusals>(host, given.storage, clock, given.log, options);
    router = std::make_shared<SignInRouter>(organizations, connections);
    logout = std::make_shared<LogoutFlow>(host, given.storage, oidc, tickets, clock, given.random, given.log,
                                          options.afterLogoutPath);

    const auto changes = std::make_shared<const OrganizationChanges>(given.storage, clock, unitOfWorkRetries());
    const RoutingCaches caches{organizations, connections};
    const auto setups = std::make_shared<const SetupReader>(scalekit, given.storage, changes, caches);
    const auto tie = std::make_shared<const TenantTie>(scalekit, given.storage, clock, changes);
    setupLinks.emplace(tie, given.storage, clock, given.random);
    const auto facts =
        std::make_shared<const FactsGatherer>(given.storage, host, clock, options.clockSkew, options.maxTokenAge);
    const auto previews = std::make_shared<const ModePreviewer>(given.storage, host, facts, options.environmentUrl,
                                                                !options.emailProofPath.empty());
    tenants.emplace(
        tie, setups, std::make_shared<const ModeSwitch>(given.storage, host, clock, changes, setups, previews, caches),
        previews,
        std::make_shared<const PolicyChanger>(given.storage, host, changes, organizations,
                                              std::make_shared<const MigrationCheck>(given.storage, setups, clock)));

    std::vector<std::string> issuers{options.environmentUrl};
    issuers.insert(issuers.end(), options.additionalIssuers.begin(), options.additionalIssuers.end());
    review.emplace(std::make_shared<const DecisionReviewer>(
        DecisionReviewer::Parts{given.storage, facts, clock,
                                [connections](std::string_view organizationId, std::string_view connectionId) {
                                  return standingOf(connections->ofOrganization(organizationId, connectionId));
                                },
                                std::move(issuers)}));
    accessRequests.emplace(given.storage, clock);
    identityLinks.emplace(given.storage, clock);
    dormancy.emplace(given.storage, host, clock, given.log);
    invitations.emplace(given.storage, host, connections, clock, given.random);

    LoginParts parts;
    parts.options = options;
    parts.host = host;
    parts.storage = given.storage;
    parts.clock = clock;
    parts.random = given.random;
    parts.log = given.log;
    parts.oidc = oidc;
    parts.verifier = std::make_shared<TokenVerifier>(options, keys, clock);
    parts.organizations = organizations;
    parts.connections = connections;
    parts.transactions = std::make_shared<LoginTransactions>(sealer, options, clock, given.random);
    parts.tickets = tickets;
    parts.signIn = std::make_shared<AccountSignIn>(host, given.storage, connections, std::move(mapper), given.log);
    parts.refusals = refusals;
    login = std::make_shared<const LoginFlow>(std::move(parts));
    routes = std::make_shared<const SsoRoutes>(options, std::make_shared<LoginHandler>(login),
                                               std::make_shared<CallbackHandler>(login),
                                               std::make_shared<InitiateHandler>(login));
  }

  std::shared_ptr<ProviderMetadata> metadata;
  std::shared_ptr<JwksCache> keys;
  std::shared_ptr<LinkTickets> tickets;
  std::shared_ptr<Refusals> refusals;
  std::shared_ptr<SignInRouter> router;
  std::shared_ptr<LogoutFlow> logout;
  std::shared_ptr<const LoginFlow> login;
  std::shared_ptr<const SsoRoutes> routes;
  std::shared_ptr<const sso::scalekit::Client> scalekit;
  std::optional<Tenants> tenants;
  std::optional<DecisionReview> review;
  std::optional<AccessRequests> accessRequests;
  std::optional<IdentityLinks> identityLinks;
  std::optional<Dormancy> dormancy;
  std::optional<SetupLinks> setupLinks;
  std::optional<Invitations> invitations;
};

class WiredModule : public SsoModule {
 public:
  WiredModule(SsoOptions options, SsoDependencies given)
      : options_(std::move(options)), given_(std::move(given)), parts_(options_, given_) {}

  std::unique_ptr<Poco::Net::HTTPRequestHandler> handlerFor(
      const Poco::Net::HTTPServerRequest& request) const override {
    const std::string& uri = request.getURI();
    if (parts_.routes->find(std::string_view(uri).substr(0, uri.find('?'))) == nullptr) return nullptr;
    holdContinue(request);
    HandlerLimits limits;
    limits.maxBodyBytes = 4 << 10;  // no route of the login takes a body
    limits.hsts = options_.environment == AppEnvironment::kProduction;
    return std::make_unique<ModuleHandler>(shared_from_this(), limits, given_.log);
  }

  std::optional<WebResponse> handle(const RequestInfo& request) const override {
    const Route* route = parts_.routes->find(request.path);
    if (route == nullptr) return std::nullopt;
    return answered(request, [&] { return SsoRoutes::answer(*route, request); });
  }

  SignInRoute routeFor(std::string_view email) const override {
    const TimeBudget budget(*given_.clock, options_.totalTimeout);
    return parts_.router->forEmail(email);
  }
  SignInRoute routeForTenant(std::string_view tenantId) const override {
    const TimeBudget budget(*given_.clock, options_.totalTimeout);
    return parts_.router->forTenant(tenantId);
  }
  bool admits(std::string_view organizationId, std::string_view connectionId) const override {
    const TimeBudget budget(*given_.clock, options_.totalTimeout);
    return parts_.router->admits(organizationId, connectionId);
  }

  std::optional<PendingLink> pendingLink(const RequestInfo& request) const override {
    return parts_.login->pendingLink(request);
  }
  WebResponse completeLink(const RequestInfo& request, std::string_view provenAccountId) const override {
    return answered(request, [&] { return parts_.login->completeLink(request, provenAccountId); });
  }
  Cookie abandonLink() const override { return parts_.tickets->clearing(); }

  std::optional<PendingEmailProof> pendingEmailProof(const RequestInfo& request) const override {
    return parts_.login->pendingEmailProof(request);
  }
  std::optional<EmailProofMail> newEmailProof(const RequestInfo& request) const override {
    return parts_.login->newEmailProof(request);
  }
  std::optional<WebResponse> completeEmailProof(const RequestInfo& request, std::string_view token) const override {
    bool known = true;
    auto answer = answered(request, [&] {
      auto finished = parts_.login->completeEmailProof(request, token);
      known = finished.has_value();
      return known ? std::move(*finished) : WebResponse();
    });
    if (!known) return std::nullopt;
    return answer;
  }
  Cookie abandonEmailProof() const override { return parts_.tickets->clearing(); }

  WebResponse acceptInvitation(const RequestInfo& request, std::string_view token) const override {
    return answered(request, [&] {
      const auto shared = parts_.invitations->find(token);
      if (!shared) return refused(DenyCode::kInvitationExpired, request);
      return parts_.login->beginInvited(shared->invitation, request);
    });
  }

  std::optional<PendingSwitch> pendingSwitch(const RequestInfo& request) const override {
    return parts_.login->pendingSwitch(request);
  }
  WebResponse completeSwitch(const RequestInfo& request) const override {
    return answered(request, [&] { return parts_.login->completeSwitch(request); });
  }
  Cookie abandonSwitch() const override { return parts_.tickets->clearing(); }

  WebResponse logout(const RequestInfo& request, bool alsoAtScalekit) const override {
    return answered(request, [&] { return parts_.logout->logout(request, alsoAtScalekit); });
  }

  std::shared_ptr<const sso::scalekit::Client> scalekit() const override { return parts_.scalekit; }
  const Tenants& tenants() const override { return *parts_.tenants; }
  const AccessRequests& accessRequests() const override { return *parts_.accessRequests; }
  const Invitations& invitations() const override { return *parts_.invitations; }
  const IdentityLinks& identityLinks() const override { return *parts_.identityLinks; }
  const Dormancy& dormancy() const override { return *parts_.dormancy; }
  const SetupLinks& setupLinks() const override { return *parts_.setupLinks; }
  const DecisionReview& decisionReview() const override { return *parts_.review; }

  Readiness readiness() const override {
    const TimeBudget budget(*given_.clock, options_.totalTimeout);
    Readiness readiness;
    try {
      given_.storage->checkReady();
      readiness.storage = true;
    } catch (const Error& error) {
      given_.log->write({LogLevel::kWarning, "sso.not_ready", {{"part", "storage"}, {"reason", error.reason()}}});
    }
    readiness.keys = parts_.keys->ready();
    readiness.ready = readiness.storage && readiness.keys;
    return readiness;
  }
  const SsoOptions& options() const override { return options_; }

 private:
  /// Nothing thrown gets past this, and nothing waits for Scalekit beyond the budget; what the flows did not answer
  /// themselves becomes an error page here.
  template <typename Work>
  WebResponse answered(const RequestInfo& request, Work&& work) const {
    const TimeBudget budget(*given_.clock, options_.totalTimeout);
    try {
      return work();
    } catch (const Error& error) {
      return refused(error, request);
    } catch (const std::exception& error) {
      // The type is enough to look for; the text may be anybody's (SECURITY 5, items 14 and 18).
      return refused(Error(ErrorCode::kInternal, reason::kInternal, typeid(error).name()), request);
    } catch (...) {
      return refused(Error(ErrorCode::kInternal, reason::kInternal, "unknown exception"), request);
    }
  }

  template <typename Why>
  WebResponse refused(const Why& why, const RequestInfo& request) const {
    LoginTrace trace;
    trace.audited = false;
    trace.reference = newReference(*given_.random);
    return parts_.refusals->refuse(why, trace, request);
  }

  SsoOptions options_;
  SsoDependencies given_;
  Wiring parts_;
};

}  // namespace
}  // namespace detail

std::shared_ptr<SsoModule> SsoModule::create(SsoOptions options, SsoDependencies dependencies) {
  options.validate();
  if (!dependencies.host || !dependencies.storage) {
    throw Error(ErrorCode::kConfig, reason::kConfig, "SsoDependencies: host and storage are required");
  }
  if (!dependencies.clock) dependencies.clock = systemClock();
  if (!dependencies.random) dependencies.random = systemRandom();
  if (!dependencies.log) dependencies.log = stderrLog();
  if (!dependencies.transport) dependencies.transport = makePocoTransport(options, dependencies.clock);
  dependencies.transport = detail::withinBudget(std::move(dependencies.transport));
  return std::make_shared<detail::WiredModule>(std::move(options), std::move(dependencies));
}

}  // namespace sso
