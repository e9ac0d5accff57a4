-- Unused on SQLite, which serves one process: that counts for itself.
CREATE TABLE app_rate_counts (
  id          TEXT    NOT NULL,
  time_window INTEGER NOT NULL,
  uses        INTEGER NOT NULL,
  expires     INTEGER NOT NULL,
  PRIMARY KEY (id, time_window)
);
