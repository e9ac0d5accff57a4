// SPDX-License-Identifier: Apache-2.0
// What an administrator unties is tied anew only as at a first login: JIT.md rows 6 and 9.
#include "sso/identity_links.h"
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class Unlink : public LoginFixture {
 protected:
  /// As the page of an administrator does.
  void unlinkAll(const std::string& account) {
    for (const auto& link : module->identityLinks().of("tenant_acme", account)) {
      const auto work = storage->begin();
      EXPECT_TRUE(module->identityLinks().unlink(*work, "tenant_acme", account, link.id, {.accountId = "acc_admin"}));
      work->commit();
    }
  }
  WebResponse prove(Browser& where, const std::string& accountId) {
    auto response = module->completeLink(where.request("/login/link", "POST"), accountId);
    where.keep(response);
    return response;
  }
  static Person newcomer() {
    Person person;
    person.user = "someone-new";
    return person;
  }
};

TEST_F(Unlink, MakesTheNextLoginAFirstOne) {
  Browser before(*module), after(*module);
  login(before);
  const auto account = signedIn(before);
  ASSERT_TRUE(account);
  unlinkAll(*account);
  EXPECT_EQ(login(after).location, "/login/link") << "row 6: the account has to be proven";
  EXPECT_FALSE(signedIn(after));
  EXPECT_TRUE(storage->tables().identities.empty());
  EXPECT_EQ(prove(after, *account).status, 303);
  EXPECT_EQ(signedIn(after), account);
  EXPECT_EQ(storage->tables().accounts.size(), 1U);
}

TEST_F(Unlink, LetsAnAddressGoToAnotherPersonDeliberately) {
  Browser old(*module), fresh(*module);
  login(old);
  const auto account = signedIn(old);
  ASSERT_TRUE(account);
  expectRefused(login(fresh, newcomer()), fresh, "subject_conflict", ErrorCode::kNotAllowed,
                storage->tables().audit.size());
  unlinkAll(*account);
  EXPECT_EQ(login(fresh, newcomer()).location, "/login/link");
  EXPECT_EQ(prove(fresh, *account).status, 303);
  EXPECT_EQ(signedIn(fresh), account);

  Browser again(*module);
  expectRefused(login(again), again, "subject_conflict", ErrorCode::kNotAllowed, storage->tables().audit.size());
}

TEST_F(Unlink, FreesAnIdentityOfAnAccountThatIsGone) {
  Browser browser(*module);
  login(browser);
  const auto account = signedIn(browser);
  ASSERT_TRUE(account);
  storage->edit([](MemoryTables& tables) { tables.accounts.clear(), tables.sessions.clear(); });
  Browser refused(*module), fresh(*module);
  expectRefused(login(refused), refused, "account_gone", ErrorCode::kAccountDisabled, storage->tables().audit.size());
  unlinkAll(*account);
  EXPECT_EQ(login(fresh).status, 303);
  EXPECT_TRUE(signedIn(fresh));
}

}  // namespace
}  // namespace sso::test
