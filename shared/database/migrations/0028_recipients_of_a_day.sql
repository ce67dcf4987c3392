-- Recipients of a company's sends on the day that was counted last, and on the day before it (UTC): never fewer than its
-- sends of 24 hours have, so that few sends need those added up.
ALTER TABLE balances
    ADD COLUMN counted_on DATE NOT NULL DEFAULT '1970-01-01',
    ADD COLUMN recipients_today INT UNSIGNED NOT NULL DEFAULT 0,
    ADD COLUMN recipients_before INT UNSIGNED NOT NULL DEFAULT 0;

-- What was sent until now was not counted: for two days all are added up.
UPDATE balances SET counted_on = CURRENT_DATE + INTERVAL 2 DAY;
