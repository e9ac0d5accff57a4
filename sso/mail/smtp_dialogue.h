// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/connection.h"
#include "sso/runtime.h"

namespace sso::detail {

/// One answer of a mail server (RFC 5321 4.2). Its texts are the server's: never for the log, they repeat addresses.
struct SmtpReply {
  int code = 0;                    ///< 200 to 599
  std::string enhanced = {};       ///< "5.1.1" (RFC 2034), or empty
  std::vector<std::string> texts;  ///< what stands behind the code, line by line

  bool is(int expected) const { return code == expected; }
  /// The server answered EHLO with this keyword (RFC 5321 4.1.1.1); letter case does not count.
  bool offers(std::string_view keyword) const;
  /// The keyword's parameters hold this word: "AUTH PLAIN LOGIN" offers the mechanism PLAIN.
  bool offers(std::string_view keyword, std::string_view parameter) const;
};

/// Commands out and answers in, over a connection, before a deadline. Poco's SMTPClientSession does the same without a
/// deadline for the whole and without a limit for the lines of an answer, keeps what came before STARTTLS's handshake
/// for after it, and its TLS sockets look away on loopback: so this is ours. Used by one thread.
///
/// An answer has at most 100 lines of 2000 bytes. Nothing may come unasked: what follows an answer in the buffer is
/// refused, so no answer that was sent before TLS is believed after it (CVE-2011-0411), and none is taken for the one
/// to the next command. Failures throw Error(kUpstreamUnavailable, kUpstreamRejected).
class SmtpDialogue {
 public:
  SmtpDialogue(std::unique_ptr<Connection> connection, const Deadline& deadline)
      : connection_(std::move(connection)), deadline_(deadline) {}

  SmtpReply read();
  /// Sends a line, with its CRLF, and reads the answer.
  SmtpReply ask(std::string_view command);
  /// The same for a line that holds a password; its copy is wiped.
  SmtpReply askSecretly(const Secret& command);
  /// Sends bytes as they are and reads the answer.
  SmtpReply send(std::string_view bytes);
  /// QUIT, and waits so long at most for the answer, which nobody needs (RFC 5321 4.1.1.10).
  void leave(std::chrono::milliseconds patience) noexcept;

 private:
  std::string readLine();

  std::unique_ptr<Connection> connection_;
  Deadline deadline_;
  std::string buffer_;  ///< came, and is not read yet
};

}  // namespace sso::detail
