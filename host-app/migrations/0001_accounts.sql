-- The application's own people and customers. Nothing of single sign-on is in here: see the sso_* tables.
-- Times are seconds since 1970 (UTC); yes and no are 1 and 0, the same on both databases.

CREATE TABLE app_tenants (
  id                TEXT    NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  name              TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  last_order_number INTEGER NOT NULL DEFAULT 0,
  created_at        BIGINT  NOT NULL
);

CREATE TABLE app_accounts (
  id              TEXT    NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 255),
  email           TEXT    NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254), -- canonical form, always
  email_verified  INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
  display_name    TEXT    NOT NULL,
  state           TEXT    NOT NULL CHECK (state IN ('active', 'suspended', 'deprovisioned')),
  password_hash   TEXT,             -- PHC string (Argon2id); NULL: no password
  created_at      BIGINT  NOT NULL,
  last_sign_in_at BIGINT
);

CREATE TABLE app_memberships (
  tenant_id   TEXT    NOT NULL REFERENCES app_tenants (id) ON DELETE CASCADE,
  account_id  TEXT    NOT NULL REFERENCES app_accounts (id) ON DELETE CASCADE,
  role        TEXT    NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  source      TEXT    NOT NULL CHECK (source IN ('signup', 'seed', 'sso')), -- who granted the role
  break_glass INTEGER NOT NULL DEFAULT 0 CHECK (break_glass IN (0, 1)),
  created_at  BIGINT  NOT NULL,
  PRIMARY KEY (account_id, tenant_id)
);
CREATE INDEX app_memberships_tenant ON app_memberships (tenant_id);
