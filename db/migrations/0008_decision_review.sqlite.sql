-- SPDX-License-Identifier: Apache-2.0
-- The same for SQLite.
CREATE TABLE sso_policy_versions (
  organization_id TEXT NOT NULL REFERENCES sso_organizations (id) ON DELETE CASCADE,
  version         BIGINT NOT NULL CHECK (version >= 1),
  written_at      BIGINT NOT NULL,
  written_by      TEXT NOT NULL CHECK (length(written_by) <= 255),
  policy          TEXT NOT NULL CHECK (length(policy) BETWEEN 2 AND 65536),
  PRIMARY KEY (organization_id, version)
);
INSERT INTO sso_policy_versions (organization_id, version, written_at, written_by, policy)
  SELECT id, version, 0, '', policy FROM sso_organizations;

ALTER TABLE sso_audit_events ADD COLUMN decision TEXT NOT NULL DEFAULT '' CHECK (length(decision) <= 32768);
CREATE INDEX sso_audit_events_decisions ON sso_audit_events (reference) WHERE decision <> '';
