-- The schema. Times are UTC; money is whole öre; ids are random and carry a prefix.
-- A delivery (person) and a coupon (no person) are two rows that part ways when the delivery is encrypted.

CREATE TABLE companies (
    id                 CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name               VARCHAR(120) NOT NULL,
    org_number         CHAR(10) CHARACTER SET ascii NOT NULL,
    plan               VARCHAR(20) CHARACTER SET ascii NOT NULL,
    state              ENUM ('pending', 'active', 'past_due', 'closing', 'closed') NOT NULL,
    -- at least as long as a send may be under way: what is encrypted can no longer be sent or refunded by recipient
    encrypt_after_days SMALLINT UNSIGNED NOT NULL CHECK (encrypt_after_days BETWEEN 4 AND 30),
    erase_after_days   SMALLINT UNSIGNED NOT NULL CHECK (erase_after_days BETWEEN 31 AND 365),
    dpa_version        VARCHAR(20) CHARACTER SET ascii NOT NULL,
    dpa_accepted_at    DATETIME(6) NOT NULL,
    stripe_customer    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL UNIQUE,
    stripe_subscription VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL UNIQUE,
    created_at         DATETIME(6) NOT NULL
);

CREATE TABLE persons (
    id         CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    -- compared byte by byte: in a language's collation asa@ and åsa@ would be one person
    email      VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE,
    first_name VARCHAR(80) NOT NULL,
    last_name  VARCHAR(80) NOT NULL,
    created_at DATETIME(6) NOT NULL
);

CREATE TABLE members (
    id         CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    person_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    role       ENUM ('owner', 'sender', 'viewer') NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE KEY one_membership (company_id, person_id),
    KEY of_person (person_id)
);

CREATE TABLE login_links (
    token_hmac BINARY(32) NOT NULL PRIMARY KEY,
    person_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    KEY by_expiry (expires_at)
);

CREATE TABLE sessions (
    token_hmac BINARY(32) NOT NULL PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    member_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    KEY by_expiry (expires_at)
);

CREATE TABLE gifts (
    code           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    place          SMALLINT UNSIGNED NOT NULL,
    name_sv        VARCHAR(80) NOT NULL,
    name_en        VARCHAR(80) NOT NULL,
    kind           ENUM ('goods', 'experience') NOT NULL,
    price_ore      INT UNSIGNED NOT NULL,
    face_value_ore INT UNSIGNED NOT NULL,
    voucher_type   ENUM ('single_purpose', 'multi_purpose') NOT NULL,
    issuer         ENUM ('clearon', 'code_pool') NOT NULL,
    product        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    validity_days  SMALLINT UNSIGNED NOT NULL,
    on_sale        BOOLEAN NOT NULL,
    CHECK (price_ore >= face_value_ore)
);

CREATE TABLE pool_codes (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    product     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    code_hmac   BINARY(32) NOT NULL UNIQUE,
    sealed_code VARBINARY(255) NOT NULL,
    coupon_id   CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL UNIQUE,
    KEY in_stock (product, coupon_id, id)
);

CREATE TABLE top_ups (
    id             CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount_ore     INT UNSIGNED NOT NULL,
    state          ENUM ('open', 'paid') NOT NULL,
    created_at     DATETIME(6) NOT NULL,
    KEY of_company (company_id, created_at)
);

CREATE TABLE stripe_events (
    id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    received_at DATETIME(6) NOT NULL,
    KEY by_age (received_at)
);

-- Money: the sum of all entries is 0, entries are only ever added, `balances` is their sum under one lock a company.
CREATE TABLE balances (
    company_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    available_ore  BIGINT NOT NULL CHECK (available_ore >= 0),
    held_ore       BIGINT NOT NULL CHECK (held_ore >= 0),
    receivable_ore BIGINT NOT NULL CHECK (receivable_ore >= 0)
);

CREATE TABLE holds (
    id           CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id   CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    held_ore     BIGINT NOT NULL CHECK (held_ore >= 0),
    KEY of_company (company_id)
);

CREATE TABLE ledger_entries (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    transaction_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    company_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    hold_id        CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    purpose        ENUM ('top_up', 'reserve', 'capture_fee', 'capture_value', 'release') NOT NULL,
    account        ENUM ('payments', 'available', 'held', 'fees', 'gifts', 'receivable') NOT NULL,
    amount_ore     BIGINT NOT NULL,
    booked_on      DATE NOT NULL,
    KEY of_company (company_id, id),
    KEY of_transaction (transaction_id),
    KEY of_hold (hold_id)
);

CREATE TRIGGER ledger_entries_are_never_changed BEFORE UPDATE ON ledger_entries FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'ledger entries are only ever added';

CREATE TRIGGER ledger_entries_are_kept_7_years BEFORE DELETE ON ledger_entries FOR EACH ROW
BEGIN
    IF OLD.booked_on > CURRENT_DATE - INTERVAL 7 YEAR THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'ledger entries are kept for 7 years';
    END IF;
END;

