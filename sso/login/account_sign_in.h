// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "identity/identity_mapper.h"
#include "scalekit/connection_directory.h"
#include "sso/host_adapter.h"
#include "sso/http_types.h"
#include "sso/storage.h"

namespace sso::detail {

/// What to do with a live session of another account that the browser holds (SEC-CB-19).
enum class OthersSession {
  kReplace,   ///< the person asked for this login on a page of ours, or has agreed
  kAskFirst,  ///< the login may have begun with somebody else's link: nothing is ended unasked
};

/// How it went: signed in, with the cookies of the host's session, or a decision that signs nobody in.
struct SignInResult {
  MappedLogin mapped;
  bool signedIn = false;
  bool othersSession = false;  ///< it would have ended another account's session: nothing was written
  std::vector<Cookie> cookies;
};

/// The last step of every login: one unit of work around decision, account, identity, audit trail and the host's
/// session - all or nothing - and no cookie before the commit is known (SECURITY N1, N2, N5). Immutable; thread-safe.
class AccountSignIn {
 public:
  AccountSignIn(std::shared_ptr<HostAdapter> host, std::shared_ptr<Storage> storage,
                std::shared_ptr<ConnectionDirectory> connections, std::shared_ptr<IdentityMapper> mapper,
                std::shared_ptr<LogSink> log);
  /// onlyAccountId: when not empty, nobody but this account is signed in, whatever the policy finds.
  SignInResult signIn(LoginAttempt attempt, const RequestInfo& request, const std::string& idTokenHint,
                      OthersSession others, std::string_view onlyAccountId = {}) const;

 private:
  void tell(const SignInResult& result, const LoginAttempt& attempt) const;

  std::shared_ptr<HostAdapter> host_;
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<ConnectionDirectory> connections_;
  std::shared_ptr<IdentityMapper> mapper_;
  std::shared_ptr<LogSink> log_;
};

}  // namespace sso::detail
