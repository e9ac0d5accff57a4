// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "router.h"
#include "sso/http_types.h"
#include "sso/organization.h"
#include "sso/scalekit/connections.h"

namespace hostapp {

/// The rules of an organization as a form holds them: what was typed, sound or not. Fields of the form:
///   version, jit (on, approval, off), default_role ("", member, admin), linking (after_proof, automatic), updates (on,
///   off), ceiling (ordinary, admin), dormancy (days, 0 for never); group_0, role_0, group_1, ...; connection_0
///   (conn_...) with name_0, and of each connection jit_0, default_role_0, linking_0, updates_0, each with "inherit"
///   besides
struct PolicyForm {
  struct Row {
    std::string group = {}, role = "member";
  };
  /// What a connection does otherwise, each "inherit" or a word as above; "none" for no role.
  struct Own {
    std::string connection = {}, name = {};  ///< name: for people; it travels along, so that only a GET asks Scalekit
    std::string jit = "inherit", defaultRole = "inherit", linking = "inherit", updates = "inherit";
    std::size_t ownGroups = 0;  ///< entries of a mapping of its own, which the form does not change
    bool hasOwnGroups = false;
  };
  std::int64_t version = 0;
  std::string jit = "on", defaultRole = {}, linking = "after_proof", updates = "on", ceiling = "ordinary";
  std::string dormancy = {};  ///< days, "0" for never; empty: as stored
  std::vector<Row> rows = {};
  std::vector<Own> connections = {};

  static constexpr std::size_t kMostRows = 200, kMostConnections = 50;
  /// What one post of it may hold: every row filled with names of the greatest length, percent-encoded.
  static constexpr FormLimits kLimits{.fields = 1100, .bytes = 256 << 10};

  /// What is stored. connections: those of Scalekit, to choose from.
  static PolicyForm of(const sso::Organization& organization,
                       const std::vector<sso::scalekit::ConnectionSummary>& connections);
  /// What was posted. Throws Error(kInvalidRequest) for what no form of ours sends: an unknown word, a connection
  /// twice.
  static PolicyForm read(const sso::Parameters& form);

  /// Adds an empty row, while there is room; takes one away.
  void addRow();
  void removeRow(std::size_t row);

  /// Notes which connections have a mapping of groups of their own.
  void tellOwnGroups(const sso::OrganizationPolicy& policy);

  /// The policy it stands for: rows without a group are left out. base: what is stored; what the form does not show is
  /// as there.
  sso::OrganizationPolicy policyOver(const sso::OrganizationPolicy& base) const;
  /// Of policyOver(): which row an entry of groupRoles came from.
  std::vector<std::size_t> rowsOfEntries() const;
};

}  // namespace hostapp
