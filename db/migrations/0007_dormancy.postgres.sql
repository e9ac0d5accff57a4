-- SPDX-License-Identifier: Apache-2.0
-- Accounts that nobody uses (DormancyStore). A row says what sign-ins do not: used otherwise or restored, told that it will
-- be locked, looked at a moment ago. It means nothing once the account has no identity of the organization any more.

CREATE TABLE sso_dormancy (
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES sso_organizations (id) ON DELETE CASCADE,
  account_id      TEXT COLLATE "C" NOT NULL CHECK (octet_length(account_id) BETWEEN 1 AND 255),
  counts_from     BIGINT NOT NULL DEFAULT 0, -- unused since then at most; 0: what the sign-ins say
  noticed_at      BIGINT NOT NULL DEFAULT 0, -- 0: never told
  claimed_until   BIGINT NOT NULL DEFAULT 0, -- no instance looks at it before
  PRIMARY KEY (organization_id, account_id)
);
CREATE INDEX sso_identities_unused ON sso_identities (organization_id, last_login_at);
