// SPDX-License-Identifier: Apache-2.0
#include "sso/request_handler_base.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <algorithm>
#include <typeinfo>

#include "http/answer_writer.h"
#include "http/header_rules.h"
#include "http/request_reader.h"
#include "sso/reason.h"

namespace sso {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

/// One line per failure, with the reference the person sees. Of a foreign exception only its type: the texts of SOCI
/// and Poco hold bound values and addresses (SECURITY 5, item 18).
void logFailure(LogSink& log, const Error& error, const std::string& reference, const RequestInfo& request) noexcept {
  try {
    LogEvent event;
    event.level = error.httpStatus() >= 500 ? LogLevel::kError : LogLevel::kInfo;
    event.byAnybody = error.httpStatus() < 500;
    event.name = "http.request.failed";
    event.fields = {{"reference", reference},         {"error", std::string(error.name())}, {"reason", error.reason()},
                    {"detail", error.what()},         {"method", request.method},           {"path", request.path},
                    {"client", request.remoteAddress}};
    if (!error.hint().empty()) event.fields.emplace_back("hint", error.hint());
    log.write(event);
  } catch (const std::exception&) {
    // Out of memory while describing a failure: the answer still goes out.
    log.write({LogLevel::kError, "http.request.failed", {}});
  }
}

/// What is being handled, as our own error. Call inside a catch block only.
Error currentError() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return Error(ErrorCode::kInternal, reason::kInternal, std::string("unexpected ") + typeid(error).name());
  } catch (...) {
    return Error(ErrorCode::kInternal, reason::kInternal, "unexpected exception of no known type");
  }
}

/// The last resort, when even the error answer cannot be written.
WebResponse bareFailure() {
  WebResponse answer;
  answer.status = 500;
  answer.contentType = "text/plain; charset=utf-8";
  answer.body = "Something went wrong on our side.\n";
  return answer;
}

bool expectsContinue(const HTTPServerRequest& request) {
  return detail::equalsIgnoringCase(request.get("Expect", ""), "100-continue");
}

/// Names and values must be empty before an answer is prepared anew.
void clearHeaders(HTTPServerResponse& response) {
  const std::string date = response.get("Date", "");
  const bool keepAlive = response.getKeepAlive();
  response.clear();
  if (!date.empty()) response.set("Date", date);
  response.setKeepAlive(keepAlive);
}

/// Bodies go out with their length; Poco leaves the body away for HEAD (RFC 9110 9.3.2).
void send(const WebResponse& answer, HTTPServerResponse& response, LogSink& log) noexcept {
  try {
    response.sendBuffer(answer.body.data(), answer.body.size());
  } catch (const std::exception&) {
    // The client went away; there is nobody left to answer.
    response.setKeepAlive(false);
    log.write({.level = LogLevel::kDebug, .name = "http.answer.unsent", .byAnybody = true});
  }
}

}  // namespace

RequestHandlerBase::RequestHandlerBase(HandlerLimits limits, std::shared_ptr<LogSink> log)
    : limits_(limits), log_(std::move(log)) {}

void RequestHandlerBase::handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) {
  RequestInfo info;
  // Until the body is known to be read whole, what follows on this connection cannot be trusted (SECURITY 5, item 6).
  detail::AnswerOptions options{.hsts = limits_.hsts, .closeConnection = true};
  bool lengthMissing = false;
  WebResponse answer;
  try {
    // Poco answers in whatever version was asked for, "FOO/9.9" included; ours is a version we speak (RFC 9110 2.5).
    if (request.getVersion() != HTTPServerResponse::HTTP_1_0) response.setVersion(HTTPServerResponse::HTTP_1_1);
    info = detail::describeHead(request);
    detail::checkHead(request);
    const auto framing = detail::framingOf(request, limits_.maxBodyBytes);
    lengthMissing = framing.lengthMissing;
    if (lengthMissing) throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "Content-Length missing");
    if (expectsContinue(request) && response.getStatus() != Poco::Net::HTTPResponse::HTTP_OK) response.sendContinue();
    info.body = detail::readBody(request, framing, limits_);
    // Poco reads broken chunks as the end of the body, so a chunked connection serves one request only.
    options.closeConnection = framing.chunked;
    answer = run(info);
    detail::prepareAnswer(answer, options, response);
  } catch (...) {
    answer = answerFailure(currentError(), info);
    if (lengthMissing) answer.status = Poco::Net::HTTPResponse::HTTP_LENGTH_REQUIRED;
    clearHeaders(response);
    try {
      detail::prepareAnswer(answer, options, response);
    } catch (...) {
      answer = bareFailure();
      clearHeaders(response);
      detail::prepareAnswer(answer, options, response);
    }
  }
  send(answer, response, *log_);
}

WebResponse RequestHandlerBase::answerFailure(const Error& error, const RequestInfo& request) noexcept {
  try {
    const std::string reference = newReference(*systemRandom());
    logFailure(*log_, error, reference, request);
    return onError(error, reference, request);
  } catch (...) {
    log_->write({LogLevel::kError, "http.request.failed", {}});
    return bareFailure();
  }
}

WebResponse RequestHandlerBase::onError(const Error& error, const std::string& reference,
                                        const RequestInfo& request) noexcept try {
  const ErrorView view = viewOf(error, reference);
  return request.wantsJson() ? errorAsJson(view) : errorAsPage(view);
} catch (...) {
  return bareFailure();  // out of memory
}

void holdContinue(const HTTPServerRequest& request) {
  if (expectsContinue(request)) request.response().setStatus(Poco::Net::HTTPResponse::HTTP_EXPECTATION_FAILED);
}

std::string contentSecurityPolicy(std::string_view extraFormAction) {
  // A source list of ours, never text from outside: anything that could open another directive is a mistake.
  if (extraFormAction.find_first_of(";,\r\n") != std::string_view::npos ||
      !detail::isSafeHeaderValue(extraFormAction)) {
    throw Error(ErrorCode::kInternal, reason::kInternal, "form-action source with a separator");
  }
  std::string policy =
      "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
      "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
  if (!extraFormAction.empty()) policy.append(" ").append(extraFormAction);
  return policy;
}

}  // namespace sso
