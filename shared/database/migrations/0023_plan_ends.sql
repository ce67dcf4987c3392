-- Owners are told that their plan will end, or has ended, at Stripe; and what is paid there for nobody is told to staff.

-- One row for each owner and notice; without `told_at` a mail is to be sent, or is being sent until `claimed_until`.
CREATE TABLE plan_end_notices (
    company_id    CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    member_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- will_end, cancelled or unpaid
    notice        VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- when the plan will end, or has ended
    plan_ends_at  DATETIME(6) NOT NULL,
    claimed_until DATETIME(6) NULL,
    told_at       DATETIME(6) NULL,
    PRIMARY KEY (company_id, member_id, notice),
    KEY to_tell (told_at, company_id, member_id, notice)
);

-- What a difference is about where we have no row of it: Stripe's name of an invoice.
ALTER TABLE stripe_differences
    ADD COLUMN invoice VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD UNIQUE KEY once_an_invoice (invoice);

-- What a voucher for many kinds of goods is taxed as is written where staff see it, and not made of two columns.
UPDATE gifts SET vat_class = 'multi_purpose' WHERE voucher_type = 'multi_purpose';
