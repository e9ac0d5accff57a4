// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"
#include "http_message.h"

/// The IdP simulator page (CONTRACT.md 7.3): who signs in, or what goes wrong.
namespace scalekit_simulator {

HttpResponse showLoginPage(Context& context, const HttpRequest& http);    ///< GET /login
HttpResponse submitLoginPage(Context& context, const HttpRequest& http);  ///< POST /login

}  // namespace scalekit_simulator
