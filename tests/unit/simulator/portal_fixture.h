// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "api_fixture.h"
#include "simulator/src/seed.h"

namespace simulator_test {

/// The admin portal as a browser meets it: one cookie, forms of the page that was shown last.
class PortalTest : public ApiTest {
 protected:
  PortalTest() {
    change([](StateData& data) {
      Organization& organization = data.environment.organizations[0];
      organization.domainVerificationEnabled = true;
      organization.directoryEnabled = true;
      Organization fresh;
      fresh.id = kFreshOrganization;
      fresh.displayName = "Fresh & Co";
      fresh.domainVerificationEnabled = true;
      data.environment.organizations.push_back(fresh);
    });
  }

  /// The path of a new link.
  std::string link(const std::string& organization, const std::string& query = {}) {
    const std::string location =
        ok("PUT", "/organizations/" + organization + "/portal_links" + query)["link"]["location"];
    return location.substr(std::string("http://127.0.0.1:8090").size());
  }
  /// Opens the portal and keeps its cookie.
  void enter(const std::string& organization = kFreshOrganization, const std::string& query = {}) {
    const auto opened = get(link(organization, query));
    ASSERT_EQ(302, opened.status) << opened.body;
    const std::string cookie = opened.header("Set-Cookie");
    cookie_ = cookie.substr(0, cookie.find(';'));
  }
  HttpResponse show(const std::string& target) { return get(target, {}, cookie_); }
  /// Posts a form of the portal with the session's token, and the fields given.
  HttpResponse submit(const std::string& path, const std::string& fields = {}, const std::string& origin = {}) {
    return submitWith(path, "csrf=" + csrf() + (fields.empty() ? "" : "&" + fields), origin);
  }
  HttpResponse submitWith(const std::string& path, const std::string& body, const std::string& origin = {}) {
    HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    request.contentType = "application/x-www-form-urlencoded";
    request.cookieHeader = cookie_;
    request.origin = origin;
    request.host = "127.0.0.1:8090";
    return application_->handle(request);
  }
  std::string csrf() {
    const std::string page = show("/portal/domains").body + show("/portal/sso").body;
    const auto at = page.find("name=\"csrf\" value=\"");
    return at == std::string::npos ? "" : page.substr(at + 19, page.find('"', at + 19) - at - 19);
  }
  /// What portal.js reads.
  static Json facts(const HttpResponse& response) {
    const auto at = response.body.find("data-portal=\"");
    if (at == std::string::npos) return {};
    std::string text = response.body.substr(at + 13, response.body.find('"', at + 13) - at - 13);
    for (const auto& [escaped, plain] : {std::pair<std::string, std::string>{"&quot;", "\""},
                                         {"&#x2F;", "/"},
                                         {"&#39;", "'"},
                                         {"&lt;", "<"},
                                         {"&gt;", ">"},
                                         {"&amp;", "&"}}) {
      for (auto found = text.find(escaped); found != std::string::npos; found = text.find(escaped)) {
        text.replace(found, escaped.size(), plain);
      }
    }
    return Json::parse(text, nullptr, false);
  }
  static bool says(const HttpResponse& response, const std::string& text) {
    return response.body.find(text) != std::string::npos;
  }
  /// Makes a connection by the portal's form; returns its id.
  std::string create(const std::string& provider, const std::string& type) {
    const auto made = submit("/portal/sso/connections", "provider=" + provider + "&type=" + type);
    EXPECT_EQ(303, made.status) << made.body;
    const std::string location = made.header("Location");
    return location.substr(location.rfind('/') + 1);
  }
  std::string createOidc() {
    const std::string id = create("okta", "OIDC");
    EXPECT_EQ(303, submit(path(id, "settings"), kOidcSettings).status);
    return id;
  }
  static std::string path(const std::string& id, const std::string& action = {}) {
    return "/portal/sso/connections/" + id + (action.empty() ? "" : "/" + action);
  }
  Connection connection(const std::string& id) {
    return context_->state.with([&](StateData& data) {
      const auto located = data.environment.findConnection(id);
      return located.connection == nullptr ? Connection{} : *located.connection;
    });
  }

  static constexpr const char* kFreshOrganization = "org_70000000000000099";
  static constexpr const char* kOidcSettings =
      "issuer=https%3A%2F%2Fidp.fresh.example%2F&client_id=abc&client_secret=very-secret-word";
  std::string cookie_;
};

}  // namespace simulator_test
