-- Who came by an invitation keeps the role that the inviter chose: 1, no group of an identity provider changes it.

ALTER TABLE app_memberships ADD COLUMN role_fixed INTEGER NOT NULL DEFAULT 0 CHECK (role_fixed IN (0, 1));
