-- SPDX-License-Identifier: Apache-2.0
-- The reference application's own tables, for the role of db/roles.postgres.sql, which comes first.

REVOKE ALL ON app_migrations, app_tenants, app_accounts, app_memberships, app_sessions, app_work_orders, app_rate_counts FROM sso_app;
GRANT SELECT ON app_migrations TO sso_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app_tenants, app_accounts, app_memberships, app_sessions, app_work_orders, app_rate_counts TO sso_app;
