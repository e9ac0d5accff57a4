// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPServerResponse.h>

#include "sso/http_types.h"

namespace sso::detail {

struct AnswerOptions {
  bool hsts = false;             ///< send Strict-Transport-Security
  bool closeConnection = false;  ///< a body was left unread, or its framing is not to be trusted
};

/// Puts an answer on a Poco response, through one gate: throws Error(kInternal) before a byte is sent when a header
/// name is no token or any value (cookies and Location included) holds a control byte. Threat: response splitting; Poco
/// writes what it is given (SECURITY 5, item 3). Adds the security headers that the answer does not set itself.
void prepareAnswer(const WebResponse& answer, const AnswerOptions& options, Poco::Net::HTTPServerResponse& response);

}  // namespace sso::detail
