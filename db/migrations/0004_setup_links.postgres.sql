-- SPDX-License-Identifier: Apache-2.0
-- Links for an IT admin without an account (SetupLinkStore). The token is nowhere, its SHA-256 is. A link dies with the
-- organization's row, and means nothing once the organization is another tenant's (the store asks for both).

CREATE TABLE sso_setup_links (
  id              TEXT COLLATE "C" PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 64),
  token_hash      TEXT COLLATE "C" NOT NULL UNIQUE CHECK (octet_length(token_hash) = 64),
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES sso_organizations (id) ON DELETE CASCADE,
  tenant_id       TEXT COLLATE "C" NOT NULL CHECK (octet_length(tenant_id) BETWEEN 1 AND 255),
  created_by      TEXT COLLATE "C" NOT NULL CHECK (octet_length(created_by) BETWEEN 1 AND 255),
  created_at      BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL CHECK (expires_at > created_at),
  times_opened    BIGINT NOT NULL CHECK (times_opened >= 0),
  last_opened_at  BIGINT NOT NULL  -- 0: never
);
CREATE INDEX sso_setup_links_of_organization ON sso_setup_links (organization_id);
CREATE INDEX sso_setup_links_of_tenant ON sso_setup_links (tenant_id);
