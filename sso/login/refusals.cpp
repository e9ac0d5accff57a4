// SPDX-License-Identifier: Apache-2.0
#include "login/refusals.h"

#include <utility>

#include "base/circuit_breaker.h"
#include "sso/error_view.h"

namespace sso::detail {
namespace {

/// Trouble is ours or Scalekit's, a refusal is about this login (SECURITY 0: REJ and REJU).
bool isTrouble(ErrorCode code) { return describe(code).httpStatus >= 500; }

constexpr std::string_view kSuppressed = "suppressed";

}  // namespace

Refusals::Refusals(std::shared_ptr<HostAdapter> host, std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock,
                   std::shared_ptr<LogSink> log, const SsoOptions& options)
    : host_(std::move(host)),
      storage_(std::move(storage)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      retryPath_(options.signInPath),
      audited_(std::make_unique<RefusalBudget>(options.strayRefusalsPerMinute, clock_)),
      unaudited_(std::make_unique<RefusalBudget>(options.strayRefusalsPerMinute, clock_)) {}

Refusals::~Refusals() {
  const auto counted = audited_->takeSuppressed();
  const auto countedStarts = unaudited_->takeSuppressed();
  if (counted + countedStarts == 0) return;
  LogEvent line{LogLevel::kWarning, "sso.refusals.suppressed", {}};
  line.fields.emplace_back(kSuppressed, std::to_string(counted + countedStarts));
  log_->write(line);
  if (counted == 0) return;
  AuditEvent event;
  event.name = line.name;
  event.details[std::string(kSuppressed)] = std::to_string(counted);
  event.at = clock_->now();
  try {
    record(event, line);
  } catch (const std::exception&) {
    // A storage that throws anything but sso::Error, or no memory: the line above has told the number.
  }
}

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
  if (trace.stray && !budgetOf(trace).take()) return;
  // Not in an organization's own trail: how many strangers were refused is no business of one customer.
  std::uint64_t suppressed = 0;
  if (trace.stray && (trace.organizationId.empty() || !trace.audited)) suppressed = budgetOf(trace).takeSuppressed();

  LogEvent line{level, event, {{"reference", trace.reference}, {"reason", std::string(reason)}}};
  line.fields.emplace_back("detail", detail);
  const auto known = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) line.fields.emplace_back(name, value);
  };
  known("org", trace.organizationId);
  known("connection", trace.connectionId);
  known("account", trace.accountId);
  if (suppressed > 0) line.fields.emplace_back(kSuppressed, std::to_string(suppressed));
  log_->write(line);
  if (!trace.audited) return;

  AuditEvent refusal;
  refusal.name = event;
  refusal.reason = reason;
  refusal.reference = trace.reference;
  refusal.organizationId = trace.organizationId;
  refusal.accountId = trace.accountId;
  refusal.connectionId = trace.connectionId;
  refusal.remoteAddress = request.remoteAddress;
  refusal.details = trace.details;
  refusal.decision = trace.decision;
  if (suppressed > 0) refusal.details[std::string(kSuppressed)] = std::to_string(suppressed);
  refusal.at = clock_->now();
  record(refusal, std::move(line));
}

void Refusals::record(const AuditEvent& event, LogEvent line) const {
  try {
    storage_->audit().record(event);
  } catch (const Error& error) {
    line.name = "sso.audit.lost";
    line.level = LogLevel::kError;
    line.fields.emplace_back("event", event.name);
    line.fields.emplace_back("cause", error.reason());
    line.fields.emplace_back("client", event.remoteAddress);
    for (const auto& [key, value] : event.details) {
      if (key != kSuppressed) line.fields.emplace_back(key, value);  // which the line has already
    }
    log_->write(line);
  }
}

WebResponse Refusals::answer(ErrorView view, const LoginTrace& trace, const RequestInfo& request) const {
  view.retryPath = retryPath_;
  auto response = request.wantsJson() ? errorAsJson(view) : host_->renderError(view, request);
  // RFC 9110 10.2.3: as long as the circuit stays open.
  if (view.status == 503) response.headers.emplace_back("Retry-After", std::to_string(CircuitBreaker::kPause.count()));
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
