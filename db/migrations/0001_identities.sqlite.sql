-- SPDX-License-Identifier: Apache-2.0
-- The same tables for SQLite, whose TEXT compares bytes by itself. length() counts characters, which is near enough
-- for a second line: the stores count bytes.

CREATE TABLE sso_organizations (
  id           TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  tenant_id    TEXT NOT NULL UNIQUE CHECK (length(tenant_id) BETWEEN 1 AND 255),
  display_name TEXT NOT NULL CHECK (length(display_name) <= 1024),
  status       TEXT NOT NULL CHECK (status IN ('active', 'suspended')),
  policy       TEXT NOT NULL CHECK (length(policy) BETWEEN 2 AND 65536),
  version      BIGINT NOT NULL CHECK (version >= 1)
);

CREATE TABLE sso_domains (
  domain          TEXT NOT NULL PRIMARY KEY CHECK (length(domain) BETWEEN 1 AND 253),
  organization_id TEXT NOT NULL REFERENCES sso_organizations (id) ON DELETE CASCADE,
  position        INTEGER NOT NULL CHECK (position >= 0),
  UNIQUE (organization_id, position)
);

CREATE TABLE sso_identities (
  issuer          TEXT NOT NULL CHECK (length(issuer) BETWEEN 1 AND 255),
  connection_id   TEXT NOT NULL CHECK (length(connection_id) BETWEEN 1 AND 255),
  subject         TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  organization_id TEXT NOT NULL CHECK (length(organization_id) BETWEEN 1 AND 64),
  account_id      TEXT NOT NULL CHECK (length(account_id) BETWEEN 1 AND 255),
  email           TEXT NOT NULL CHECK (length(email) <= 254),
  linked_at       BIGINT NOT NULL,
  last_login_at   BIGINT NOT NULL,
  PRIMARY KEY (issuer, connection_id, subject)
);
CREATE UNIQUE INDEX sso_identities_one_per_connection ON sso_identities (account_id, issuer, connection_id);

CREATE TABLE sso_replays (
  key        TEXT NOT NULL PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 512),
  expires_at BIGINT NOT NULL
);
CREATE INDEX sso_replays_by_expiry ON sso_replays (expires_at);

CREATE TABLE sso_audit_events (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  at              BIGINT NOT NULL,
  name            TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
  reason          TEXT NOT NULL CHECK (length(reason) <= 128),
  reference       TEXT NOT NULL CHECK (length(reference) <= 128),
  organization_id TEXT NOT NULL CHECK (length(organization_id) <= 255),
  account_id      TEXT NOT NULL CHECK (length(account_id) <= 255),
  connection_id   TEXT NOT NULL CHECK (length(connection_id) <= 255),
  remote_address  TEXT NOT NULL CHECK (length(remote_address) <= 128),
  details         TEXT NOT NULL CHECK (length(details) BETWEEN 2 AND 65536)
);
CREATE INDEX sso_audit_events_of_organization ON sso_audit_events (organization_id, at, id);

-- Append-only. SQLite has no roles: an operator who ends the retention of old rows drops the second trigger, deletes,
-- and puts it back, in one transaction.
CREATE TRIGGER sso_audit_events_no_update BEFORE UPDATE ON sso_audit_events
BEGIN
  SELECT RAISE(ABORT, 'sso_audit_events is append-only');
END;
CREATE TRIGGER sso_audit_events_no_delete BEFORE DELETE ON sso_audit_events
BEGIN
  SELECT RAISE(ABORT, 'sso_audit_events is append-only');
END;
