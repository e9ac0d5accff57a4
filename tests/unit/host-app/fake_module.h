// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPRequestHandler.h>

#include <set>
#include <string>

#include "sso/access_requests.h"
#include "sso/decision_review.h"
#include "sso/dormancy.h"
#include "sso/identity_links.h"
#include "sso/invitations.h"
#include "sso/scalekit/client.h"
#include "sso/setup_links.h"
#include "sso/sso_module.h"
#include "sso/tenants.h"

namespace hostapp {

/// A single sign-on module whose answers a test sets.
class FakeModule : public sso::SsoModule {
 public:
  explicit FakeModule(sso::SsoOptions options, sso::SsoDependencies dependencies)
      : options_(std::move(options)),
        dormancy_(dependencies.storage, dependencies.host, dependencies.clock, dependencies.log),
        host(std::move(dependencies.host)) {}

  std::unique_ptr<Poco::Net::HTTPRequestHandler> handlerFor(const Poco::Net::HTTPServerRequest&) const override {
    return nullptr;
  }
  std::optional<sso::WebResponse> handle(const sso::RequestInfo& request) const override {
    return sso::WebResponse::redirect("https://env.example/oauth/authorize?for=" + request.query);
  }
  sso::SignInRoute routeFor(std::string_view email) const override {
    const std::string domain(email.substr(email.find('@') == std::string_view::npos ? 0 : email.find('@') + 1));
    if (required.count(domain) > 0) return {true, false, "org_1"};
    if (offered.count(domain) > 0) return {true, true, "org_1"};
    return {};
  }
  sso::SignInRoute routeForTenant(std::string_view tenantId) const override {
    return requiredTenants.count(std::string(tenantId)) > 0 ? sso::SignInRoute{true, false, "org_1"}
                                                            : sso::SignInRoute{};
  }
  bool admits(std::string_view, std::string_view connectionId) const override {
    return closedConnections.count(std::string(connectionId)) == 0;
  }
  std::optional<sso::PendingLink> pendingLink(const sso::RequestInfo&) const override { return pending; }
  sso::WebResponse completeLink(const sso::RequestInfo&, std::string_view account) const override {
    linked = std::string(account);
    return sso::WebResponse::redirect("/dashboard");
  }
  sso::Cookie abandonLink() const override { return {"pending", "", std::chrono::seconds{0}}; }
  std::optional<sso::PendingEmailProof> pendingEmailProof(const sso::RequestInfo&) const override { return proving; }
  std::optional<sso::EmailProofMail> newEmailProof(const sso::RequestInfo&) const override {
    if (!proving || !proving->maySend) return std::nullopt;
    sso::EmailProofMail mail;
    mail.email = proving->email;
    mail.organizationName = proving->organizationName;
    mail.token = sso::Secret(std::string(43, 'T'));
    mail.cookie = {"pending", "mailed"};
    return mail;
  }
  std::optional<sso::WebResponse> completeEmailProof(const sso::RequestInfo&, std::string_view token) const override {
    if (token != std::string(43, 'T')) return std::nullopt;
    return sso::WebResponse::redirect("/dashboard");
  }
  sso::Cookie abandonEmailProof() const override { return {"pending", "", std::chrono::seconds{0}}; }
  sso::WebResponse acceptInvitation(const sso::RequestInfo&, std::string_view) const override {
    return sso::WebResponse::redirect("https://env.example/oauth/authorize");
  }
  std::optional<sso::PendingSwitch> pendingSwitch(const sso::RequestInfo&) const override { return waiting; }
  sso::WebResponse completeSwitch(const sso::RequestInfo&) const override {
    switched = true;
    return sso::WebResponse::redirect("/dashboard");
  }
  sso::Cookie abandonSwitch() const override { return {"pending", "", std::chrono::seconds{0}}; }
  sso::WebResponse logout(const sso::RequestInfo& request, bool) const override {
    auto answer = sso::WebResponse::redirect("/login");
    answer.cookies = host->endSession(request).cookies;
    return answer;
  }
  std::shared_ptr<const sso::scalekit::Client> scalekit() const override {
    return std::make_shared<const sso::scalekit::Client>(nullptr, "");
  }
  const sso::Tenants& tenants() const override { return tenants_; }
  const sso::AccessRequests& accessRequests() const override { return accessRequests_; }
  const sso::Invitations& invitations() const override { return invitations_; }
  const sso::IdentityLinks& identityLinks() const override { return identityLinks_; }
  const sso::Dormancy& dormancy() const override { return dormancy_; }
  const sso::SetupLinks& setupLinks() const override { return setupLinks_; }
  const sso::DecisionReview& decisionReview() const override { return decisionReview_; }
  sso::Readiness readiness() const override { return {true, true, true}; }
  const sso::SsoOptions& options() const override { return options_; }

  std::set<std::string> offered, required, requiredTenants, closedConnections;
  std::optional<sso::PendingLink> pending;
  mutable std::string linked;
  std::optional<sso::PendingEmailProof> proving;
  std::optional<sso::PendingSwitch> waiting;
  mutable bool switched = false;

 private:
  sso::SsoOptions options_;
  sso::Tenants tenants_{nullptr, nullptr, nullptr, nullptr, nullptr};
  sso::AccessRequests accessRequests_{nullptr, nullptr};
  sso::IdentityLinks identityLinks_{nullptr, nullptr};
  sso::Dormancy dormancy_;
  sso::Invitations invitations_{nullptr, nullptr, nullptr, nullptr, nullptr};
  sso::SetupLinks setupLinks_{nullptr, nullptr, nullptr, nullptr};
  sso::DecisionReview decisionReview_{nullptr};

 public:
  std::shared_ptr<sso::HostAdapter> host;
};

}  // namespace hostapp
