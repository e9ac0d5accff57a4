-- SPDX-License-Identifier: Apache-2.0
-- The same for SQLite.
CREATE TABLE sso_access_requests (
  id              TEXT NOT NULL UNIQUE CHECK (length(id) BETWEEN 1 AND 64),
  issuer          TEXT NOT NULL CHECK (length(issuer) BETWEEN 1 AND 255),
  connection_id   TEXT NOT NULL CHECK (length(connection_id) BETWEEN 1 AND 255),
  subject         TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  organization_id TEXT NOT NULL CHECK (length(organization_id) BETWEEN 1 AND 64),
  email           TEXT NOT NULL CHECK (length(email) BETWEEN 1 AND 254),
  display_name    TEXT NOT NULL CHECK (length(display_name) <= 1024),
  state           TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'declined')),
  requested_at    BIGINT NOT NULL,
  decided_at      BIGINT NOT NULL,
  PRIMARY KEY (issuer, connection_id, subject)
);
CREATE INDEX sso_access_requests_of_organization ON sso_access_requests (organization_id, state, requested_at);
