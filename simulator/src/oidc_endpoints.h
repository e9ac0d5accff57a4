// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"
#include "http_message.h"

/// The smaller endpoints of CONTRACT.md 2.1: each a function from request to response.
namespace scalekit_simulator {

HttpResponse discovery(const Context& context);                      ///< GET /.well-known/openid-configuration
HttpResponse publishedKeys(Context& context);                        ///< GET /keys
HttpResponse userInfo(Context& context, const HttpRequest& http);    ///< GET /userinfo
HttpResponse revoke(Context& context, const HttpRequest& http);      ///< POST /oauth/revoke
HttpResponse introspect(Context& context, const HttpRequest& http);  ///< POST /oauth/introspect
HttpResponse logout(Context& context, const HttpRequest& http);      ///< GET /oidc/logout

}  // namespace scalekit_simulator
