// SPDX-License-Identifier: Apache-2.0
#include "sso/host_adapter.h"

#include "sso/error_view.h"

namespace sso {

WebResponse HostAdapter::renderError(const ErrorView& error, const RequestInfo&) { return errorAsPage(error); }

}  // namespace sso
