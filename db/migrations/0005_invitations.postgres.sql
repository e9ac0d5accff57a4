-- SPDX-License-Identifier: Apache-2.0
-- Invitations (InvitationStore). The token is nowhere, its SHA-256 is. An invitation dies with the organization's row, and
-- means nothing once the organization is another tenant's.

CREATE TABLE sso_invitations (
  id              TEXT COLLATE "C" PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 64),
  token_hash      TEXT COLLATE "C" NOT NULL UNIQUE CHECK (octet_length(token_hash) = 64),
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES sso_organizations (id) ON DELETE CASCADE,
  tenant_id       TEXT COLLATE "C" NOT NULL CHECK (octet_length(tenant_id) BETWEEN 1 AND 255),
  connection_id   TEXT COLLATE "C" NOT NULL CHECK (octet_length(connection_id) BETWEEN 1 AND 64),
  email           TEXT COLLATE "C" NOT NULL CHECK (octet_length(email) BETWEEN 1 AND 254),
  role            TEXT COLLATE "C" NOT NULL CHECK (octet_length(role) BETWEEN 1 AND 64),
  invited_by      TEXT COLLATE "C" NOT NULL CHECK (octet_length(invited_by) BETWEEN 1 AND 255),
  sent_at         BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL CHECK (expires_at > sent_at),
  UNIQUE (organization_id, email)
);
CREATE INDEX sso_invitations_of_tenant ON sso_invitations (tenant_id);
