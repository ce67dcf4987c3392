-- People: attempts that are counted, login links on their way, sessions that can be told apart, second factors.

-- Whose attempts: a keyed hash of an e-mail or a client's address with what was tried. Its row is locked while they are
-- counted, so that no two count at once.
CREATE TABLE attempt_subjects (
    subject_hmac  BINARY(32) NOT NULL PRIMARY KEY,
    last_at       DATETIME(6) NOT NULL,
    blocked_until DATETIME(6) NULL,
    KEY by_age (last_at)
);

CREATE TABLE attempts (
    id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    subject_hmac BINARY(32) NOT NULL,
    at           DATETIME(6) NOT NULL,
    KEY of_subject (subject_hmac, at),
    KEY by_age (at)
);

-- What is a person's own goes with the person, whoever deletes them.

-- Somebody asked for a link: a row whoever has the address, with no person where nobody has.
CREATE TABLE login_requests (
    id            CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    person_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    asked_at      DATETIME(6) NOT NULL,
    claimed_until DATETIME(6) NULL,
    mailed_at     DATETIME(6) NULL,
    KEY by_age (asked_at),
    FOREIGN KEY (person_id) REFERENCES persons (id) ON DELETE CASCADE
);

-- An id that may be shown, the day on which it was last used, and until when its person's second factor counts as shown.
ALTER TABLE sessions
    ADD COLUMN id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN last_seen_on DATE NULL,
    ADD COLUMN confirmed_until DATETIME(6) NULL;
UPDATE sessions SET id = CONCAT('ses_', LOWER(HEX(RANDOM_BYTES(8)))), last_seen_on = DATE(created_at);
ALTER TABLE sessions
    MODIFY id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    MODIFY last_seen_on DATE NOT NULL,
    ADD UNIQUE KEY by_id (id),
    ADD KEY of_member (company_id, member_id);

-- The secret is sealed, bound to its person. `last_step` is the newest half minute whose code was taken.
CREATE TABLE second_factors (
    person_id    CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    sealed       VARBINARY(100) NOT NULL,
    last_step    BIGINT UNSIGNED NOT NULL,
    enrolled_at  DATETIME(6) NOT NULL,
    confirmed_at DATETIME(6) NULL,
    FOREIGN KEY (person_id) REFERENCES persons (id) ON DELETE CASCADE
);

CREATE TABLE recovery_codes (
    code_hmac BINARY(32) NOT NULL PRIMARY KEY,
    person_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    FOREIGN KEY (person_id) REFERENCES persons (id) ON DELETE CASCADE
);

ALTER TABLE companies ADD COLUMN second_factor_required BOOLEAN NOT NULL DEFAULT FALSE;
