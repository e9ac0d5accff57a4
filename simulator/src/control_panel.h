// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"
#include "http_message.h"

/// The simulator's own controls, for people (start page) and for scripts (JSON). Loopback callers only; a request that
/// a foreign web page makes the browser send is refused.
namespace scalekit_simulator {

HttpResponse startPage(Context& context, const HttpRequest& http);  ///< GET /

/// /simulator/...; simulator/README.md lists the calls.
HttpResponse control(Context& context, const HttpRequest& http);

// The operations behind both, and behind the C++ API. They throw std::invalid_argument on bad input.
void addFault(Context& context, const Fault& fault);
void clearFaults(Context& context);
void rotateKeys(Context& context, KeyRotation how);
void queueNext(Context& context, NextOutcome outcome);
/// Somebody of the seed; throws std::invalid_argument when nobody has the address.
Person findPerson(Context& context, const std::string& email);
void addRedirectUri(Context& context, const std::string& uri);
void addPostLogoutUri(Context& context, const std::string& uri);
void setInitiateLoginUri(Context& context, const std::string& uri);
void addPerson(Context& context, const std::string& connectionId, const Person& person);
void setConnectionEnabled(Context& context, const std::string& connectionId, bool enabled);

}  // namespace scalekit_simulator
