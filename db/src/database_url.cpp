// SPDX-License-Identifier: Apache-2.0
#include "database_url.h"

#include <libpq-fe.h>

#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::db {
namespace {

using Words = std::map<std::string, std::string>;

[[noreturn]] void refuse(std::string_view what, std::string_view hint) {
  throw Error(ErrorCode::kConfig, reason::kConfig, what, hint);
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

Words wordsOf(const Options& options) {
  Words words;
  for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) words[option->keyword] = option->val;
  }
  return words;
}

/// RFC 3986 2.1, one decoding.
std::optional<std::string> decodePercent(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0) return std::nullopt;
    decoded += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return decoded;
}

std::string sqlitePath(std::string_view rest) {
  const auto path = rest.find_first_of("?#") == std::string_view::npos ? decodePercent(rest) : std::nullopt;
  // Relative names would depend on where the program was started; :memory: would be another database for each pooled
  // connection; a quote cannot be passed through SOCI's connect string.
  if (!path || path->size() < 2 || path->front() != '/' || path->back() == '/' ||
      path->find_first_of(std::string_view("\0\"", 2)) != std::string::npos) {
    refuse("DATABASE_URL is not sqlite:///absolute/path/to/file.db",
           "Name a file with an absolute path; escape unusual characters as %XX.");
  }
  return *path;
}

bool isLocalHost(std::string_view host) {
  return host.empty() || host.front() == '/' || host.front() == '@' || host == "localhost" || host == "::1" ||
         host.substr(0, 4) == "127.";
}

/// Every host of a comma-separated list is this machine.
bool isLocal(const std::string& hosts) {
  std::istringstream list(hosts);
  for (std::string host; std::getline(list, host, ',');) {
    if (!isLocalHost(host)) return false;
  }
  return true;
}

/// libpq fills what the URL leaves out from PGHOST, PGSSLMODE and the like; the check must see the same.
void requireVerifiedTls(const Words& words) {
  const Words defaults = wordsOf(Options(PQconndefaults()));
  const auto effective = [&](const char* key) {
    if (const auto own = words.find(key); own != words.end()) return own->second;
    const auto standard = defaults.find(key);
    return standard == defaults.end() ? std::string() : standard->second;
  };
  const bool local = isLocal(effective("host")) && isLocal(effective("hostaddr")) && effective("service").empty();
  if (!local && effective("sslmode") != "verify-full") {
    refuse("DATABASE_URL leads to another host without sslmode=verify-full",
           "Add ?sslmode=verify-full&sslrootcert=... to DATABASE_URL, or use a unix socket.");
  }
}

/// libpq looks at ports only when it connects; a typing error should stop the start.
bool arePorts(const std::string& ports) {
  std::istringstream list(ports);
  for (std::string port; std::getline(list, port, ',');) {
    unsigned number = 0;
    const auto end = std::from_chars(port.data(), port.data() + port.size(), number);
    if (!port.empty() &&
        (end.ec != std::errc() || end.ptr != port.data() + port.size() || number < 1 || number > 65535)) {
      return false;
    }
  }
  return true;
}

Words postgresWords(const std::string& url, bool requireTls) {
  char* complaint = nullptr;  // repeats parts of the URL: freed unread
  const Options options(PQconninfoParse(url.c_str(), &complaint));
  PQfreemem(complaint);
  if (!options || !arePorts(wordsOf(options)["port"])) {
    refuse("DATABASE_URL is not a PostgreSQL URL that libpq understands",
           "Write postgresql://user:password@host:5432/database?sslmode=verify-full with %XX escapes.");
  }
  Words words = wordsOf(options);
  if (requireTls) requireVerifiedTls(words);
  // A server that does not answer must cost no more than the wait for a lease, and a dead path must be noticed.
  const Words ours = {{"connect_timeout", "2"},  {"keepalives_idle", "30"},    {"keepalives_interval", "5"},
                      {"keepalives_count", "3"}, {"tcp_user_timeout", "5000"}, {"application_name", "modular-sso"}};
  words.insert(ours.begin(), ours.end());
  words["client_encoding"] = "UTF8";
  return words;
}

}  // namespace

std::string quotedWord(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

DatabaseUrl parseDatabaseUrl(const std::string& url, bool requireTls) {
  DatabaseUrl parsed;
  if (url.find('\0') != std::string::npos) refuse("DATABASE_URL holds a NUL byte", "Check DATABASE_URL.");
  constexpr std::string_view kSqlite = "sqlite://";
  if (url.rfind(kSqlite, 0) == 0) {
    parsed.sqlitePath = sqlitePath(std::string_view(url).substr(kSqlite.size()));
    return parsed;
  }
  if (url.rfind("postgresql://", 0) == 0 || url.rfind("postgres://", 0) == 0) {
    parsed.dialect = Dialect::kPostgres;
    for (const auto& [key, value] : postgresWords(url, requireTls)) {
      if (key == "options") {
        parsed.postgresOptions = value;
      } else {
        parsed.postgres += key + "=" + quotedWord(value) + " ";
      }
    }
    return parsed;
  }
  refuse("DATABASE_URL is neither postgresql://... nor sqlite:///...", "Set DATABASE_URL.");
}

}  // namespace sso::db
