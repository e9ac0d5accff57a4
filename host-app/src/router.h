// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csrf.h"
#include "session_keeper.h"
#include "sso/http_types.h"

namespace hostapp {

/// One request on its way to a page.
struct Visit {
  const sso::RequestInfo& request;
  const std::optional<sessions::SignedIn>& session;  ///< who is signed in
  const sso::Parameters& form;                       ///< of a POST, after the CSRF check
};

/// Who may come, and what a POST must carry.
enum class Access {
  kOpen,     ///< anybody; no session is looked up
  kVisitor,  ///< anybody; forms carry the token of the browser's visit cookie
  kMember,   ///< signed in; forms carry the token of the session
};

/// What a posted form may hold, at most.
struct FormLimits {
  std::size_t fields = 40, bytes = 32 << 10;
};

/// The table of the application's routes, and the one gate in front of them: an unknown path is 404, a wrong method
/// 405, a POST that fails the CSRF check 403, and nobody reaches a member's page without a session. Filled once at the
/// start, then immutable; thread-safe.
class Router {
 public:
  using Page = std::function<sso::WebResponse(const Visit&)>;

  Router(std::shared_ptr<const CsrfGuard> csrf, std::shared_ptr<const SessionKeeper> sessions);
  void get(const std::string& path, Access access, Page page) { add("GET", path, access, std::move(page)); }
  void post(const std::string& path, Access access, Page page) { post(path, access, std::move(page), {}); }
  void post(const std::string& path, Access access, Page page, FormLimits limits);

  /// Throws Error(kNotFound, kForbidden, kUnauthorized, kStorage, ...) and whatever the page throws.
  sso::WebResponse respond(const sso::RequestInfo& request) const;
  /// For the Allow header of a 405 (RFC 9110 15.5.6); empty for an unknown path.
  std::string allowedMethods(std::string_view path) const;
  /// How large the body of a request to this path may be, before anything of it is read.
  std::size_t maxFormBytes(std::string_view path) const;

 private:
  struct Route {
    Access access = Access::kMember;
    Page page;
    FormLimits limits = {};
  };
  void add(const std::string& method, const std::string& path, Access access, Page page);
  sso::WebResponse respondTo(const Route& route, const sso::RequestInfo& request) const;
  void requireToken(const Route& route, const sso::RequestInfo& request, const sso::Parameters& form,
                    const std::optional<sessions::SignedIn>& session) const;

  std::shared_ptr<const CsrfGuard> csrf_;
  std::shared_ptr<const SessionKeeper> sessions_;
  std::map<std::string, std::map<std::string, Route>, std::less<>> routes_;  // path, then method
};

}  // namespace hostapp
