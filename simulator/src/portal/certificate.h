// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "records.h"

/// X.509 certificates as IT admins paste them.
namespace scalekit_simulator {

struct CertificateFacts {
  std::string subject, issuer;  ///< Common names; the whole name where there is none.
  EpochSeconds notBefore = 0, notAfter = 0;
  std::string problem;  ///< Why it cannot be used, for people; empty when it can.
};

/// Reads the one certificate of a PEM text of at most 16 kB. `now` decides whether it is valid yet, and still.
CertificateFacts readCertificate(std::string_view pem, EpochSeconds now);

}  // namespace scalekit_simulator
