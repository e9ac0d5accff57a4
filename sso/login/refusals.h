// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/refusal_budget.h"
#include "identity/decision.h"
#include "sso/error.h"
#include "sso/host_adapter.h"
#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"
#include "sso/storage.h"

namespace sso::detail {

/// What is known of one request of the login path while it runs, for whatever has to be said about it in the end.
struct LoginTrace {
  std::string reference;  ///< on the page, in the log line and in the audit event
  std::string_view event = "sso.login.failed";
  bool audited = true;  ///< false: a refusal before anything was known, which must not fill a table (SEC-AR-06)
  /// No login was used up by this request, so whoever likes can send it again at any speed: the budget decides whether
  /// its refusal is written down. What used one up always is.
  bool stray = true;
  std::string organizationId, connectionId, accountId;
  std::map<std::string, std::string> details;
  std::string decision;         ///< AuditEvent::decision, once one was made
  std::vector<Cookie> cookies;  ///< to set with any answer: transactions that were used up
};

/// Tells everybody concerned that nobody was signed in: one log line, exactly one audit event (SEC-LG-07), one answer.
/// Of stray refusals only as many as the budget allows; the next one that is written down says how many were not
/// (`suppressed`), and so does the end of the process, so that the sum is exact (SEC-LG-09). With the audit store away
/// the log line carries the whole story under the same reference (SECURITY N5). Thread-safe.
class Refusals {
 public:
  Refusals(std::shared_ptr<HostAdapter> host, std::shared_ptr<Storage> storage, std::shared_ptr<Clock> clock,
           std::shared_ptr<LogSink> log, const SsoOptions& options);
  /// Writes down what was only counted so far.
  ~Refusals();
  Refusals(const Refusals&) = delete;
  Refusals& operator=(const Refusals&) = delete;
  /// A check refused, or something did not work.
  WebResponse refuse(const Error& error, const LoginTrace& trace, const RequestInfo& request) const;
  /// The policy refused.
  WebResponse refuse(DenyCode code, const LoginTrace& trace, const RequestInfo& request) const;

 private:
  void report(LogLevel level, std::string_view event, std::string_view reason, std::string_view detail,
              const LoginTrace& trace, const RequestInfo& request) const;
  void record(const AuditEvent& event, LogEvent line) const;
  WebResponse answer(ErrorView view, const LoginTrace& trace, const RequestInfo& request) const;
  /// Starts are not audited, so they have a budget of their own: the audit trail's sum must not miss what they took.
  RefusalBudget& budgetOf(const LoginTrace& trace) const { return trace.audited ? *audited_ : *unaudited_; }

  std::shared_ptr<HostAdapter> host_;
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<Clock> clock_;
  std::shared_ptr<LogSink> log_;
  std::string retryPath_;
  std::unique_ptr<RefusalBudget> audited_, unaudited_;
};

/// No page of the login path may be kept or named as a referrer: code and state are in its URL (SEC-AR-07).
void keepPrivate(WebResponse& response);

}  // namespace sso::detail
