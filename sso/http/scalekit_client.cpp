// SPDX-License-Identifier: Apache-2.0
// Where a client of its own is put together; SsoModule shares the parts that it has.
#include "base/time_budget.h"
#include "http/poco_transport.h"
#include "oidc/provider_metadata.h"
#include "scalekit/access_token_cache.h"
#include "scalekit/rest_api.h"
#include "sso/scalekit/client.h"

namespace sso::scalekit {

std::shared_ptr<const Client> Client::create(const SsoOptions& options, ClientDependencies given) {
  options.validateScalekit();
  if (!given.clock) given.clock = systemClock();
  if (!given.log) given.log = stderrLog();
  if (!given.transport) given.transport = makePocoTransport(options, given.clock);
  given.transport = detail::withinBudget(std::move(given.transport));
  auto metadata = std::make_shared<detail::ProviderMetadata>(given.transport, options, given.clock, given.log);
  auto tokens = std::make_shared<detail::AccessTokenCache>(options, given.transport, std::move(metadata), given.clock);
  auto client = std::make_shared<detail::ManagementClient>(options, given.transport, std::move(tokens), given.clock,
                                                           detail::RetryPlan{});
  return std::make_shared<const Client>(std::make_shared<const detail::RestApi>(std::move(client)),
                                        options.environmentUrl);
}

}  // namespace sso::scalekit
