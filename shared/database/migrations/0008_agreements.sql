-- What was agreed and when, and how an agreement ends: a grace, then steps that are tried until each is confirmed.

ALTER TABLE companies
    -- of an agreement that ends: since when, when its grace is over, why, and the state that taking it back leads to
    ADD COLUMN closing_at DATETIME(6) NULL,
    ADD COLUMN ends_at DATETIME(6) NULL,
    ADD COLUMN closing_because ENUM ('owner', 'subscription') NULL,
    ADD COLUMN closing_from ENUM ('pending', 'active', 'past_due') NULL,
    ADD KEY to_end (state, ends_at),
    ADD KEY ending (closing_at, id);

-- Who accepted which version of the data processing agreement, until the agreement ends.
CREATE TABLE dpa_acceptances (
    company_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version     VARCHAR(20) CHARACTER SET ascii NOT NULL,
    accepted_by CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    accepted_at DATETIME(6) NOT NULL,
    PRIMARY KEY (company_id, version)
);

INSERT INTO dpa_acceptances (company_id, version, accepted_by, accepted_at)
SELECT c.id, c.dpa_version, MIN(m.id), c.dpa_accepted_at FROM companies c
JOIN members m ON m.company_id = c.id AND m.role = 'owner' GROUP BY c.id, c.dpa_version, c.dpa_accepted_at;

-- Which owner has been told of which new sub-processor; without `told_at` a mail is being sent until `claimed_until`.
CREATE TABLE processor_notices (
    company_id    CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    member_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    processor     VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    claimed_until DATETIME(6) NOT NULL,
    told_at       DATETIME(6) NULL,
    PRIMARY KEY (company_id, member_id, processor)
);

-- The steps by which an agreement ends. Only the class of an error is kept, never what it says.
CREATE TABLE agreement_endings (
    company_id       CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    step             VARCHAR(30) CHARACTER SET ascii NOT NULL,
    state            ENUM ('open', 'waiting', 'done') NOT NULL,
    tries            SMALLINT UNSIGNED NOT NULL,
    next_try_at      DATETIME(6) NOT NULL,
    done_at          DATETIME(6) NULL,
    last_error_class VARCHAR(60) CHARACTER SET ascii NULL,
    PRIMARY KEY (company_id, step),
    KEY to_try (state, next_try_at)
);

-- What an agreement's end pays back, top-up by top-up: booked first, then asked for at Stripe until it confirms.
CREATE TABLE pay_backs (
    id         CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    top_up_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount_ore INT UNSIGNED NOT NULL,
    state      ENUM ('owed', 'paid') NOT NULL,
    created_at DATETIME(6) NOT NULL,
    KEY of_company (company_id, state)
);

-- Stripe's name of the payment, so that it can be paid back.
ALTER TABLE top_ups ADD COLUMN payment VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;

ALTER TABLE ledger_entries
    MODIFY purpose ENUM ('top_up', 'reserve', 'capture_fee', 'capture_value', 'release', 'pay_back') NOT NULL;
