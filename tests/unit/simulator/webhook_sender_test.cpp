// SPDX-License-Identifier: Apache-2.0
#include "simulator/src/webhook_sender.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace scalekit_simulator {
namespace {

// CONTRACT.md 6.2, made by neither side.
TEST(WebhookSignature, IsThatOfTheKnownVectors) {
  EXPECT_EQ("v1,7BRwrYykyX6T5HEsHzolAivlaS2kAJ5bzSgjAJ5tKf8=",
            webhookSignature("whsec_dGVzdHNlY3JldA==", "msg_1", "1700000000", R"({"a":1})"));
  EXPECT_EQ("v1,Hjoc7An0pdd4u89l89f1UKI13D/sMhdWrzpVzL+qOxs=",
            webhookSignature("whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u", "evt_1", "1700000000",
                             R"({"type":"organization.created","id":"evt_1"})"));
}

TEST(WebhookSignature, NeedsASecretThatIsOne) {
  for (const char* bad : {"", "whsec_", "whsec_???", "dGVzdHNlY3JldA=="})
    EXPECT_THROW(webhookSignature(bad, "evt_1", "1", "{}"), std::invalid_argument) << bad;
}

}  // namespace
}  // namespace scalekit_simulator
