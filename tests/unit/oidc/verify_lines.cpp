// SPDX-License-Identifier: Apache-2.0
// Reads a description (one line of JSON), then one base64url-wrapped token per line; prints "none" or the reason for
// refusing each. tests/golden/tokens/differential.mjs compares the answers with another implementation's.
#include <iostream>

#include "base/base64url.h"
#include "unit/oidc/fixed_environment.h"

int main() {
  std::string line;
  std::getline(std::cin, line);
  const auto description = nlohmann::json::parse(line);
  const sso::test::FixedEnvironment environment(description, description.at("jwks"));
  while (std::getline(std::cin, line)) {
    const auto token = sso::detail::decodeBase64Url(line);
    if (!token) {
      std::cerr << "not base64url: " << line << "\n";
      return 1;
    }
    std::cout << environment.verdict(*token) << "\n";
  }
  return 0;
}
