// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_delivery.h"

#include <algorithm>

#include "http/tcp_connect.h"
#include "http/upstream_error.h"
#include "mail/mime_text.h"
#include "sso/identity.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

using Poco::Net::IPAddress;
using Poco::Net::StreamSocket;

constexpr std::size_t kMaxCommandBytes = 510;  // RFC 5321 4.5.3.1.4, without its CRLF
constexpr std::chrono::milliseconds kFarewell{500};

void require(const SmtpReply& reply, int expected) {
  if (!reply.is(expected)) throw MailRefused(reply);
}

/// RFC 4616: no authorization identity, user, password.
Secret plainResponse(const SmtpOptions& options) {
  const Secret bytes(std::string(1, '\0') + options.user + std::string(1, '\0') + options.password.reveal());
  return Secret(base64(bytes.reveal()));
}

}  // namespace

std::string_view withoutErrorName(const Error& error) {
  const std::string_view text = error.what();
  const auto prefix = std::string(error.name()) + " (" + error.reason() + "): ";
  return text.substr(text.starts_with(prefix) ? prefix.size() : 0);
}

MailRefused::MailRefused(const SmtpReply& reply)
    : Error(ErrorCode::kUpstreamRejected, reason::kMail,
            "the server answered " + std::to_string(reply.code) + (reply.enhanced.empty() ? "" : " ") + reply.enhanced),
      replyCode_(reply.code),
      enhancedCode_(reply.enhanced) {}

void SmtpDelivery::run(const std::string& to, std::string_view bytes) {
  SmtpReply hello;
  SmtpDialogue dialogue = open(hello);
  if (!options_.user.empty()) authenticate(dialogue, hello);
  handOver(dialogue, to, bytes);
}

StreamSocket SmtpDelivery::connect() {
  at("connect");
  const auto addresses = resolver_.resolve(bareHost(options_.host), deadline_);
  const auto ours = [](const IPAddress& address) { return address.isLoopback(); };
  if (options_.security == SmtpSecurity::kLoopbackOnly && !std::all_of(addresses.begin(), addresses.end(), ours)) {
    throw upstreamUnavailable("without TLS only to this machine, and the name leads elsewhere");
  }
  return connectToAny(addresses, options_.port, deadline_);
}

SmtpDialogue SmtpDelivery::open(SmtpReply& hello) {
  const StreamSocket socket = connect();
  if (options_.security == SmtpSecurity::kTls) {
    SmtpDialogue dialogue = secured(socket);
    at("greeting");
    require(dialogue.read(), 220);
    hello = greet(dialogue);
    return dialogue;
  }
  SmtpDialogue plain(plainConnection(socket), deadline_);
  at("greeting");
  require(plain.read(), 220);
  hello = greet(plain);
  if (options_.security == SmtpSecurity::kLoopbackOnly) return plain;
  at("starttls");
  if (!hello.offers("STARTTLS")) throw upstreamUnavailable("the server offers no STARTTLS");
  require(plain.ask("STARTTLS"), 220);
  // A dialogue of its own: nothing that was said in the clear counts any more (RFC 3207 4.2).
  SmtpDialogue dialogue = secured(socket);
  hello = greet(dialogue);
  return dialogue;
}

SmtpReply SmtpDelivery::greet(SmtpDialogue& dialogue) {
  at("ehlo");
  // The sender's domain, not this machine's name or address, which would tell strangers of our network.
  SmtpReply hello = dialogue.ask("EHLO " + std::string(domainOf(options_.from)));
  require(hello, 250);
  return hello;
}

SmtpDialogue SmtpDelivery::secured(const StreamSocket& socket) {
  at("tls");
  return SmtpDialogue(tls_.connect(socket, bareHost(options_.host), deadline_), deadline_);
}

void SmtpDelivery::authenticate(SmtpDialogue& dialogue, const SmtpReply& hello) {
  at("auth");
  if (hello.offers("AUTH", "PLAIN")) {
    const Secret response = plainResponse(options_);
    const Secret command("AUTH PLAIN " + response.reveal());
    if (command.reveal().size() <= kMaxCommandBytes) return require(dialogue.askSecretly(command), 235);
    require(dialogue.ask("AUTH PLAIN"), 334);
    return require(dialogue.askSecretly(response), 235);
  }
  if (!hello.offers("AUTH", "LOGIN")) throw upstreamUnavailable("the server offers neither AUTH PLAIN nor AUTH LOGIN");
  require(dialogue.ask("AUTH LOGIN"), 334);
  require(dialogue.ask(base64(options_.user)), 334);
  require(dialogue.askSecretly(Secret(base64(options_.password.reveal()))), 235);
}

void SmtpDelivery::handOver(SmtpDialogue& dialogue, const std::string& to, std::string_view bytes) {
  at("mail");
  require(dialogue.ask("MAIL FROM:<" + options_.from + ">"), 250);
  at("rcpt");
  const SmtpReply recipient = dialogue.ask("RCPT TO:<" + to + ">");
  if (!recipient.is(251)) require(recipient, 250);  // 251: it forwards
  at("data");
  require(dialogue.ask("DATA"), 354);
  at("message");
  require(dialogue.send(bytes), 250);
  dialogue.leave(kFarewell);  // the message is the server's now; however the farewell ends, it was sent
}

}  // namespace sso::detail
