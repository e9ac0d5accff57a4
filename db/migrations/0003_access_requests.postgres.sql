-- SPDX-License-Identifier: Apache-2.0
-- People whom an identity provider vouched for and who wait for an administrator (JIT.md row 2). A row goes when the
-- account is made.
CREATE TABLE sso_access_requests (
  id              TEXT COLLATE "C" NOT NULL UNIQUE CHECK (octet_length(id) BETWEEN 1 AND 64),
  issuer          TEXT COLLATE "C" NOT NULL CHECK (octet_length(issuer) BETWEEN 1 AND 255),
  connection_id   TEXT COLLATE "C" NOT NULL CHECK (octet_length(connection_id) BETWEEN 1 AND 255),
  subject         TEXT COLLATE "C" NOT NULL CHECK (octet_length(subject) BETWEEN 1 AND 255),
  organization_id TEXT COLLATE "C" NOT NULL CHECK (octet_length(organization_id) BETWEEN 1 AND 64),
  email           TEXT NOT NULL CHECK (octet_length(email) BETWEEN 1 AND 254),
  display_name    TEXT NOT NULL CHECK (octet_length(display_name) <= 1024),
  state           TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'declined')),
  requested_at    BIGINT NOT NULL,
  decided_at      BIGINT NOT NULL,
  PRIMARY KEY (issuer, connection_id, subject)
);
CREATE INDEX sso_access_requests_of_organization ON sso_access_requests (organization_id, state, requested_at);
