// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>

#include "scalekit/json_fields.h"
#include "sso/scalekit/domains.h"

namespace sso::detail {

/// A domain as domains and connections carry it.
inline scalekit::Domain domainFrom(const nlohmann::json& object) {
  scalekit::Domain domain;
  domain.id = idField(object);
  domain.name = textField(object, "domain");
  domain.type = textField(object, "domain_type");
  domain.organizationId = textField(object, "organization_id");
  domain.verificationStatus = textField(object, "verification_status");
  domain.verificationMethod = textField(object, "verification_method");
  domain.txtRecordKey = textField(object, "txt_record_key");
  domain.txtRecordSecret = textField(object, "txt_record_secret");
  domain.createTime = timeField(object, "create_time");
  domain.updateTime = timeField(object, "update_time");
  return domain;
}

}  // namespace sso::detail
