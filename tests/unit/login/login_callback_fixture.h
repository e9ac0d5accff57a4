// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "support/login_fixture.h"

namespace sso::test {

/// One browser whose login waits for its callback. Its tests stand in login_callback_test.cpp (what the URL carries),
/// login_callback_once_test.cpp (whose login it is, once and in time) and login_callback_faults_test.cpp.
class LoginCallback : public LoginFixture {
 protected:
  /// The callback with one parameter replaced or added, percent-encoded.
  static std::string with(std::string callback, const std::string& name, const std::string& value) {
    const auto at = callback.find(name + "=");
    if (at == std::string::npos) return callback + "&" + name + "=" + percentEncode(value);
    const auto end = callback.find('&', at);
    return callback.replace(at, (end == std::string::npos ? callback.size() : end) - at,
                            name + "=" + percentEncode(value));
  }
  static std::string valueOf(const std::string& callback, const std::string& name) {
    return Parameters::parse(callback.substr(callback.find('?') + 1)).single(name).value_or("");
  }
  void expectUntouched() {
    EXPECT_EQ(scalekit.exchanges(), 0) << "REJ0: the token endpoint was not called";
    EXPECT_TRUE(storage->tables().accounts.empty());
    EXPECT_TRUE(storage->tables().identities.empty());
    EXPECT_TRUE(storage->tables().sessions.empty());
  }
  Browser browser{*module};
};

}  // namespace sso::test
