// SPDX-License-Identifier: Apache-2.0
#include "app_factory.h"

#include <Poco/Net/HTTPServerRequest.h>

#include "pages/page_helpers.h"
#include "sso/error_view.h"
#include "sso/reason.h"
#include "sso/request_handler_base.h"

namespace hostapp {
namespace {

/// Failures whose next step is the sign-in page.
bool aboutSignIn(sso::ErrorCode code) {
  return code == sso::ErrorCode::kSsoRequired || code == sso::ErrorCode::kAccountDisabled ||
         code == sso::ErrorCode::kUnauthorized;
}

/// The application's own routes behind the module's handler base: limits, header gate and catch-all are its.
class AppHandler : public sso::RequestHandlerBase {
 public:
  /// maxBytes: of the body.
  AppHandler(std::shared_ptr<const Parts> parts, std::shared_ptr<const Router> router, std::size_t maxBytes)
      : RequestHandlerBase({maxBytes, parts->config.production()}, parts->log),
        parts_(std::move(parts)),
        router_(std::move(router)) {}

 protected:
  sso::WebResponse run(const sso::RequestInfo& request) override {
    if (request.method == "GET" || request.method == "HEAD") {
      if (auto asset = parts_->assets->answer(request.path)) return *asset;
    }
    return router_->respond(request);
  }

  sso::WebResponse onError(const sso::Error& error, const std::string& reference,
                           const sso::RequestInfo& request) noexcept override {
    try {
      sso::ErrorView view = sso::viewOf(error, reference);
      if (view.retryPath.empty() && aboutSignIn(error.code())) view.retryPath = "/login";
      auto answer = request.wantsJson() ? sso::errorAsJson(view) : parts_->pages->errorPage(view);
      if (error.code() == sso::ErrorCode::kRateLimited) answer.headers.emplace_back("Retry-After", "10");
      if (error.code() == sso::ErrorCode::kMethodNotAllowed) {
        const std::string methods = router_->allowedMethods(request.path);
        if (!methods.empty()) answer.headers.emplace_back("Allow", methods);
      }
      return answer;
    } catch (...) {
      return RequestHandlerBase::onError(error, reference, request);  // our template failed: the plain page
    }
  }

 private:
  std::shared_ptr<const Parts> parts_;
  std::shared_ptr<const Router> router_;
};

/// The answer to a start or a callback of a login that came too early. Not a line of the log each: a flood of them is
/// told as a number.
class WaitHandler : public sso::RequestHandlerBase {
 public:
  WaitHandler(std::shared_ptr<const Parts> parts, std::chrono::seconds wait)
      : RequestHandlerBase({0, parts->config.production()}, parts->log), parts_(std::move(parts)), wait_(wait) {}

 protected:
  sso::WebResponse run(const sso::RequestInfo& request) override {
    const sso::Error error(sso::ErrorCode::kRateLimited, sso::reason::kHost, "too many logins of one network");
    const sso::ErrorView view = sso::viewOf(error, "");
    auto answer = request.wantsJson() ? sso::errorAsJson(view) : parts_->pages->errorPage(view);
    addRetryAfter(answer, wait_);
    answer.headers.emplace_back("Referrer-Policy", "no-referrer");  // the callback's address holds a code
    return answer;
  }

 private:
  std::shared_ptr<const Parts> parts_;
  const std::chrono::seconds wait_;
};

}  // namespace

AppFactory::AppFactory(std::shared_ptr<const Parts> parts, std::shared_ptr<const Router> router)
    : parts_(std::move(parts)), router_(std::move(router)) {}

Poco::Net::HTTPRequestHandler* AppFactory::createRequestHandler(const Poco::Net::HTTPServerRequest& request) {
  sso::holdContinue(request);
  if (const auto wait = parts_->ssoLimits->take(request)) return new WaitHandler(parts_, *wait);
  if (auto handler = parts_->sso->handlerFor(request)) return handler.release();  // Poco deletes it
  const std::string& uri = request.getURI();
  const auto maxBytes = router_->maxFormBytes(std::string_view(uri).substr(0, uri.find('?')));
  return new AppHandler(parts_, router_, maxBytes);
}

}  // namespace hostapp
