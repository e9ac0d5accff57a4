-- SPDX-License-Identifier: Apache-2.0
-- How many accounts a connection created lately is asked at each creation (JIT.md part 9). Creations only, so the index
-- costs no other event anything.
CREATE INDEX sso_audit_events_creations ON sso_audit_events (connection_id, at) WHERE name = 'sso.account.created';
