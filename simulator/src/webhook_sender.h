// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "context.h"

/// One signed event to one address, on demand (CONTRACT.md 6.1, 6.2, 6.4). Nothing is sent by itself and nothing is
/// sent again: registered endpoints and retries are not simulated.
namespace scalekit_simulator {

/// Signs events when the caller names no secret; simulator/README.md shows it, so it guards nothing.
inline constexpr std::string_view kWebhookSecret = "whsec_bG9jYWwtc2ltdWxhdG9yLXdlYmhvb2sta2V5";

struct WebhookEvent {
  std::string url;  ///< http, a loopback host
  std::string type = "organization.updated";
  std::string object = "Organization";
  std::string organizationId = {};  ///< Empty: absent, as for roles and permissions.
  nlohmann::json data = nlohmann::json::object();
  std::string secret = std::string(kWebhookSecret);
};

struct WebhookDelivery {
  std::string id;  ///< webhook-id, and the event's own id
  int status = 0;  ///< What the receiver answered; 0: nothing within 10 s.
};

/// The value of webhook-signature: "v1,...". Throws std::invalid_argument when the secret is not "whsec_" and base64.
std::string webhookSignature(std::string_view secret, std::string_view id, std::string_view timestamp,
                             std::string_view body);

/// Sends it, and waits for the answer. Throws std::invalid_argument on an address elsewhere than on this machine, or a
/// secret that is none.
WebhookDelivery sendWebhook(Context& context, const WebhookEvent& event);

}  // namespace scalekit_simulator
