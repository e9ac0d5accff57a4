-- SPDX-License-Identifier: Apache-2.0
-- The same for SQLite.

CREATE TABLE sso_dormancy (
  organization_id TEXT NOT NULL REFERENCES sso_organizations (id) ON DELETE CASCADE,
  account_id      TEXT NOT NULL CHECK (length(account_id) BETWEEN 1 AND 255),
  counts_from     BIGINT NOT NULL DEFAULT 0,
  noticed_at      BIGINT NOT NULL DEFAULT 0,
  claimed_until   BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (organization_id, account_id)
);
CREATE INDEX sso_identities_unused ON sso_identities (organization_id, last_login_at);
