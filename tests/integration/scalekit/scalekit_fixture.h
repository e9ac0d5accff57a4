// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "scalekit_simulator/simulator.h"
#include "sso/scalekit/client.h"

namespace sso::test {

/// The typed client over real sockets in front of the local Scalekit with its built-in seed.
class LocalScalekit : public testing::Test {
 protected:
  void SetUp() override {
    simulator.start();
    client = scalekit::Client::create(options());
  }
  SsoOptions options() const {
    SsoOptions options;
    options.environmentUrl = simulator.baseUrl();
    options.clientId = simulator.clientId();
    options.clientSecret = Secret(simulator.clientSecret());
    return options;
  }
  /// The error of the management API that this throws.
  template <class Action>
  static scalekit::ApiError refusalOf(const Action& action) {
    try {
      action();
    } catch (const scalekit::ApiError& error) {
      return error;
    }
    throw std::logic_error("nothing was refused");
  }
  template <class Listing>
  static std::size_t countOf(const Listing& listing) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& item : listing) ++count;
    return count;
  }

  static constexpr const char* kTestOrganization = "org_59615193906282635";
  static constexpr const char* kTestConnection = "conn_59615193906282636";
  scalekit_simulator::Simulator simulator;
  std::shared_ptr<const scalekit::Client> client;
};

}  // namespace sso::test
