-- Step-up: 1 where the company's sign-in was asked to authenticate the person again for this very session.
ALTER TABLE app_sessions ADD COLUMN reauthenticated INTEGER NOT NULL DEFAULT 0;
