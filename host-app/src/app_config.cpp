// SPDX-License-Identifier: Apache-2.0
#include "app_config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>

#include "crypto.h"
#include "mail_settings.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw sso::Error(sso::ErrorCode::kConfig, sso::reason::kConfig, why);
}

/// Closes a file descriptor when it goes.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// The development key in the data folder, made on first use. O_EXCL: of two instances that start at once one makes it
/// and the other reads it. Written under another name first, so that nobody reads half a key.
std::string developmentKey(const std::filesystem::path& folder, sso::RandomSource& random) {
  const auto path = folder / "secret_keys";
  if (!std::filesystem::exists(path)) {
    std::array<unsigned char, 32> bytes{};
    random.fill(bytes.data(), bytes.size());
    const std::string text = encodeBase64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) + "\n";
    const auto draft = folder / ("secret_keys." + randomHex(random, 8));
    {
      const File file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
      if (file.get() < 0 || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
          ::fsync(file.get()) != 0) {
        refuse("APP_DATA: cannot write " + draft.string());
      }
    }
    // link() fails when another instance was first; its key is the one then.
    const bool linked = ::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
    ::unlink(draft.c_str());
    if (!linked) refuse("APP_DATA: cannot write " + path.string());
  }
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  std::string keys = text.str();
  std::replace(keys.begin(), keys.end(), '\n', ' ');
  while (!keys.empty() && keys.back() == ' ') keys.pop_back();
  if (keys.empty()) refuse("APP_DATA: cannot read " + path.string());
  return keys;
}

void makeDataFolder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::create_directories(folder, error)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  if (error || !std::filesystem::is_directory(folder)) refuse("APP_DATA: cannot make the folder " + folder.string());
}

std::vector<std::string> words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> found;
  for (std::string word; in >> word;) found.push_back(word);
  return found;
}

std::string mailInWords(const AppConfig& config) {
  if (!config.mail) return config.production() ? "off" : "kept at /dev/mailbox";
  return "through " + config.mail->host + ":" + std::to_string(config.mail->port);
}

/// APP_TLS_CERTIFICATE and APP_TLS_KEY; nullopt without both.
std::optional<sso::front::TlsFiles> tlsFiles(const Settings& settings, std::vector<std::string>& problems) {
  const auto certificate = settings.get("APP_TLS_CERTIFICATE"), key = settings.get("APP_TLS_KEY");
  if (!certificate && !key) return std::nullopt;
  if (!certificate || !key) {
    problems.emplace_back("APP_TLS_CERTIFICATE, APP_TLS_KEY: one without the other");
  } else if (!settings.get("APP_BASE_URL").value_or("").starts_with("https://")) {
    problems.emplace_back("APP_TLS_CERTIFICATE: APP_BASE_URL begins with https:// then");
  }
  return sso::front::TlsFiles{certificate.value_or(""), key.value_or("")};
}

}  // namespace

std::optional<ListenAddress> parseListen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // an IPv6 address needs its brackets
  }
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  const bool plain = std::all_of(host.begin(), host.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!plain) return std::nullopt;
  return ListenAddress{host.empty() ? "0.0.0.0" : std::string(host), port};
}

std::string AppConfig::ownOrigin() const {
  const auto scheme = sso.baseUrl.find("://");
  if (scheme == std::string::npos) return sso.baseUrl;
  std::string origin = sso.baseUrl.substr(0, sso.baseUrl.find('/', scheme + 3));
  std::transform(origin.begin(), origin.end(), origin.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  // RFC 6454 section 6.2: the default port is left out.
  for (const std::string_view standard : {"https://:443", "http://:80"}) {
    const auto split = standard.rfind(':');
    if (origin.starts_with(standard.substr(0, split)) && origin.ends_with(standard.substr(split))) {
      origin.resize(origin.size() - (standard.size() - split));
    }
  }
  return origin;
}

AppConfig AppConfig::from(Settings settings, sso::RandomSource& random) {
  AppConfig config;
  std::vector<std::string> problems;
  const std::string environment = settings.get("APP_ENV").value_or("development");
  const bool development = environment == "development";
  if (const auto folder = settings.get("APP_DATA")) config.dataFolder = *folder;

  if (const auto listen = settings.get("APP_LISTEN")) {
    if (const auto address = parseListen(*listen)) {
      config.listenHost = address->host;
      config.listenPort = address->port;
    } else {
      problems.emplace_back("APP_LISTEN: expected host:port, e.g. 127.0.0.1:8080");
    }
  }
  config.databaseUrl = settings.get("DATABASE_URL").value_or("");
  if (config.databaseUrl.empty()) {
    // Every instance must see the same database; a file beside the program is no production default.
    if (!development) problems.emplace_back("DATABASE_URL: required in production, e.g. postgresql://...");
    config.databaseUrl = "sqlite://" + (std::filesystem::absolute(config.dataFolder) / "fieldnote.db").string();
  }
  if (auto proxies = sso::front::TrustedProxies::parse(words(settings.get("APP_TRUSTED_PROXIES").value_or("")))) {
    config.trustedProxies = std::move(*proxies);
  } else {
    problems.emplace_back("APP_TRUSTED_PROXIES: expected addresses or networks, e.g. 127.0.0.1 10.0.0.0/8");
  }
  config.tls = tlsFiles(settings, problems);
  config.mail = mailSettings(settings, problems);

  if (development) {
    makeDataFolder(config.dataFolder);
    if (!settings.get("APP_SECRET_KEYS")) settings.set("APP_SECRET_KEYS", developmentKey(config.dataFolder, random));
  }
  try {
    config.sso = sso::SsoOptions::from([&settings](std::string_view name) { return settings.get(name); });
    for (auto& problem : config.sso.problems()) problems.push_back(std::move(problem));
  } catch (const sso::Error& error) {
    problems.insert(problems.begin(), plainText(error));
  }
  if (problems.empty()) return config;

  std::string all;
  for (const auto& problem : problems) all += (all.empty() ? "" : "; ") + problem;
  refuse(all);
}

std::string describeConfig(const AppConfig& config, const Settings& settings) {
  std::string text;
  for (const auto name : knownSettings()) {
    const auto value = settings.get(name);
    std::string shown = value.value_or("(not set)");
    if (value && isSecretSetting(name)) shown = "(set, not shown)";
    text += std::string(name) + "=" + shown + "\n";
  }
  const auto scheme = config.databaseUrl.substr(0, config.databaseUrl.find(':'));
  text += "# listening on " + config.listenHost + ":" + std::to_string(config.listenPort) + ", database " + scheme +
          ", " + (config.production() ? "production" : "development") + (config.tls ? ", TLS" : ", plain HTTP") +
          ", mail " + mailInWords(config) + "\n";
  return text;
}

}  // namespace hostapp
