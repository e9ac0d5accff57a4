// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

#include "sso/front/request_head.h"

namespace sso::front::detail {

/// The rules of HeadReader, each over a whole line or a whole head; no value: it passed. Bytes were checked before:
/// there is no control byte but HTAB in here.
using Verdict = std::optional<Refusal>;

/// RFC 9112 3: method SP request-target SP HTTP-version. Writes method, target and version into head.
Verdict readRequestLine(std::string_view line, const HeadLimits& limits, RequestHead& head);
/// RFC 9112 5: field-name ":" OWS field-value OWS.
Verdict readFieldLine(std::string_view line, Field& field);
/// What only the whole head shows: Host, repeated fields, framing, Expect, Connection. Writes framing, keepAlive and
/// expectsContinue.
Verdict judgeFields(const HeadLimits& limits, RequestHead& head);

/// RFC 9112 3.2.1 and more: see HeadReader.
Verdict judgeTarget(std::string_view target, std::size_t maxBytes);
/// RFC 9110 7.2: a name or an address, and a port if there is one.
bool isHost(std::string_view value);

}  // namespace sso::front::detail
