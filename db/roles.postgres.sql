-- SPDX-License-Identifier: Apache-2.0
-- What the application may do with the module's tables on PostgreSQL, once they belong to somebody else. Run by the owner of
-- the tables, again after each upgrade; docs/DATABASE.md says when. The role sso_app cannot sign in: grant it to the role
-- that the application signs in as.
--
-- The audit trail can be added to and read, not changed, not emptied, and its triggers cannot be taken off: whoever gets
-- hold of the application's connection cannot remove what it did.

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'sso_app') THEN CREATE ROLE sso_app NOLOGIN; END IF;
END $$;

GRANT USAGE ON SCHEMA public TO sso_app;
REVOKE ALL ON sso_migrations, sso_organizations, sso_domains, sso_identities, sso_replays, sso_access_requests, sso_setup_links,
  sso_invitations, sso_dormancy, sso_policy_versions, sso_audit_events FROM sso_app;
GRANT SELECT ON sso_migrations TO sso_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sso_organizations, sso_domains, sso_identities, sso_replays, sso_access_requests,
  sso_setup_links, sso_invitations, sso_dormancy TO sso_app;
GRANT SELECT, INSERT, DELETE ON sso_policy_versions TO sso_app;
GRANT SELECT, INSERT ON sso_audit_events TO sso_app;
