// SPDX-License-Identifier: Apache-2.0
#include "login/refusals.h"

#include <utility>

#include "sso/error_view.h"

namespace sso::detail {
namespace {

/// Trouble is ours or Scalekit's, a refusal is about this login (SECURITY 0: REJ and REJU).
bool isTrouble(ErrorCode code) { return describe(code).httpStatus >= 500; }

}  // namespace

Refusals::Refusals(std::shared_ptr<HostAdapter> host, std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock,
                   std::shared_ptr<LogSink> log, std::string retryPath)
    : host_(std::move(host)),
      storage_(std::move(storage)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      retryPath_(std::move(retryPath)) {}

WebResponse Refusals::refuse(const Error& error, const LoginTrace& trace, const RequestInfo& request) const {
  const bool trouble = isTrouble(error.code());
  report(trouble ? LogLevel::kError : LogLevel::kWarning, trouble ? "sso.login.error" : trace.event, error.reason(),
         error.what(), trace, request);
  return answer(viewOf(error, trace.reference), trace, request);
}

WebResponse Refusals::refuse(DenyCode code, const LoginTrace& trace, const RequestInfo& request) const {
  const auto& info = describe(code);
  report(LogLevel::kWarning, trace.event, info.name, info.adminText, trace, request);
  auto view = viewOf(Error(info.publicCode, info.name), trace.reference);
  view.message = info.userText;
  view.nextStep = info.wayOut;
  return answer(std::move(view), trace, request);
}

void Refusals::report(LogLevel level, std::string_view event, std::string_view reason, std::string_view detail,
                      const LoginTrace& trace, const RequestInfo& request) const {
  LogEvent line{level, event, {{"reference", trace.reference}, {"reason", std::string(reason)}}};
  line.fields.emplace_back("detail", detail);
  const auto known = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) line.fields.emplace_back(name, value);
  };
  known("org", trace.organizationId);
  known("connection", trace.connectionId);
  known("account", trace.accountId);
  log_->write(line);
  if (!trace.audited) return;

  AuditEvent record;
  record.name = event;
  record.reason = reason;
  record.reference = trace.reference;
  record.organizationId = trace.organizationId;
  record.accountId = trace.accountId;
  record.connectionId = trace.connectionId;
  record.remoteAddress = request.remoteAddress;
  record.details = trace.details;
  record.at = clock_->now();
  try {
    storage_->audit().record(record);
  } catch (const Error& error) {
    line.name = "sso.audit.lost";
    line.level = LogLevel::kError;
    line.fields.emplace_back("event", event);
    line.fields.emplace_back("cause", error.reason());
    line.fields.emplace_back("client", request.remoteAddress);
    for (const auto& [key, value] : trace.details) line.fields.emplace_back(key, value);
    log_->write(line);
  }
}

WebResponse Refusals::answer(ErrorView view, const LoginTrace& trace, const RequestInfo& request) const {
  view.retryPath = retryPath_;
  auto response = request.wantsJson() ? errorAsJson(view) : host_->renderError(view, request);
  response.cookies.insert(response.cookies.end(), trace.cookies.begin(), trace.cookies.end());
  keepPrivate(response);
  return response;
}

void keepPrivate(WebResponse& response) {
  const auto setOnce = [&](const char* name, const char* value) {
    for (const auto& header : response.headers) {
      if (header.first == name) return;
    }
    response.headers.emplace_back(name, value);
  };
  setOnce("Cache-Control", "no-store");
  setOnce("Referrer-Policy", "no-referrer");
}

}  // namespace sso::detail
