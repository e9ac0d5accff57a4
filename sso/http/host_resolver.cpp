// SPDX-License-Identifier: Apache-2.0
#include "http/host_resolver.h"

#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace sso::detail {
namespace {

constexpr std::size_t kMaxLookups = 16;

struct Job {
  bool done = false;
  std::vector<Poco::Net::IPAddress> addresses;  ///< empty: the name is unknown
};

}  // namespace

/// Shared with the lookup threads, which may outlive the resolver.
struct HostResolver::State {
  Lookup lookup;
  std::mutex mutex;
  std::condition_variable finished;
  std::map<std::string, std::shared_ptr<Job>> running;

  void run(const std::string& host, Job& job) noexcept {
    std::vector<Poco::Net::IPAddress> addresses;
    try {
      addresses = lookup(host);
    } catch (...) {
      addresses.clear();  // told to the waiting caller as an unknown name
    }
    std::lock_guard lock(mutex);
    job.addresses = std::move(addresses);
    job.done = true;
    running.erase(host);
    finished.notify_all();
  }
};

HostResolver::HostResolver(Lookup lookup) : state_(std::make_shared<State>()) { state_->lookup = std::move(lookup); }

std::vector<Poco::Net::IPAddress> HostResolver::resolve(const std::string& host, const Deadline& deadline) {
  Poco::Net::IPAddress literal;
  if (Poco::Net::IPAddress::tryParse(host, literal)) return {literal};
  std::unique_lock lock(state_->mutex);
  std::shared_ptr<Job>& running = state_->running[host];
  if (!running) {
    if (state_->running.size() > kMaxLookups) {
      state_->running.erase(host);
      throw upstreamUnavailable("too many name lookups under way");
    }
    running = std::make_shared<Job>();
    try {
      std::thread([state = state_, host, job = running] { state->run(host, *job); }).detach();
    } catch (const std::exception&) {
      state_->running.erase(host);
      throw upstreamUnavailable("no thread for a name lookup");
    }
  }
  const auto job = running;
  if (!state_->finished.wait_until(lock, deadline.at(), [&] { return job->done; })) {
    throw upstreamUnavailable("name lookup took too long");
  }
  if (job->addresses.empty()) throw upstreamUnavailable("host name is unknown");
  return job->addresses;
}

std::vector<Poco::Net::IPAddress> HostResolver::systemLookup(const std::string& host) {
  return Poco::Net::DNS::hostByName(host).addresses();
}

}  // namespace sso::detail
