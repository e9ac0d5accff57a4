// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "sso/error.h"
#include "sso/http_types.h"
#include "sso/runtime.h"

/// How an error meets a person or a program. Apart from request_handler_base.h, so that code without Poco may use it.
namespace sso {

/// The JSON form of an error: {"error": name, "message": ..., "reference": ...}.
WebResponse errorAsJson(const ErrorView& error);
/// The page for a host without one of its own: plain, self-contained, everything escaped.
WebResponse errorAsPage(const ErrorView& error);
/// The public face of an error.
ErrorView viewOf(const Error& error, std::string reference);
/// A fresh reference number: 10 characters of Crockford base32, 50 bits.
std::string newReference(RandomSource& random);

}  // namespace sso
