// SPDX-License-Identifier: Apache-2.0
#include "login/login_transaction.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "login/sealed_fields.h"

namespace sso::detail {
namespace {

constexpr std::string_view kTransactionPurpose = "login-transaction";
constexpr std::string_view kTransactionVersion = "3";
constexpr std::size_t kTransactionFields = 12;

}  // namespace

LoginTransactions::LoginTransactions(std::shared_ptr<Sealer> sealer, const SsoOptions& options,
                                     std::shared_ptr<Clock> clock, std::shared_ptr<RandomSource> random)
    : sealer_(std::move(sealer)),
      cookies_(options),
      lifetime_(options.transactionLifetime),
      clock_(std::move(clock)),
      random_(std::move(random)) {}

LoginTransaction LoginTransactions::fresh() const {
  LoginTransaction transaction;
  transaction.state = randomToken(*random_);
  transaction.nonce = randomToken(*random_);
  transaction.codeVerifier = Secret(randomToken(*random_));
  transaction.createdAt = clock_->now();
  return transaction;
}

std::vector<Cookie> LoginTransactions::cookiesFor(const LoginTransaction& transaction,
                                                  const RequestInfo& request) const {
  const std::string name = cookies_.transactionName(transaction.state);
  const std::string plain = joinFields(
      kTransactionVersion,
      {transaction.state, transaction.nonce, transaction.codeVerifier.reveal(), transaction.returnTo,
       transaction.organizationId, transaction.connectionId, std::to_string(static_cast<int>(transaction.origin)),
       std::to_string(toEpochSeconds(transaction.createdAt)), transaction.ownSite ? "1" : "0",
       transaction.reauthenticate ? "1" : "0", transaction.invitationHash,
       transaction.maxAge ? std::to_string(transaction.maxAge->count()) : ""});
  std::vector<Cookie> cookies{cookies_.set(name, sealer_->seal(kTransactionPurpose, plain, name), lifetime_)};

  std::vector<std::pair<TimePoint, std::string>> outstanding;
  for (const auto& [other, value] : request.cookies) {
    if (!other.starts_with(cookies_.transactionPrefix())) continue;
    const auto opened = unseal(other, value);
    if (opened && !expired(*opened)) {
      outstanding.emplace_back(opened->createdAt, other);
    } else {
      cookies.push_back(cookies_.clear(other));
    }
  }
  std::sort(outstanding.begin(), outstanding.end());
  for (std::size_t i = 0; outstanding.size() - i >= kMaxOutstanding; ++i) {
    cookies.push_back(cookies_.clear(outstanding[i].second));
  }
  return cookies;
}

std::optional<LoginTransaction> LoginTransactions::open(std::string_view state, const RequestInfo& request) const {
  const std::string name = cookies_.transactionName(state);
  const auto cookie = request.cookies.find(name);
  if (cookie == request.cookies.end()) return std::nullopt;
  auto transaction = unseal(name, cookie->second);
  // The name holds a part of the digest only: the state itself must be the sealed one (RFC 9700 4.7; SEC-CB-01).
  if (!transaction || !equalsConstantTime(transaction->state, state)) return std::nullopt;
  return transaction;
}

std::optional<LoginTransaction> LoginTransactions::unseal(const std::string& name, const std::string& value) const {
  const auto plain = sealer_->open(kTransactionPurpose, value, name);
  if (!plain) return std::nullopt;
  auto fields = splitFields(*plain, kTransactionVersion, kTransactionFields);
  if (!fields) return std::nullopt;
  auto& field = *fields;
  const auto origin = parseInteger(field[6]), createdAt = parseInteger(field[7]);
  if (!origin || !createdAt) return std::nullopt;
  LoginTransaction transaction;
  transaction.state = std::move(field[0]);
  transaction.nonce = std::move(field[1]);
  transaction.codeVerifier = Secret(std::move(field[2]));
  transaction.returnTo = std::move(field[3]);
  transaction.organizationId = std::move(field[4]);
  transaction.connectionId = std::move(field[5]);
  transaction.origin = static_cast<LoginOrigin>(*origin);
  transaction.createdAt = fromEpochSeconds(*createdAt);
  transaction.ownSite = field[8] == "1";
  transaction.reauthenticate = field[9] == "1";
  transaction.invitationHash = std::move(field[10]);
  if (const auto maxAge = parseInteger(field[11])) transaction.maxAge = std::chrono::seconds(*maxAge);
  return transaction;
}

bool LoginTransactions::expired(const LoginTransaction& transaction) const {
  const auto age = clock_->now() - transaction.createdAt;
  return age > lifetime_ || age < -kClockMargin;
}

TimePoint LoginTransactions::forgetAt(const LoginTransaction& transaction) const {
  return transaction.createdAt + lifetime_ + 2 * kClockMargin;
}

bool LoginTransactions::browserHoldsAny(const RequestInfo& request) const {
  const auto first = request.cookies.lower_bound(cookies_.transactionPrefix());
  return first != request.cookies.end() && first->first.starts_with(cookies_.transactionPrefix());
}

}  // namespace sso::detail
