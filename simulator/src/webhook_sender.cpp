// SPDX-License-Identifier: Apache-2.0
#include "webhook_sender.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/URI.h>

#include <stdexcept>

#include "encoding.h"
#include "redirect_rules.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr int kAnswerSeconds = 10;  // CONTRACT.md 6.1
constexpr std::string_view kSecretPrefix = "whsec_";

std::string keyOf(std::string_view secret) {
  const bool prefixed = secret.starts_with(kSecretPrefix);
  const auto key = prefixed ? base64Decode(secret.substr(kSecretPrefix.size())) : std::nullopt;
  if (!key || key->empty()) throw std::invalid_argument("secret must be whsec_ and base64");
  return *key;
}

/// Never to another machine: whoever may use the controls must not reach through them what only this machine reaches.
Poco::URI targetOf(const std::string& url) {
  Poco::URI target;
  try {
    target = url;
  } catch (const Poco::Exception&) {
    throw std::invalid_argument("url is no URL");
  }
  const bool plain = target.getScheme() == "http" && target.getUserInfo().empty() && target.getFragment().empty();
  if (!plain || !isLoopbackHost(target.getHost())) {
    throw std::invalid_argument("url must be http://, on this machine");
  }
  return target;
}

std::string envelopeOf(Context& context, const WebhookEvent& event, const std::string& id) {
  const auto environment = context.state.with([](StateData& data) { return data.environment.id; });
  Json envelope = {{"spec_version", "1"},        {"id", id},
                   {"type", event.type},         {"object", event.object},
                   {"data", event.data},         {"occurred_at", rfc3339(context.now().time_since_epoch().count())},
                   {"display_name", event.type}, {"environment_id", environment}};
  if (!event.organizationId.empty()) envelope["organization_id"] = event.organizationId;
  return envelope.dump();
}

int post(const Poco::URI& target, const WebhookDelivery& delivery, const std::string& timestamp,
         const std::string& signature, const std::string& body) {
  try {
    Poco::Net::HTTPClientSession session(target.getHost(), target.getPort());
    session.setTimeout(Poco::Timespan(kAnswerSeconds, 0));
    const std::string path = target.getPathAndQuery();
    Poco::Net::HTTPRequest request("POST", path.empty() ? "/" : path, Poco::Net::HTTPMessage::HTTP_1_1);
    request.setContentType("application/json");
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    request.set("webhook-id", delivery.id);
    request.set("webhook-timestamp", timestamp);
    request.set("webhook-signature", signature);
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    session.receiveResponse(response);  // its body says nothing that anybody asked for
    return response.getStatus();
  } catch (const Poco::Exception&) {
    return 0;
  }
}

}  // namespace

std::string webhookSignature(std::string_view secret, std::string_view id, std::string_view timestamp,
                             std::string_view body) {
  std::string message(id);
  message.append(".").append(timestamp).append(".").append(body);
  return "v1," + base64(hmacSha256(keyOf(secret), message));
}

WebhookDelivery sendWebhook(Context& context, const WebhookEvent& event) {
  const Poco::URI target = targetOf(event.url);
  WebhookDelivery delivery;
  delivery.id = context.ids.next("evt");
  const std::string body = envelopeOf(context, event, delivery.id);
  const std::string timestamp = std::to_string(context.now().time_since_epoch().count());
  const std::string signature = webhookSignature(event.secret, delivery.id, timestamp, body);
  delivery.status = post(target, delivery, timestamp, signature, body);
  return delivery;
}

}  // namespace scalekit_simulator
