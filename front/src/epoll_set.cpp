// SPDX-License-Identifier: Apache-2.0
#include "epoll_set.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

namespace sso::front::detail {
namespace {

constexpr std::uint32_t kOnce = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;

Descriptor orThrow(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return Descriptor(descriptor);
}

}  // namespace

EpollSet::EpollSet()
    : set_(orThrow(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(orThrow(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
  if (!watch(wake_.get(), kWake)) throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

bool EpollSet::control(int operation, int descriptor, std::uint64_t key, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  return ::epoll_ctl(set_.get(), operation, descriptor, &event) == 0;
}

bool EpollSet::watch(int descriptor, std::uint64_t key) { return control(EPOLL_CTL_ADD, descriptor, key, EPOLLIN); }
void EpollSet::silence(int descriptor, std::uint64_t key) { control(EPOLL_CTL_MOD, descriptor, key, 0); }
void EpollSet::resume(int descriptor, std::uint64_t key) { control(EPOLL_CTL_MOD, descriptor, key, EPOLLIN); }
bool EpollSet::watchOnce(int descriptor, std::uint64_t key) { return control(EPOLL_CTL_ADD, descriptor, key, kOnce); }
bool EpollSet::rearm(int descriptor, std::uint64_t key) { return control(EPOLL_CTL_MOD, descriptor, key, kOnce); }
bool EpollSet::rearmForOutput(int descriptor, std::uint64_t key) {
  return control(EPOLL_CTL_MOD, descriptor, key, EPOLLOUT | EPOLLRDHUP | EPOLLONESHOT);
}
void EpollSet::forget(int descriptor) { control(EPOLL_CTL_DEL, descriptor, 0, 0); }

std::span<const std::uint64_t> EpollSet::wait(std::chrono::milliseconds longest) {
  std::array<epoll_event, kAtOnce> events;
  const int count =
      ::epoll_wait(set_.get(), events.data(), static_cast<int>(events.size()), static_cast<int>(longest.count()));
  std::size_t kept = 0;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
    std::uint64_t times = 0;
    if (key == kWake && ::read(wake_.get(), &times, sizeof times) < 0) continue;  // somebody took it before
    ready_[kept++] = key;
  }
  return {ready_.data(), kept};
}

void EpollSet::wake() {
  const std::uint64_t once = 1;
  // It can only fail when it is set already.
  [[maybe_unused]] const auto written = ::write(wake_.get(), &once, sizeof once);
}

}  // namespace sso::front::detail
