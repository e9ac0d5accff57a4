-- What all instances have counted for a limit, by windows of time. id: digest of the limit's name and of whom it counts.
-- Not logged: a crash may forget it, as a restart of one process always did.
CREATE UNLOGGED TABLE app_rate_counts (
  id          TEXT   NOT NULL,
  time_window BIGINT NOT NULL,
  uses        BIGINT NOT NULL,
  expires     BIGINT NOT NULL,
  PRIMARY KEY (id, time_window)
);
CREATE INDEX app_rate_counts_expires ON app_rate_counts (expires);
