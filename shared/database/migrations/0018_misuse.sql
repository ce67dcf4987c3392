-- Against misuse: senders and link domains that a person approves, companies that are stopped, recipients' reports.

ALTER TABLE companies
    -- beside the agreement's state: nothing leaves while it is stopped, and what waits goes on afterwards
    ADD COLUMN stopped_at DATETIME(6) NULL,
    ADD COLUMN stopped_by ENUM ('staff', 'reports') NULL,
    ADD COLUMN stop_reason VARCHAR(400) NULL,
    -- when staff were mailed that reports have stopped it
    ADD COLUMN stop_told_at DATETIME(6) NULL,
    -- its own limit in place of everybody's, and since when it no longer counts as new
    ADD COLUMN daily_recipients INT UNSIGNED NULL,
    ADD COLUMN limits_lifted_at DATETIME(6) NULL,
    ADD KEY newest_first (created_at, id),
    ADD KEY stopped (stopped_at);

-- `texts` is the same question about what the company writes under this sender; null is one that never came up.
CREATE TABLE sender_names (
    id         CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sender     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state      ENUM ('asked', 'approved', 'refused') NOT NULL,
    texts      ENUM ('asked', 'approved', 'refused') NULL,
    reason     VARCHAR(400) NULL,
    asked_at   DATETIME(6) NOT NULL,
    decided_at DATETIME(6) NULL,
    UNIQUE KEY of_company (company_id, sender),
    KEY newest_first (asked_at, id),
    KEY in_state (state, asked_at, id),
    KEY texts_in_state (texts, asked_at, id)
);

CREATE TABLE link_domains (
    id         CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    domain     VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state      ENUM ('asked', 'approved', 'refused') NOT NULL,
    reason     VARCHAR(400) NULL,
    asked_at   DATETIME(6) NOT NULL,
    decided_at DATETIME(6) NULL,
    UNIQUE KEY of_company (company_id, domain),
    KEY newest_first (asked_at, id),
    KEY in_state (state, asked_at, id)
);

-- What staff decided about a company and why: the company's own row has only what holds now.
CREATE TABLE account_decisions (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at         DATETIME(6) NOT NULL,
    staff      VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    decision   VARCHAR(30) CHARACTER SET ascii NOT NULL,
    reason     VARCHAR(400) NOT NULL,
    KEY of_company (company_id, id),
    KEY by_age (at)
);

-- One a link, told apart by a keyed hash of the link's token, which is kept nowhere. `day` is when its day began.
CREATE TABLE abuse_reports (
    link_hmac  BINARY(32) NOT NULL PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day        DATETIME(6) NOT NULL,
    reason     ENUM ('not_asked', 'fraud', 'other') NOT NULL,
    seen       BOOLEAN NOT NULL,
    KEY of_company (company_id, day),
    KEY by_age (day)
);

-- An opt-out gets an id that tells nothing, and says where it came from.
ALTER TABLE opt_outs
    ADD COLUMN id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN source ENUM ('link', 'sms', 'company', 'import') NULL;
UPDATE opt_outs SET id = CONCAT('opt_', LOWER(HEX(RANDOM_BYTES(8))));
ALTER TABLE opt_outs
    MODIFY id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ADD UNIQUE KEY by_id (id),
    ADD KEY newest_first (company_id, opted_out_on, id);

-- Who took an opt-out back, attesting that the person wished it: of the person nothing.
CREATE TABLE opt_out_withdrawals (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    opt_out_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    member_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at         DATETIME(6) NOT NULL,
    KEY of_company (company_id),
    KEY by_age (at)
);
