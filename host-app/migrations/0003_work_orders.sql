-- What the application is for.

CREATE TABLE app_work_orders (
  tenant_id    TEXT    NOT NULL REFERENCES app_tenants (id) ON DELETE CASCADE,
  number       INTEGER NOT NULL,
  title        TEXT    NOT NULL,
  site         TEXT    NOT NULL,
  reported_by  TEXT    NOT NULL,   -- a name, as it was then
  created_at   BIGINT  NOT NULL,
  done_at      BIGINT,
  PRIMARY KEY (tenant_id, number)
);
