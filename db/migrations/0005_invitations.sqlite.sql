-- SPDX-License-Identifier: Apache-2.0
-- The same for SQLite.

CREATE TABLE sso_invitations (
  id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  token_hash      TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  organization_id TEXT NOT NULL REFERENCES sso_organizations (id) ON DELETE CASCADE,
  tenant_id       TEXT NOT NULL CHECK (length(tenant_id) BETWEEN 1 AND 255),
  connection_id   TEXT NOT NULL CHECK (length(connection_id) BETWEEN 1 AND 64),
  email           TEXT NOT NULL CHECK (length(email) BETWEEN 1 AND 254),
  role            TEXT NOT NULL CHECK (length(role) BETWEEN 1 AND 64),
  invited_by      TEXT NOT NULL CHECK (length(invited_by) BETWEEN 1 AND 255),
  sent_at         BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL CHECK (expires_at > sent_at),
  UNIQUE (organization_id, email)
);
CREATE INDEX sso_invitations_of_tenant ON sso_invitations (tenant_id);
