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
///   (conn_...) with name_0, and of each connection jit_0, approval_0 (on, off), default_role_0, linking_0, updates_0,
///   ceiling_0, each with "inherit" besides, and groups_0 (inherit, own) with own_group_0_0, own_role_0_0,
///   own_group_0_1, ...
struct PolicyForm {
  struct Row {
    std::string group = {}, role = "member";
  };
  /// What a connection does otherwise, each "inherit" or a word as above; "none" for no role.
  struct Own {
    std::string connection = {}, name = {};  ///< name: for people; it travels along, so that only a GET asks Scalekit
    std::string jit = "inherit", defaultRole = "inherit", linking = "inherit", updates = "inherit";
    std::string approval = "inherit", ceiling = "inherit";
    std::string groups = "keep";    ///< or "inherit", "own"; "keep": the form is of a page that did not show them
    std::vector<Row> rows = {};     ///< with "own"
    std::string trust = "inherit";  ///< for people: "inherit", "on", "off"; the operator's rule, which no form changes
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

  /// Adds an empty row, while there is room; takes one away. list: kEverybody, or the connection's place in
  /// connections, whose mapping is then its own.
  static constexpr std::size_t kEverybody = static_cast<std::size_t>(-1);
  void addRow(std::size_t list = kEverybody);
  void removeRow(std::size_t row, std::size_t list = kEverybody);

  /// Notes what the form shows of a connection and does not carry: trust, and groups that it was not asked for.
  void tellStored(const sso::OrganizationPolicy& policy);

  /// The policy it stands for: rows without a group are left out. base: what is stored; what the form does not show is
  /// as there.
  sso::OrganizationPolicy policyOver(const sso::OrganizationPolicy& base) const;
  /// Of policyOver(): which row an entry of groupRoles came from.
  std::vector<std::size_t> rowsOfEntries() const;
};

}  // namespace hostapp
