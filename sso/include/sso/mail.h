// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sso/runtime.h"

/// How the host's mail leaves: invitations and one-time links (JIT.md rows 4, 7 and 28). The module makes the links,
/// the host writes the words, a MailSender delivers them. smtpMailSender speaks to a mail server; a host that has its
/// own way of sending implements the port.
namespace sso {

/// One mail to one person, plain text.
struct MailMessage {
  std::string to = {};       ///< canonical address (canonicalEmail)
  std::string subject = {};  ///< UTF-8, one line without control characters, 1 to 200 bytes
  std::string text =
      {};  ///< UTF-8, LF and tab its only controls, at most 64 KiB; may hold a one-time link: never log it
};

/// Throws Error(kInvalidRequest) for a message out of these bounds: a line break or a second address in a field would
/// become a header or a recipient of its own (CWE-93). For every implementation of the port.
void requireSendable(const MailMessage& message);

class MailSender {
 public:
  virtual ~MailSender() = default;
  /// Returns once the message is in the hands of a server that promised to deliver it. Throws
  /// Error(kMailUnavailable) when none promised in time: it may be sent again, and where the connection broke at the
  /// very end the person gets it twice; Error(kInvalidRequest) for a message out of the bounds above. Neither holds an
  /// address, a text or a secret. Thread-safe; waits on the network, so never inside a UnitOfWork.
  virtual void send(const MailMessage& message) = 0;
};

/// How the connection to a mail server is protected (RFC 8314).
enum class SmtpSecurity {
  kTls,          ///< TLS from the first byte (RFC 8314 3.3): smtps://, port 465
  kStartTls,     ///< STARTTLS before anything else (RFC 3207), refused where the server has none: smtp://, port 587
  kLoopbackOnly  ///< without TLS, to an address of this machine and no other: a relay beside the application
};

/// Where mail is handed in.
struct SmtpOptions {
  std::string host = {};  ///< name or address in lower case, an IPv6 address in brackets
  std::uint16_t port = 465;
  SmtpSecurity security = SmtpSecurity::kTls;
  std::string user = {};              ///< empty: the server asks for nobody
  Secret password = {};               ///< both or neither, at most 255 bytes each; sent under TLS only
  std::string from = {};              ///< canonical address, of the envelope and the header
  std::string fromName = {};          ///< shown beside it: one line of at most 100 bytes; may be empty
  std::string certificateFile = {};   ///< PEM of authorities to trust besides the system's; may be empty
  std::chrono::seconds deadline{10};  ///< of one message, everything included; 1 to 60 s
  std::size_t mostAtOnce = 4;         ///< who comes while so many are under way gets Error(kMailUnavailable); 1 to 64

  /// What cannot work, each beginning with the name of its field and without its value; empty when all is well. Reads
  /// certificateFile.
  std::vector<std::string> problems() const;
};

/// smtps://USER:PASSWORD@HOST[:465], smtp://USER:PASSWORD@HOST[:587] (STARTTLS), smtp://127.0.0.1[:25] (no TLS, no
/// password, this machine alone). USER and PASSWORD percent-encoded, both or neither; a loopback host with a password
/// is spoken to under STARTTLS. Sets host, port, security, user and password. Throws Error(kConfig), which never
/// repeats the URL.
SmtpOptions smtpOptionsFromUrl(std::string_view url);

/// Sends over SMTP (RFC 5321), each message on a connection of its own, certificate and host name verified. Throws
/// Error(kConfig) naming every problem of the options. Logs mail.sent and mail.failed (docs/ERRORS.md) without address
/// or text. Thread-safe.
std::shared_ptr<MailSender> smtpMailSender(SmtpOptions options, std::shared_ptr<LogSink> log);

}  // namespace sso
