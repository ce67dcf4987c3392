-- A reminder of gifts that nobody has opened: when the company wants it of a send, and in which language.
ALTER TABLE sends
    ADD COLUMN remind_at          DATETIME(6) NULL,
    ADD COLUMN reminder_language  ENUM ('sv', 'en') NULL,
    -- the last position that was looked at, so that two jobs take different ones, and how many the balance did not cover
    ADD COLUMN reminded_to        INT UNSIGNED NOT NULL DEFAULT 0,
    ADD COLUMN reminders_left_out INT UNSIGNED NOT NULL DEFAULT 0,
    ADD KEY to_remind (remind_at);
