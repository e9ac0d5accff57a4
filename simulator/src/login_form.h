// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http_message.h"
#include "model.h"

/// The fields of POST /login (CONTRACT.md 7.3), from the page or from a script:
///   authRequestID          which authorization request; absent for the app tile
///   client_id, connection_id   the app tile instead: scenario idp_initiated without a request
///   scenario               login | idp_initiated | error; default login
///   person                 e-mail of somebody of the seed; empty: the fields below
///   email                  whole address, or the local part with `domain`
///   given_name, family_name, name, email_verified (true | false), groups (comma separated)
///   attr[key]              custom attribute; the page's rows are attr_key_N and attr_value_N
///   error                  a code of CONTRACT.md 2.6; error_choice=code|<code> are the page's radios
///   relay_state            for idp_initiated
///   action                 add_attribute: shows the page again with one row more
namespace scalekit_simulator {

struct LoginForm {
  std::string authRequestId, clientId, connectionId, scenario, personChoice, email, domain, givenName, familyName, name,
      emailVerified, groups, error, relayState;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::size_t rows = 3;  ///< Attribute rows the page shows.
  bool addRow = false;
  bool sent = false;    ///< Came from a browser; false for the page's first showing.
  std::string problem;  ///< The first thing that is wrong, for people; empty when all is well.

  static LoginForm parse(const Params& params);
  /// The person who signs in. Whoever the connection knows under the address is completed by what was typed.
  Person person(const Connection& connection) const;
};

}  // namespace scalekit_simulator
