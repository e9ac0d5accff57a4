// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

#include "model.h"

/// What becomes of a person's attributes on the way from the customer's identity provider into tokens
/// (CONTRACT.md 7.5).
namespace scalekit_simulator {

/// The person as the connection's attribute_mapping has it. For `email`, `given_name`, `family_name` and `groups` an
/// attribute of the mapped name wins over what the person has in that place, which stands for a provider that sends it
/// under that name; groups are separated by commas. Any other key takes its value from the attribute of the mapped name
/// alone. Keys without a mapping stay as they are.
Person mappedPerson(const Person& person, const Connection& connection);

/// Whoever of the connection has this address once mapped, mapped; letter case ignored.
std::optional<Person> findMappedPerson(const Connection& connection, std::string_view email);

}  // namespace scalekit_simulator
