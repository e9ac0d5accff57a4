// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPRequestHandlerFactory.h>

#include <memory>

#include "parts.h"
#include "router.h"

namespace hostapp {

/// Hands each request to the single sign-on module when the path is one of its own, to the application's routes
/// otherwise.
class AppFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  AppFactory(std::shared_ptr<const Parts> parts, std::shared_ptr<const Router> router);
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& request) override;

 private:
  std::shared_ptr<const Parts> parts_;
  std::shared_ptr<const Router> router_;
};

}  // namespace hostapp
