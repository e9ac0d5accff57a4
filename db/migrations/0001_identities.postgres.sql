-- SPDX-License-Identifier: Apache-2.0
-- What the module owns. Nothing of the host's is in here, and nothing in here refers to it: an account id is the
-- host's, opaque to us. Times are seconds since the epoch. Ids are opaque bytes, compared as such (COLLATE "C"). The
-- CHECKs are the second line; the stores refuse the same before (SEC-DB-10).

CREATE TABLE sso_organizations (
  id           TEXT COLLATE "C" PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 64),
  tenant_id    TEXT COLLATE "C" NOT NULL UNIQUE CHECK (octet_length(tenant_id) BETWEEN 1 AND 255),
  display_name TEXT NOT NULL CHECK (octet_length(display_name) <= 1024),
  status       TEXT NOT NULL CHECK (status IN ('active', 'suspended')),
  policy       TEXT NOT NULL CHECK (octet_length(policy) BETWEEN 2 AND 65536),
  version      BIGINT NOT NULL CHECK (version >= 1)
);

-- A domain belongs to one organization (JIT.md row 3): the primary key says so.
CREATE TABLE sso_domains (
  domain          TEXT COLLATE "C" PRIMARY KEY CHECK (octet_length(domain) BETWEEN 1 AND 253),
  organization_id TEXT COLLATE "C" NOT NULL REFERENCES sso_organizations (id) ON DELETE CASCADE,
  position        INTEGER NOT NULL CHECK (position >= 0),
  UNIQUE (organization_id, position)
);

-- The key is who the person is; e-mail is an attribute (JIT.md rows 9-11; SECURITY 5, item 21). An account has at most
-- one identity on a connection: a recycled address cannot slip a second person in, even in a race (JIT.md row 9).
CREATE TABLE sso_identities (
  issuer          TEXT COLLATE "C" NOT NULL CHECK (octet_length(issuer) BETWEEN 1 AND 255),
  connection_id   TEXT COLLATE "C" NOT NULL CHECK (octet_length(connection_id) BETWEEN 1 AND 255),
  subject         TEXT COLLATE "C" NOT NULL CHECK (octet_length(subject) BETWEEN 1 AND 255),
  organization_id TEXT COLLATE "C" NOT NULL CHECK (octet_length(organization_id) BETWEEN 1 AND 64),
  account_id      TEXT COLLATE "C" NOT NULL CHECK (octet_length(account_id) BETWEEN 1 AND 255),
  email           TEXT NOT NULL CHECK (octet_length(email) <= 254),
  linked_at       BIGINT NOT NULL,
  last_login_at   BIGINT NOT NULL,
  PRIMARY KEY (issuer, connection_id, subject)
);
CREATE UNIQUE INDEX sso_identities_one_per_connection ON sso_identities (account_id, issuer, connection_id);

-- What may be used once. Rows go when they have expired (ReplayStore::pruneExpired).
CREATE TABLE sso_replays (
  key        TEXT COLLATE "C" PRIMARY KEY CHECK (octet_length(key) BETWEEN 1 AND 512),
  expires_at BIGINT NOT NULL
);
CREATE INDEX sso_replays_by_expiry ON sso_replays (expires_at);

CREATE TABLE sso_audit_events (
  id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at              BIGINT NOT NULL,
  name            TEXT NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 128),
  reason          TEXT NOT NULL CHECK (octet_length(reason) <= 128),
  reference       TEXT NOT NULL CHECK (octet_length(reference) <= 128),
  organization_id TEXT COLLATE "C" NOT NULL CHECK (octet_length(organization_id) <= 255),
  account_id      TEXT COLLATE "C" NOT NULL CHECK (octet_length(account_id) <= 255),
  connection_id   TEXT COLLATE "C" NOT NULL CHECK (octet_length(connection_id) <= 255),
  remote_address  TEXT NOT NULL CHECK (octet_length(remote_address) <= 128),
  details         TEXT NOT NULL CHECK (octet_length(details) BETWEEN 2 AND 65536)
);
CREATE INDEX sso_audit_events_of_organization ON sso_audit_events (organization_id, at, id);

-- The trail is append-only, for us too. How long it is kept is the operator's decision: whoever is a member of the
-- role sso_audit_retention (which the operator creates) may delete old rows; nobody may change one.
CREATE FUNCTION sso_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     AND EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'sso_audit_retention')
     AND pg_catalog.pg_has_role(current_user, 'sso_audit_retention', 'MEMBER') THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'sso_audit_events is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER sso_audit_events_append_only BEFORE UPDATE OR DELETE ON sso_audit_events
  FOR EACH ROW EXECUTE FUNCTION sso_audit_is_append_only();
CREATE TRIGGER sso_audit_events_no_truncate BEFORE TRUNCATE ON sso_audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION sso_audit_is_append_only();
