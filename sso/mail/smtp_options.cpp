// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "base/text_checks.h"
#include "base/url.h"
#include "http/tls_client.h"
#include "mail/smtp_delivery.h"
#include "sso/error.h"
#include "sso/identity.h"
#include "sso/mail.h"
#include "sso/reason.h"

/// What the settings of a mail server may be. No text repeats a value: the URL holds a password.
namespace sso {
namespace {

constexpr std::size_t kMaxCredentialBytes = 255, kMaxFromNameBytes = 100;

Error noMailUrl(std::string_view what) {
  return Error(ErrorCode::kConfig, reason::kConfig, what,
               "smtps://USER:PASSWORD@HOST:465, smtp://USER:PASSWORD@HOST:587 or smtp://127.0.0.1:25; user and "
               "password percent-encoded");
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// RFC 3986 3.2.1: unreserved characters, sub-delims and complete escapes; nullopt for anything else.
std::optional<std::string> decodedUserInfo(std::string_view text) {
  constexpr std::string_view kAsTheyAre = "-._~!$&'()*+,;=";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (alphanumeric || kAsTheyAre.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    if (c != '%' || i + 2 >= text.size()) return std::nullopt;
    const int high = hexDigit(text[i + 1]), low = hexDigit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

void setCredentials(SmtpOptions& options, std::string_view userInfo) {
  const auto colon = userInfo.find(':');
  if (colon == std::string_view::npos) throw noMailUrl("the mail server's URL has a user and no password");
  auto user = decodedUserInfo(userInfo.substr(0, colon));
  auto password = decodedUserInfo(userInfo.substr(colon + 1));
  if (!user || !password) throw noMailUrl("user and password of the mail server's URL must be percent-encoded");
  if (user->empty() || password->empty()) throw noMailUrl("the mail server's URL has a user or a password alone");
  options.user = std::move(*user);
  options.password = Secret(std::move(*password));
}

std::uint16_t standardPort(SmtpSecurity security) {
  switch (security) {
    case SmtpSecurity::kTls:
      return 465;
    case SmtpSecurity::kStartTls:
      return 587;
    case SmtpSecurity::kLoopbackOnly:
      return 25;
  }
  return 465;
}

/// One spelling, as parseUrl has it.
bool isHost(const std::string& host) {
  const auto url = detail::parseUrl("http://" + host + "/");
  return url && url->host == host;
}

bool isCredential(std::string_view text) { return detail::isText(text, 1, kMaxCredentialBytes); }

/// What OpenSSL says of the file; empty when it can be used.
std::string certificateProblem(const std::string& file) {
  try {
    if (file.find('\0') != std::string::npos) return "certificateFile: no file name";
    const detail::TlsClient reads(file, "certificateFile");
    return {};
  } catch (const Error& error) {
    return std::string(detail::withoutErrorName(error));
  }
}

}  // namespace

SmtpOptions smtpOptionsFromUrl(std::string_view url) {
  SmtpOptions options;
  const bool tls = url.starts_with("smtps://");
  if (!tls && !url.starts_with("smtp://")) throw noMailUrl("the mail server's URL begins with smtps:// or smtp://");
  std::string_view authority = url.substr(tls ? 8 : 7);
  if (authority.ends_with('/')) authority.remove_suffix(1);
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) {
    setCredentials(options, authority.substr(0, at));
    authority.remove_prefix(at + 1);
  }
  // Its port would hide behind the standard one of http: so it is asked for whether one was given at all.
  const auto parsed = detail::parseUrl("http://" + std::string(authority) + "/");
  if (!parsed || parsed->path != "/" || !parsed->query.empty()) {
    throw noMailUrl("the mail server's URL names no host, or more than a host and a port");
  }
  const auto hostEnd = authority.find(']');
  const bool portGiven = authority.find(':', hostEnd == std::string_view::npos ? 0 : hostEnd) != std::string_view::npos;
  options.host = parsed->host;
  options.security = tls                                            ? SmtpSecurity::kTls
                     : parsed->isLoopback() && options.user.empty() ? SmtpSecurity::kLoopbackOnly
                                                                    : SmtpSecurity::kStartTls;
  options.port = portGiven ? parsed->port : standardPort(options.security);
  return options;
}

std::vector<std::string> SmtpOptions::problems() const {
  std::vector<std::string> found;
  const auto check = [&found](bool good, std::string_view text) {
    if (!good) found.emplace_back(text);
  };
  check(isHost(host), "host: no host name or address in lower case");
  check(port != 0, "port: missing");
  check(canonicalEmail(from) == from, "from: no canonical address");
  check(detail::isText(fromName, 0, kMaxFromNameBytes), "fromName: one line of at most 100 bytes");
  check(user.empty() == password.empty(), "user, password: both or neither");
  check(user.empty() || isCredential(user), "user: at most 255 bytes without control characters");
  check(password.empty() || isCredential(password.reveal()), "password: at most 255 bytes without control characters");
  if (security == SmtpSecurity::kLoopbackOnly) {
    check(user.empty() && password.empty(), "password: never without TLS");
    check(certificateFile.empty(), "certificateFile: there is no TLS to a relay on this machine");
  }
  check(deadline >= std::chrono::seconds(1) && deadline <= std::chrono::seconds(60), "deadline: 1 to 60 s");
  check(mostAtOnce >= 1 && mostAtOnce <= 64, "mostAtOnce: 1 to 64");
  if (auto problem = certificateProblem(certificateFile); !problem.empty()) found.push_back(std::move(problem));
  return found;
}

}  // namespace sso
