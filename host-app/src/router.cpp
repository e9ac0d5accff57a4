// SPDX-License-Identifier: Apache-2.0
#include "router.h"

#include "sso/error.h"
#include "sso/error_view.h"
#include "sso/reason.h"

namespace hostapp {
namespace {

constexpr std::size_t kLongestField = 4096;

/// Nobody is signed in: a page leads to the sign-in and back, everything else is told so.
sso::WebResponse askToSignIn(const sso::RequestInfo& request) {
  if (request.wantsJson()) throw sso::Error(sso::ErrorCode::kUnauthorized, sso::reason::kHost, "no session");
  if (request.method == "POST") return sso::WebResponse::redirect("/login");
  return sso::WebResponse::redirect("/login?return_to=" + sso::percentEncode(request.path));
}

}  // namespace

Router::Router(std::shared_ptr<const CsrfGuard> csrf, std::shared_ptr<const SessionKeeper> sessions)
    : csrf_(std::move(csrf)), sessions_(std::move(sessions)) {}

void Router::add(const std::string& method, const std::string& path, Access access, Page page) {
  routes_[path][method] = {access, std::move(page)};
}

void Router::post(const std::string& path, Access access, Page page, FormLimits limits) {
  routes_[path]["POST"] = {access, std::move(page), limits};
}

sso::WebResponse Router::respond(const sso::RequestInfo& request) const {
  const auto path = routes_.find(request.path);
  if (path == routes_.end()) throw sso::Error(sso::ErrorCode::kNotFound, sso::reason::kHost, "no such page");
  const auto route = path->second.find(request.method == "HEAD" ? "GET" : request.method);
  if (route != path->second.end()) return respondTo(route->second, request);
  throw sso::Error(sso::ErrorCode::kMethodNotAllowed, sso::reason::kHost, "no such method for this page");
}

std::string Router::allowedMethods(std::string_view path) const {
  std::string methods;
  const auto found = routes_.find(path);
  if (found == routes_.end()) return methods;
  for (const auto& entry : found->second) {
    methods += (methods.empty() ? "" : ", ") + entry.first + (entry.first == "GET" ? ", HEAD" : "");
  }
  return methods;
}

std::size_t Router::maxFormBytes(std::string_view path) const {
  const auto found = routes_.find(path);
  if (found == routes_.end()) return FormLimits{}.bytes;
  const auto post = found->second.find("POST");
  return post == found->second.end() ? FormLimits{}.bytes : post->second.limits.bytes;
}

sso::WebResponse Router::respondTo(const Route& route, const sso::RequestInfo& request) const {
  const bool posted = request.method == "POST";
  // Where it comes from is asked before anything is read from the database.
  if (posted) csrf_->requireOwnForm(request);
  std::optional<sessions::SignedIn> session;
  if (route.access != Access::kOpen) session = sessions_->find(request);
  if (route.access == Access::kMember && !session) return askToSignIn(request);

  const auto form = sso::Parameters::parse(posted ? std::string_view(request.body) : std::string_view{},
                                           route.limits.fields, kLongestField);
  if (posted) requireToken(route, request, form, session);
  return route.page(Visit{request, session, form});
}

void Router::requireToken(const Route& route, const sso::RequestInfo& request, const sso::Parameters& form,
                          const std::optional<sessions::SignedIn>& session) const {
  const auto token = form.single(CsrfGuard::kField);
  if (session && route.access == Access::kMember) {
    csrf_->requireSessionToken(token, session->idHash);
  } else {
    csrf_->requireVisitorToken(token, request);
  }
}

}  // namespace hostapp
