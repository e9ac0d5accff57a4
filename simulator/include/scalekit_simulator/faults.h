// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The ways in which the local Scalekit can misbehave on request. Each fault has one name, used alike in C++, in the
/// JSON control API and on the start page; `allFaults()` is the whole list with an explanation of each.
namespace scalekit_simulator {

/// Where a fault can strike. "" (kAnywhere) stands for every endpoint that the fault supports.
enum class Endpoint { kAnywhere, kDiscovery, kKeys, kAuthorize, kToken, kUserInfo, kApi };

/// "discovery", "keys", "authorize", "token", "userinfo", "api"; "any" for kAnywhere.
std::string_view endpointName(Endpoint endpoint);
/// nullopt for an unknown name; "any" and "" are kAnywhere.
std::optional<Endpoint> endpointFromName(std::string_view name);

/// A fault to switch on.
struct Fault {
  std::string name;                         ///< One of allFaults(), e.g. "wrong_key".
  Endpoint endpoint = Endpoint::kAnywhere;  ///< Narrows a transport fault; ID token faults strike the token endpoint.
  int count = 0;                            ///< How often it strikes; 0: until cleared.
  std::string value = {};                   ///< What FaultInfo::valueHelp asks for; empty: the fault's default.
};

/// What people read about a fault.
struct FaultInfo {
  std::string name;
  std::string where;      ///< "any endpoint", "ID token", "keys", "discovery"
  std::string summary;    ///< One sentence: what the application will see.
  std::string valueHelp;  ///< Empty when the fault takes no value.
};

/// Every fault there is, in the order in which the start page lists them.
const std::vector<FaultInfo>& allFaults();

}  // namespace scalekit_simulator
