// SPDX-License-Identifier: Apache-2.0
#include "password_hasher.h"

#include <argon2.h>

#include <array>

#include "crypto.h"
#include "sso/error.h"

namespace hostapp {
namespace {

constexpr std::size_t kSaltBytes = 16;  // RFC 9106 section 3.1
constexpr std::size_t kHashBytes = 32;
constexpr std::string_view kPrefix = "$argon2id$";

/// "$argon2id$v=19$m=19456,t=2,p=1$", the part of a PHC string that names the cost.
std::string headOf(const PasswordCost& cost) {
  return "$argon2id$v=19$m=" + std::to_string(cost.memoryKib) + ",t=" + std::to_string(cost.passes) +
         ",p=" + std::to_string(cost.lanes) + "$";
}

}  // namespace

/// Holds one of the places in which a hash may be computed.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : turns_(hasher.turns_) {
    if (turns_.try_acquire() || acquiredInTime(hasher)) return;
    throw sso::Error(sso::ErrorCode::kRateLimited, "busy", "too many passwords are being checked at once");
  }
  ~Turn() { turns_.release(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  bool acquiredInTime(PasswordHasher& hasher) {
    const bool room = ++hasher.waiting_ <= hasher.mostWaiting_;
    const bool acquired = room && turns_.try_acquire_for(hasher.longestWait_);
    --hasher.waiting_;
    return acquired;
  }

  std::counting_semaphore<kAtOnce>& turns_;
};

PasswordHasher::PasswordHasher(std::shared_ptr<sso::RandomSource> random, PasswordCost cost,
                               std::chrono::milliseconds longestWait, int mostWaiting)
    : random_(std::move(random)), cost_(cost), longestWait_(longestWait), mostWaiting_(mostWaiting) {
  // A hash of a random password that nobody ever learns.
  decoy_ = hashInTurn(randomHex(*random_, 32));
}

std::string PasswordHasher::hash(std::string_view password) {
  const Turn turn(*this);
  return hashInTurn(password);
}

std::string PasswordHasher::hashInTurn(std::string_view password) {
  std::array<unsigned char, kSaltBytes> salt{};
  random_->fill(salt.data(), salt.size());
  const auto size = argon2_encodedlen(cost_.passes, cost_.memoryKib, cost_.lanes, kSaltBytes, kHashBytes, Argon2_id);
  std::string encoded(size, '\0');
  const int result = argon2id_hash_encoded(cost_.passes, cost_.memoryKib, cost_.lanes, password.data(), password.size(),
                                           salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (result != ARGON2_OK) {
    throw sso::Error(sso::ErrorCode::kInternal, "internal", std::string("argon2: ") + argon2_error_message(result));
  }
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool PasswordHasher::verify(std::string_view stored, std::string_view password) {
  const bool real = stored.substr(0, kPrefix.size()) == kPrefix;
  const std::string encoded = real ? std::string(stored) : decoy_;
  const Turn turn(*this);
  const int result = argon2id_verify(encoded.c_str(), password.data(), password.size());
  return real && result == ARGON2_OK;
}

bool PasswordHasher::needsRehash(std::string_view stored) const {
  const std::string head = headOf(cost_);
  return stored.substr(0, head.size()) != head;
}

}  // namespace hostapp
