-- SPDX-License-Identifier: Apache-2.0
-- JIT.md part 8: the rules of an organization as each of its versions had them (OrganizationStore::policyAt). Written with
-- the organization's row, bounded by the store, gone with the row.
CREATE TABLE sso_policy_versions (
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES sso_organizations (id) ON DELETE CASCADE,
  version         BIGINT NOT NULL CHECK (version >= 1),
  written_at      BIGINT NOT NULL,  -- 0: nobody knows
  written_by      TEXT COLLATE "C" NOT NULL CHECK (octet_length(written_by) <= 255),
  policy          TEXT NOT NULL CHECK (octet_length(policy) BETWEEN 2 AND 65536),
  PRIMARY KEY (organization_id, version)
);
INSERT INTO sso_policy_versions (organization_id, version, written_at, written_by, policy)
  SELECT id, version, 0, '', policy FROM sso_organizations;

-- JIT.md part 7: what a login was decided from, in the row that says how it ended. The same row, because then it costs a
-- login no statement of its own, is there if and only if the event is, and is kept, protected and deleted with it.
ALTER TABLE sso_audit_events ADD COLUMN decision TEXT NOT NULL DEFAULT '' CHECK (octet_length(decision) <= 32768);
CREATE INDEX sso_audit_events_decisions ON sso_audit_events (reference) WHERE decision <> '';
