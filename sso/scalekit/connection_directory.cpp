// SPDX-License-Identifier: Apache-2.0
#include "scalekit/connection_directory.h"

#include <functional>

#include "base/circuit_breaker.h"
#include "scalekit/listing_cache.h"
#include "scalekit/management_client.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::string_view kConnectionsPath = "/api/v1/connections";

/// Scalekit's trace id goes along: it is what its support asks for (CONTRACT.md 1.4).
Error unexpectedStatus(const HttpResponse& response) {
  const bool passing = response.status == 429 || response.status >= 500;
  return Error(passing ? ErrorCode::kUpstreamUnavailable : ErrorCode::kUpstreamRejected, reason::kUpstream,
               "list of connections answered " + std::to_string(response.status) + ", trace " +
                   std::string(response.header("x-trace-id")));
}

/// An organization or domain that Scalekit does not know has no connection.
ConnectionList readAnswer(const HttpResponse& response) {
  if (response.status == 404) return {};
  if (response.status != 200) throw unexpectedStatus(response);
  return readConnectionList(response.body);
}

}  // namespace

struct ConnectionDirectory::State {
  ManagementClient client;
  ListingCache listings;
  CircuitBreaker circuit;
  std::shared_ptr<LogSink> log;
  std::shared_ptr<Bulkhead> bulkhead;

  std::shared_ptr<const ConnectionList> ofOrganization(std::string_view organizationId) {
    const std::string id(organizationId);
    return listings.get({id}, [&] { return *guarded([&] { return readAnswer(ask({{"organization_id", id}})); }); });
  }

  /// Domains over 32 characters may be refused with 400 (CONTRACT.md 4.5): then the organization's own list decides.
  std::shared_ptr<const ConnectionList> ofDomain(std::string_view domain, std::string_view organizationId) {
    const std::string name(domain);
    return listings.get({std::string(organizationId), name}, [&] {
      const auto list = guarded([&]() -> std::optional<ConnectionList> {
        const HttpResponse response = ask({{"domain", name}});
        if (response.status == 400) return std::nullopt;
        return readAnswer(response);
      });
      return list ? *list : *ofOrganization(organizationId);
    });
  }

  HttpResponse ask(const ManagementClient::Query& query) { return client.get(kConnectionsPath, query); }

  /// Runs one step of a fetch: not at all while the circuit is open; a failure is counted when Scalekit was away, and
  /// logged once, by the thread that asked.
  std::optional<ConnectionList> guarded(const std::function<std::optional<ConnectionList>()>& step) {
    const Bulkhead::Turn turn(bulkhead.get());  // that others wait is no failure of Scalekit's
    if (!circuit.allows()) throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, "circuit is open");
    try {
      auto list = step();
      circuit.succeeded();
      return list;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kUpstreamUnavailable) circuit.failed();
      log->write({LogLevel::kWarning,
                  "scalekit.connections.failed",
                  {{"reason", error.reason()}, {"detail", error.what()}, {"hint", error.hint()}}});
      throw;
    }
  }

  /// Runs the question; whatever goes wrong is "unknown", because a sign-in must not hang on this call.
  template <typename Question>
  Answer answer(const Question& question) noexcept {
    try {
      return question() ? Answer::kActive : Answer::kInactive;
    } catch (const Error&) {
      return Answer::kUnknown;  // logged by guarded()
    } catch (...) {             // an embedder's transport may throw anything, and this must not end the process
      log->write({LogLevel::kError, "scalekit.connections.failed", {}});
      return Answer::kUnknown;
    }
  }
};

ConnectionDirectory::ConnectionDirectory(const SsoOptions& options, std::shared_ptr<HttpTransport> transport,
                                         std::shared_ptr<AccessTokenCache> tokens, std::shared_ptr<Clock> clock,
                                         std::shared_ptr<LogSink> log, RetryPlan retries)
    : state_(new State{ManagementClient(options, std::move(transport), std::move(tokens), clock, retries),
                       ListingCache(clock, retries.bulkhead), CircuitBreaker(std::move(clock)), std::move(log),
                       retries.bulkhead}) {}

ConnectionDirectory::~ConnectionDirectory() = default;

ConnectionDirectory::Answer ConnectionDirectory::ofOrganization(std::string_view organizationId,
                                                                std::string_view connectionId) noexcept {
  return state_->answer(
      [&] { return hasActive(*state_->ofOrganization(organizationId), organizationId, connectionId, {}); });
}

ConnectionDirectory::Answer ConnectionDirectory::ofDomain(std::string_view domain,
                                                          std::string_view organizationId) noexcept {
  return state_->answer(
      [&] { return hasActive(*state_->ofDomain(domain, organizationId), organizationId, {}, domain); });
}

std::string ConnectionDirectory::servingDomain(std::string_view organizationId, std::string_view domain) noexcept {
  std::string only;
  const auto answer = state_->answer([&] {
    only = onlyServing(*state_->ofOrganization(organizationId), organizationId, domain);
    return !only.empty();
  });
  return answer == Answer::kActive ? only : std::string();
}

void ConnectionDirectory::forget(std::string_view organizationId) {
  state_->listings.forget(std::string(organizationId));
}

}  // namespace sso::detail
