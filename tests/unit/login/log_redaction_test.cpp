// SPDX-License-Identifier: Apache-2.0
// SEC-LG-04, SEC-AR-08, promise 5: what must never leave. Markers go through every kind of login, then everything that
// left the module is searched for them.
#include <set>

#include "support/login_fixture.h"

namespace sso::test {
namespace {

class LogRedaction : public LoginFixture {
 protected:
  WebResponse get(const std::string& target) { return noted(browser.get(target)); }
  WebResponse noted(WebResponse response) {
    pages += response.body;
    for (const auto& header : response.headers) pages += header.first + ": " + header.second + "\n";
    if (response.location.starts_with("/")) ownUrls += response.location + "\n";
    return response;
  }
  /// Everything secret or personal of this login.
  void mark(const WebResponse& begun) {
    const auto query = Parameters::parse(begun.location.substr(begun.location.find('?') + 1));
    for (const auto* name : {"state", "nonce"}) markers.insert(*query.single(name));
    for (const auto& cookie : begun.cookies) {
      if (!cookie.value.empty()) markers.insert(cookie.value);
    }
  }
  std::string trail() const {
    std::string all;
    for (const auto& event : storage->tables().audit) {
      all += event.name + " " + event.reason + " " + event.organizationId + " " + event.accountId + "\n";
      for (const auto& [key, value] : event.details) all += key + "=" + value + "\n";
      all += event.decision + "\n";
    }
    return all;
  }
  void run(const Person& person, const std::string& extra = "") {
    const auto begun = get("/sso/login?email=" + percentEncode(person.email) + "&return_to=%2Freports");
    mark(begun);
    const auto answer = scalekit.signIn(begun.location, person);
    markers.insert(*Parameters::parse(answer).single("code"));
    get("/sso/callback?" + answer + extra);
    get("/sso/callback?" + answer + extra);
    for (const auto& request : scalekit.transport->requests("/oauth/token")) {
      if (const auto verifier = Parameters::parse(request.body).single("code_verifier")) markers.insert(*verifier);
    }
    for (const auto& [name, value] : browser.cookies) markers.insert(value);
  }

  Browser browser{*module};
  std::string pages, ownUrls;
  std::set<std::string> markers{"MARKER-client-secret-0123456789",
                                "MARKER-access-token",
                                "MARKER-machine-token",
                                "MARKER-code",
                                "0123456789abcdefghijklmnopqrstuv",
                                "ada@acme.example",
                                "new@acme.example",
                                "foreign@elsewhere.example",
                                "MARKER-description",
                                "MARKER-name",
                                "eyJ"};
};

TEST_F(LogRedaction, NothingSecretOrPersonalIsLoggedAuditedShownOrPutIntoOurUrls) {
  Person ada;
  ada.name = "MARKER-name";
  const auto account = host->addAccount("ada@acme.example", "tenant_acme");
  run(ada);  // waits for a proof
  browser.keep(noted(module->completeLink(browser.request("/login/link", "POST"), "acc_wrong")));
  browser.keep(noted(module->completeLink(browser.request("/login/link", "POST"), account)));
  ASSERT_TRUE(signedIn(browser));
  ada.email = "new@acme.example";
  run(ada);  // the address changes
  Person foreign = ada;
  foreign.user = "foreign";
  foreign.claims = [](nlohmann::json& claims) { claims["email"] = "foreign@elsewhere.example"; };
  browser.cookies.clear();
  run(foreign);  // denied
  run(ada, "&error=access_denied&error_description=MARKER-description");
  Person wrongNonce = ada;
  wrongNonce.claims = [](nlohmann::json& claims) { claims["nonce"] = "x"; };
  run(wrongNonce);
  get("/sso/initiate?idp_initiated_login=" + scalekit.idpInitiatedToken());
  get("/sso/initiate?idp_initiated_login=eyJhbGciOiJSUzI1NiJ9.e30.AAAA");
  scalekit.transport->failWith("/oauth/token");
  run(ada);
  storage->setAuditDown(true);
  run(ada);
  storage->setAuditDown(false);
  host->throwIn("currentAccount");
  get("/sso/callback?code=MARKER-code&state=" + std::string(43, 'm'));
  host->behave();
  noted(module->logout(browser.request("/logout", "POST"), true));

  ASSERT_GT(markers.size(), 25U);
  ASSERT_GT(log->lines().size(), 10U);
  const auto audited = trail();
  ASSERT_GT(audited.size(), 200U);
  for (const auto& marker : markers) {
    if (marker.empty()) continue;
    EXPECT_EQ(log->text().find(marker), std::string::npos) << "logged: " << marker;
    EXPECT_EQ(pages.find(marker), std::string::npos) << "shown: " << marker;
    EXPECT_EQ(ownUrls.find(marker), std::string::npos) << "in a URL of ours: " << marker;
    if (marker == "MARKER-description") continue;  // the provider's words may be audited (SECURITY 0, REJ)
    EXPECT_EQ(audited.find(marker), std::string::npos) << "audited: " << marker;
  }
}

TEST_F(LogRedaction, ClientSecretAndVerifierNeverReachTheBrowser) {  // SEC-AR-08
  const auto begun = browser.get("/sso/login?organization_id=org_acme");
  browser.get("/sso/callback?" + scalekit.signIn(begun.location, {}));
  const auto verifier =
      *Parameters::parse(scalekit.transport->requests("/oauth/token").back().body).single("code_verifier");
  for (const auto& secret : {std::string("MARKER-client-secret-0123456789"), verifier}) {
    EXPECT_EQ(begun.location.find(secret), std::string::npos);
    for (const auto& cookie : begun.cookies) EXPECT_EQ(cookie.value.find(secret), std::string::npos);
  }
}

}  // namespace
}  // namespace sso::test
