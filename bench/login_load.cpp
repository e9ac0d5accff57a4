// SPDX-License-Identifier: Apache-2.0
// Complete logins through the real HTTP path: the application's start, the local Scalekit's sign-in form, the callback,
// the session. Prints one JSON line: logins per second, latency, errors. Loopback only, bounded in time.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "wire.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Settings {
  std::uint16_t appPort = 8080, simulatorPort = 8090;
  std::string organization = "org_59615193906282635", domain = "example.com", sessionCookie = "sid", cookiesOut;
  std::string prefix = "bench";  ///< of the addresses, so that two uses of the driver do not end each other's sessions
  int connections = 32, seconds = 5, people = 200;
  long count = 0;  ///< stop after this many logins; 0: by time only
};

struct Totals {
  std::atomic<long> done{0}, errors{0};
  std::mutex mutex;
  std::vector<double> loginMs, callbackMs;
  std::string sessions, firstError;
};

double since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// The path and query of an absolute URL, or the text itself.
std::string targetOf(const std::string& url) {
  const std::size_t scheme = url.find("://");
  return scheme == std::string::npos ? url : url.substr(url.find('/', scheme + 3));
}

void expectRedirect(const bench::Answer& answer, const char* step) {
  if (answer.status / 100 != 3 || answer.location.empty()) {
    throw std::runtime_error(std::string(step) + " answered " + std::to_string(answer.status));
  }
}

std::string cookieHeader(const std::map<std::string, std::string>& cookies) {
  std::string header;
  for (const auto& [name, value] : cookies) {
    if (!value.empty()) header.append(header.empty() ? "" : "; ").append(name).append("=").append(value);
  }
  return header;
}

/// One login of one person in a fresh browser; returns the time that the callback alone took.
double login(bench::Wire& app, bench::Wire& simulator, const Settings& s, int person, std::string& session) {
  const auto begun = app.get("/sso/login?organization_id=" + s.organization);
  expectRedirect(begun, "start");
  const auto authorize = simulator.get(targetOf(begun.location));
  expectRedirect(authorize, "authorize");
  const std::string request = authorize.location.substr(authorize.location.find("authRequestID=") + 14);
  const std::string email = s.prefix + std::to_string(person) + "%40" + s.domain;
  const auto signedIn = simulator.post(
      "/login", "authRequestID=" + request + "&scenario=login&email=" + email + "&given_name=Bench&family_name=Person");
  expectRedirect(signedIn, "sign-in form");
  const auto start = Clock::now();
  const auto back = app.get(targetOf(signedIn.location), cookieHeader(begun.cookies));
  const double ms = since(start);
  expectRedirect(back, "callback");
  const auto cookie = back.cookies.find(s.sessionCookie);
  if (cookie == back.cookies.end() || cookie->second.empty()) throw std::runtime_error("callback set no session");
  session = cookie->second;
  return ms;
}

void worker(const Settings& s, Totals& totals, int first, Clock::time_point end) {
  bench::Wire app(s.appPort), simulator(s.simulatorPort);
  std::vector<double> loginMs, callbackMs;
  std::string sessions;
  for (int i = 0; Clock::now() < end && (s.count == 0 || totals.done < s.count); ++i) {
    try {
      std::string session;
      const auto start = Clock::now();
      callbackMs.push_back(login(app, simulator, s, (first + i * s.connections) % s.people, session));
      loginMs.push_back(since(start));
      ++totals.done;
      if (!s.cookiesOut.empty()) sessions += "Cookie: " + s.sessionCookie + "=" + session + "\n";
    } catch (const std::exception& error) {
      ++totals.errors;
      std::lock_guard lock(totals.mutex);
      if (totals.firstError.empty()) totals.firstError = error.what();
    }
  }
  std::lock_guard lock(totals.mutex);
  totals.loginMs.insert(totals.loginMs.end(), loginMs.begin(), loginMs.end());
  totals.callbackMs.insert(totals.callbackMs.end(), callbackMs.begin(), callbackMs.end());
  totals.sessions += sessions;
}

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

Settings parse(int argc, char** argv) {
  Settings s;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--app")
      s.appPort = static_cast<std::uint16_t>(std::stoi(value));
    else if (name == "--simulator")
      s.simulatorPort = static_cast<std::uint16_t>(std::stoi(value));
    else if (name == "--organization")
      s.organization = value;
    else if (name == "--domain")
      s.domain = value;
    else if (name == "--session-cookie")
      s.sessionCookie = value;
    else if (name == "--prefix")
      s.prefix = value;
    else if (name == "--cookies-out")
      s.cookiesOut = value;
    else if (name == "--connections")
      s.connections = std::stoi(value);
    else if (name == "--seconds")
      s.seconds = std::stoi(value);
    else if (name == "--people")
      s.people = std::stoi(value);
    else if (name == "--count")
      s.count = std::stol(value);
    else
      throw std::runtime_error("unknown option " + name);
  }
  return s;
}

int run(const Settings& s) {
  Totals totals;
  const auto start = Clock::now();
  const auto end = start + std::chrono::seconds(s.seconds);
  std::vector<std::thread> threads;
  for (int i = 0; i < s.connections; ++i) threads.emplace_back([&, i] { worker(s, totals, i, end); });
  for (auto& thread : threads) thread.join();
  const double seconds = since(start) / 1000;
  if (!s.cookiesOut.empty()) std::ofstream(s.cookiesOut) << totals.sessions;
  if (!totals.firstError.empty()) std::fprintf(stderr, "login_load: %s\n", totals.firstError.c_str());
  std::printf(
      "{\"requests\":%ld,\"errors\":%ld,\"per_second\":%.1f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"callback_p50_ms\":%.2f}"
      "\n",
      totals.done.load(), totals.errors.load(), static_cast<double>(totals.done.load()) / seconds,
      percentile(totals.loginMs, 0.5), percentile(totals.loginMs, 0.99), percentile(totals.callbackMs, 0.5));
  return totals.done > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "login_load: %s\n", error.what());
    return 2;
  }
}
