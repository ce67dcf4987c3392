-- What persons ask for: who was found, shown, put right or erased, when it is due, and each step. Never what was found.

-- An erased delivery stays for its send's counts, with nothing left that leads to anybody.
ALTER TABLE deliveries MODIFY fingerprint BINARY(32) NULL;

-- Receipts may still come of an erased recipient's SMS: a keyed hash of each SMS's id, by which they are not kept.
CREATE TABLE erased_sms (
    sms_ref_hmac BINARY(32) NOT NULL PRIMARY KEY,
    erased_at    DATETIME(6) NOT NULL,
    KEY by_age (erased_at)
);

-- A doubt that no receipt may settle: it could as well be about another company's doubt that was erased.
ALTER TABLE sms_doubts ADD COLUMN for_a_person BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE privacy_requests (
    id             CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind           ENUM ('find', 'export', 'rectify', 'erase') NOT NULL,
    source         ENUM ('company', 'recipient') NOT NULL,
    state          ENUM ('received', 'in_progress', 'answered', 'done') NOT NULL,
    about          ENUM ('recipient', 'account_holder') NOT NULL,
    -- whom it is about, until it is done
    fingerprint    BINARY(32) NULL,
    person_id      CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    opt_out_too    BOOLEAN NOT NULL,
    received_at    DATETIME(6) NOT NULL,
    due_at         DATETIME(6) NOT NULL,
    began_at       DATETIME(6) NULL,
    done_at        DATETIME(6) NULL,
    -- when its owners had a mail of it, where a recipient asked
    told_at        DATETIME(6) NULL,
    -- one open request of a kind about one person, and of who asks: a recipient's own is never lost in the company's
    UNIQUE KEY open_about_recipient (company_id, kind, source, fingerprint),
    UNIQUE KEY open_about_person (company_id, kind, source, person_id),
    KEY newest_first (company_id, received_at, id),
    KEY by_age (received_at),
    KEY in_state (state, due_at),
    KEY of_person (person_id)
);

-- The owners that had their mail of a recipient's request.
CREATE TABLE privacy_request_notices (
    request_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    member_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    told_at    DATETIME(6) NOT NULL,
    PRIMARY KEY (request_id, member_id),
    KEY of_company (company_id),
    KEY by_age (told_at)
);

-- `member_id` is who did it; without one it was the recipient, or UpUp's own job.
CREATE TABLE privacy_request_steps (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    request_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    step       VARCHAR(30) CHARACTER SET ascii NOT NULL,
    member_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    at         DATETIME(6) NOT NULL,
    KEY of_request (request_id, id),
    KEY by_age (at)
);
