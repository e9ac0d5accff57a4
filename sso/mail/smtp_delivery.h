// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/StreamSocket.h>

#include <string>
#include <string_view>

#include "http/host_resolver.h"
#include "http/tls_client.h"
#include "mail/smtp_dialogue.h"
#include "sso/error.h"
#include "sso/mail.h"

namespace sso::detail {

/// What an error says without its name and reason in front.
std::string_view withoutErrorName(const Error& error);

/// The server said no, or something that is no answer to what it was asked. Carries its codes and none of its words:
/// servers repeat addresses.
class MailRefused : public Error {
 public:
  explicit MailRefused(const SmtpReply& reply);
  int replyCode() const { return replyCode_; }
  const std::string& enhancedCode() const { return enhancedCode_; }

 private:
  int replyCode_;
  std::string enhancedCode_;
};

/// How far a message came; stage is a word of docs/ERRORS.md.
struct MailProgress {
  std::string_view stage = "queue";
};

/// One message on a connection of its own, from name lookup to the server's promise. Made for one delivery, used by one
/// thread; what it refers to outlives it.
class SmtpDelivery {
 public:
  SmtpDelivery(const SmtpOptions& options, HostResolver& resolver, const TlsClient& tls, MailProgress& progress)
      : options_(options),
        resolver_(resolver),
        tls_(tls),
        progress_(progress),
        deadline_(std::chrono::milliseconds(options.deadline)) {}

  /// bytes: the message with dots stuffed and its end. Throws MailRefused, Error(kUpstreamUnavailable,
  /// kUpstreamRejected) and Poco exceptions.
  void run(const std::string& to, std::string_view bytes);

 private:
  Poco::Net::StreamSocket connect();
  /// The dialogue after greeting and EHLO, under TLS where the options want it; hello: the last answer to EHLO.
  SmtpDialogue open(SmtpReply& hello);
  SmtpReply greet(SmtpDialogue& dialogue);
  SmtpDialogue secured(const Poco::Net::StreamSocket& socket);
  void authenticate(SmtpDialogue& dialogue, const SmtpReply& hello);
  void handOver(SmtpDialogue& dialogue, const std::string& to, std::string_view bytes);
  void at(std::string_view stage) { progress_.stage = stage; }

  const SmtpOptions& options_;
  HostResolver& resolver_;
  const TlsClient& tls_;
  MailProgress& progress_;
  const Deadline deadline_;
};

}  // namespace sso::detail