CREATE TABLE sends (
    id                CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id        CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state             ENUM ('scheduled', 'processing', 'done', 'cancelled') NOT NULL,
    sender            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sealed_text       VARBINARY(8192) NULL,
    transit_day       DATE NOT NULL,
    gift_code         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
    hold_id           CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    fee_ore           INT UNSIGNED NULL,
    value_ore         INT UNSIGNED NULL,
    sms_parts         SMALLINT UNSIGNED NOT NULL,
    accepted          INT UNSIGNED NOT NULL,
    duplicates        INT UNSIGNED NOT NULL,
    invalid           INT UNSIGNED NOT NULL,
    opted_out         INT UNSIGNED NOT NULL,
    legal_basis       ENUM ('consent') NOT NULL,
    consent_version   VARCHAR(20) CHARACTER SET ascii NOT NULL,
    attested_by       CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at        DATETIME(6) NOT NULL,
    encrypt_at        DATETIME(6) NOT NULL,
    encrypted_at      DATETIME(6) NULL,
    erase_at          DATETIME(6) NOT NULL,
    KEY newest_first (company_id, created_at, id),
    KEY to_encrypt (encrypted_at, encrypt_at),
    KEY to_forget (transit_day, state),
    KEY to_erase (erase_at),
    KEY by_sender (sender, company_id),
    KEY of_hold (hold_id)
);

CREATE TABLE deliveries (
    send_id       CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position      INT UNSIGNED NOT NULL,
    company_id    CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state         ENUM ('accepted', 'issuing', 'issued', 'sending', 'sent', 'delivered',
                        'failed', 'unknown', 'opted_out', 'cancelled') NOT NULL,
    reason        VARCHAR(40) CHARACTER SET ascii NULL,
    phone         VARCHAR(16) CHARACTER SET ascii NULL,
    fingerprint   BINARY(32) NOT NULL,
    sealed_values VARBINARY(4096) NULL,
    coupon_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    sms_ref       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    claimed_by    CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    claimed_until DATETIME(6) NULL,
    sent_at       DATETIME(6) NULL,
    delivered_at  DATETIME(6) NULL,
    record        VARBINARY(255) NULL,
    data_key_id   BIGINT UNSIGNED NULL,
    PRIMARY KEY (send_id, position),
    KEY in_state (send_id, state),
    KEY of_person (company_id, fingerprint),
    KEY of_sms (sms_ref),
    KEY of_data_key (data_key_id)
);

CREATE TABLE coupons (
    id           CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id   CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gift_code    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    hold_id      CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    value_ore    INT UNSIGNED NOT NULL,
    state        ENUM ('requested', 'issued', 'opened', 'redeemed', 'expired', 'voided') NOT NULL,
    sealed_code  VARBINARY(255) NULL,
    valid_until  DATE NOT NULL,
    requested_on DATE NOT NULL,
    redeemed_on  DATE NULL,
    unwanted     BOOLEAN NOT NULL,
    KEY to_settle (state, unwanted, valid_until),
    KEY to_erase (state, valid_until),
    KEY of_hold (hold_id)
);

-- A link is the only key to a gift's code: what is sealed opens with the token, and the token is kept nowhere.
CREATE TABLE gift_links (
    token_hmac BINARY(32) NOT NULL PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    coupon_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sealed     VARBINARY(255) NOT NULL,
    KEY of_coupon (coupon_id)
);

CREATE TABLE opt_outs (
    company_id   CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fingerprint  BINARY(32) NOT NULL,
    opted_out_on DATE NOT NULL,
    PRIMARY KEY (company_id, fingerprint)
);

CREATE TABLE transit_keys (
    day     DATE NOT NULL PRIMARY KEY,
    version VARCHAR(255) CHARACTER SET ascii NOT NULL,
    wrapped VARBINARY(512) NOT NULL
);

CREATE TABLE data_keys (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    send_day   DATE NOT NULL,
    version    VARCHAR(255) CHARACTER SET ascii NOT NULL,
    wrapped    VARBINARY(512) NOT NULL,
    KEY of_company (company_id)
);

-- A receipt can come before the row it is about is committed as sent; it holds no number.
CREATE TABLE early_receipts (
    sms_ref     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    outcome     ENUM ('delivered', 'failed') NOT NULL,
    reason      VARCHAR(40) CHARACTER SET ascii NULL,
    received_at DATETIME(6) NOT NULL,
    KEY by_age (received_at)
);

CREATE TABLE outbox (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    topic      VARCHAR(40) CHARACTER SET ascii NOT NULL,
    body       VARCHAR(500) CHARACTER SET ascii NOT NULL,
    created_at DATETIME(6) NOT NULL,
    KEY by_age (created_at)
);

-- The first answer to a request with an Idempotency-Key. It holds no input and only a success.
CREATE TABLE idempotent_answers (
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    operation  VARCHAR(40) CHARACTER SET ascii NOT NULL,
    key_hmac   BINARY(32) NOT NULL,
    body_hmac  BINARY(32) NOT NULL,
    status     SMALLINT UNSIGNED NULL,
    answer     MEDIUMTEXT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (company_id, operation, key_hmac),
    KEY by_age (created_at)
);

CREATE TABLE cursors (
    name  VARCHAR(40) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    value VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
);
