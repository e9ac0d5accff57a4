// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <cstddef>

#include "sso/http_types.h"
#include "sso/request_handler_base.h"

namespace sso::detail {

/// Copies the head of a request out of Poco, in two steps so that a refusal still knows path and Accept: describe()
/// never throws and takes what is sound; checkHead() throws Error(kInvalidRequest, malformed) for the rest.
/// Threat: Poco decodes RFC 2047 words in header values, which puts CR, LF and NUL into them past any proxy (SECURITY
/// 5, item 2); its cookie parser ignores case and honours quotes (item 5); its routing sees decoded paths.
RequestInfo describeHead(const Poco::Net::HTTPServerRequest& request);
void checkHead(const Poco::Net::HTTPServerRequest& request);

/// How the body is framed, judged strictly before a byte of it is read (RFC 9112 6.1-6.3).
struct BodyFraming {
  bool chunked = false;
  bool lengthMissing = false;  ///< a method with a body, and no length: answered 411 (RFC 9110 15.5.12)
  std::size_t length = 0;
};
/// Throws Error(kInvalidRequest, malformed) when Content-Length and Transfer-Encoding are both there, repeated, or not
/// of their strict form; Error(kTooLarge) when the declared length is over the limit.
BodyFraming framingOf(const Poco::Net::HTTPServerRequest& request, std::size_t maxBodyBytes);
/// The body, whole. Throws Error(kTooLarge) once it is over the limit, Error(kInvalidRequest, malformed) when it ended
/// early or, byte by byte, took longer than the deadline.
std::string readBody(Poco::Net::HTTPServerRequest& request, const BodyFraming& framing, const HandlerLimits& limits);

}  // namespace sso::detail
