-- SPDX-License-Identifier: Apache-2.0
-- The same for SQLite.

CREATE TABLE sso_setup_links (
  id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  token_hash      TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  organization_id TEXT NOT NULL REFERENCES sso_organizations (id) ON DELETE CASCADE,
  tenant_id       TEXT NOT NULL CHECK (length(tenant_id) BETWEEN 1 AND 255),
  created_by      TEXT NOT NULL CHECK (length(created_by) BETWEEN 1 AND 255),
  created_at      BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL CHECK (expires_at > created_at),
  times_opened    BIGINT NOT NULL CHECK (times_opened >= 0),
  last_opened_at  BIGINT NOT NULL
);
CREATE INDEX sso_setup_links_of_organization ON sso_setup_links (organization_id);
CREATE INDEX sso_setup_links_of_tenant ON sso_setup_links (tenant_id);
