-- The plan's and the payments' present state at Stripe, and what a nightly comparison with it finds.

ALTER TABLE companies
    -- whether the plan's last payment failed: of a pending or closing account the state does not say so
    ADD COLUMN unpaid BOOLEAN NOT NULL DEFAULT FALSE,
    -- grows with each change that follows Stripe: what was asked before an earlier one's commit is asked again
    ADD COLUMN stripe_turn INT UNSIGNED NOT NULL DEFAULT 0;

ALTER TABLE top_ups
    MODIFY state ENUM ('open', 'paid', 'expired', 'failed') NOT NULL,
    -- what of the payment is gone and booked, beside our own pay_backs
    ADD COLUMN refunded_ore INT UNSIGNED NOT NULL DEFAULT 0,
    ADD COLUMN disputed_ore INT UNSIGNED NOT NULL DEFAULT 0,
    ADD KEY of_payment (payment);

CREATE TABLE stripe_differences (
    id         CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind       VARCHAR(30) CHARACTER SET ascii NOT NULL,
    top_up_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    -- öre there and here; of a plan or a state nothing
    stripe_ore BIGINT NULL,
    here_ore   BIGINT NULL,
    healed     BOOLEAN NOT NULL,
    found_at   DATETIME(6) NOT NULL,
    KEY newest_first (found_at, id),
    KEY of_company (company_id)
);
