-- SPDX-License-Identifier: Apache-2.0
-- What the customer's directory calls the person, last asserted; empty where it never was. No key and not unique: in a
-- migration window it finds the identity of the connection that was replaced (JIT.md row 14). The index leads to it,
-- and says which connections of an organization people signed in through.
ALTER TABLE sso_identities ADD COLUMN external_id TEXT NOT NULL DEFAULT '' CHECK (length(external_id) <= 255);
CREATE INDEX sso_identities_of_connection ON sso_identities (organization_id, connection_id, external_id);
