-- SPDX-License-Identifier: Apache-2.0
-- When somebody of an organization signed in last is asked by its settings page. Sign-ins only, so the index costs no
-- other event anything.
CREATE INDEX sso_audit_events_logins ON sso_audit_events (organization_id, at) WHERE name = 'sso.login.completed';
