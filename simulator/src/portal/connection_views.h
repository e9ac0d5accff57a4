// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "portal/connection_form.h"
#include "portal/portal_request.h"

namespace scalekit_simulator {

/// The tab of single sign-on: connections, and the choice of a provider for the next one. `problem` of that choice.
HttpResponse connectionListPage(const PortalRequest& request, int status, const std::string& problem);

/// One connection, step by step. A form that was refused comes back as it was typed.
struct RefusedForms {
  const FormState* settings = nullptr;
  const FormState* mapping = nullptr;
};
HttpResponse connectionPage(const PortalRequest& request, const Connection& connection, int status,
                            const RefusedForms& refused);

/// The session's connection of this request; null when it is gone or another organization's.
const Connection* connectionOf(const PortalRequest& request);

}  // namespace scalekit_simulator
