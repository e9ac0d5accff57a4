-- Signed-in browsers. The cookie's value is nowhere: id_hash is its SHA-256 (SEC-SE-08). A membership that ends takes
-- its sessions along.

CREATE TABLE app_sessions (
  id_hash              TEXT   NOT NULL PRIMARY KEY CHECK (length(id_hash) = 64),
  handle               TEXT   NOT NULL UNIQUE,  -- names the session on the account page; opens nothing
  account_id           TEXT   NOT NULL,
  tenant_id            TEXT   NOT NULL,
  created_at           BIGINT NOT NULL,
  last_seen_at         BIGINT NOT NULL,
  expires_at           BIGINT NOT NULL,
  method               TEXT   NOT NULL CHECK (method IN ('password', 'sso')),
  identity_issuer      TEXT   NOT NULL DEFAULT '',
  identity_connection  TEXT   NOT NULL DEFAULT '',
  identity_subject     TEXT   NOT NULL DEFAULT '',
  organization_id      TEXT   NOT NULL DEFAULT '',
  user_agent           TEXT   NOT NULL,          -- "Firefox on Linux", not the header
  address              TEXT   NOT NULL,
  id_token_sealed      TEXT,                     -- for sign-out at Scalekit; sealed with the application's keys
  FOREIGN KEY (account_id, tenant_id) REFERENCES app_memberships (account_id, tenant_id) ON DELETE CASCADE
);
CREATE INDEX app_sessions_account ON app_sessions (account_id);
CREATE INDEX app_sessions_expiry ON app_sessions (expires_at);
