-- The registers that staff keep: personal data breaches with who was told of them, and who has access to what.

-- What was known when it was found. What is learnt, done or decided later is an entry: nothing is ever overwritten.
CREATE TABLE breaches (
    id            CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    happened_at   DATETIME(6) NOT NULL,
    found_at      DATETIME(6) NOT NULL,
    what          VARCHAR(4000) NOT NULL,
    consequences  VARCHAR(4000) NOT NULL,
    all_companies BOOLEAN NOT NULL,
    registered_by VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    registered_at DATETIME(6) NOT NULL,
    KEY newest_first (registered_at, id)
);

-- The newest entry with a state says the breach's; `message` is what the companies' owners were told.
CREATE TABLE breach_entries (
    id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    breach_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at        DATETIME(6) NOT NULL,
    staff     VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    state     ENUM ('open', 'reported', 'closed') NULL,
    measures  VARCHAR(4000) NULL,
    message   VARCHAR(4000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    KEY of_breach (breach_id, id),
    KEY in_state (state, breach_id),
    CONSTRAINT breach_entries_say_something CHECK (
        state IS NOT NULL OR measures IS NOT NULL OR message IS NOT NULL)
);

CREATE TABLE breach_companies (
    breach_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (breach_id, company_id)
);

-- One row for each owner and message; without `told_at` a mail is to be sent, or is being sent until `claimed_until`.
CREATE TABLE breach_notices (
    entry_id      BIGINT UNSIGNED NOT NULL,
    member_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    breach_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    company_id    CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    claimed_until DATETIME(6) NULL,
    told_at       DATETIME(6) NULL,
    PRIMARY KEY (entry_id, member_id),
    KEY to_tell (told_at, entry_id, member_id),
    KEY of_breach (breach_id)
);

CREATE TRIGGER breaches_are_never_changed BEFORE UPDATE ON breaches FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a breach is never changed: add an entry';

CREATE TRIGGER breach_entries_are_never_changed BEFORE UPDATE ON breach_entries FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'breach entries are only ever added';

CREATE TRIGGER breach_companies_are_never_changed BEFORE UPDATE ON breach_companies FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'whom a breach concerns is never changed';

CREATE TRIGGER breach_notices_stand_once_told BEFORE UPDATE ON breach_notices FOR EACH ROW
BEGIN
    IF OLD.told_at IS NOT NULL OR NEW.entry_id <> OLD.entry_id OR NEW.member_id <> OLD.member_id
        OR NEW.breach_id <> OLD.breach_id OR NEW.company_id <> OLD.company_id THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'who was told is never changed';
    END IF;
END;

-- All of a breach is kept for five years after its last entry. erase_expired says up to which moment it erases; for
-- everybody else the database's own clock counts.
CREATE TRIGGER breaches_are_kept_5_years BEFORE DELETE ON breaches FOR EACH ROW
BEGIN
    IF OLD.registered_at > COALESCE(CAST(@erase_until AS DATETIME(6)), UTC_TIMESTAMP(6) - INTERVAL 5 YEAR) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'breaches are kept for 5 years';
    END IF;
END;

CREATE TRIGGER breach_entries_are_kept_5_years BEFORE DELETE ON breach_entries FOR EACH ROW
BEGIN
    IF OLD.at > COALESCE(CAST(@erase_until AS DATETIME(6)), UTC_TIMESTAMP(6) - INTERVAL 5 YEAR) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'breach entries are kept for 5 years';
    END IF;
END;

CREATE TRIGGER breach_companies_are_kept_5_years BEFORE DELETE ON breach_companies FOR EACH ROW
BEGIN
    IF EXISTS (SELECT 1 FROM breach_entries WHERE breach_id = OLD.breach_id
        AND at > COALESCE(CAST(@erase_until AS DATETIME(6)), UTC_TIMESTAMP(6) - INTERVAL 5 YEAR)) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'whom a breach concerned is kept for 5 years';
    END IF;
END;

CREATE TRIGGER breach_notices_are_kept_5_years BEFORE DELETE ON breach_notices FOR EACH ROW
BEGIN
    IF EXISTS (SELECT 1 FROM breach_entries WHERE breach_id = OLD.breach_id
        AND at > COALESCE(CAST(@erase_until AS DATETIME(6)), UTC_TIMESTAMP(6) - INTERVAL 5 YEAR)) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'who was told of a breach is kept for 5 years';
    END IF;
END;

-- Who has access to what. `ended_at` is when it was really taken away, `until` when it was meant to be.
CREATE TABLE access_grants (
    id           CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name         VARCHAR(120) NOT NULL,
    email        VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    organisation ENUM ('UpUp', 'The Farm Interactive') NOT NULL,
    environment  ENUM ('development', 'stage', 'production') NOT NULL,
    what         VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    role         VARCHAR(80) NOT NULL,
    since        DATE NOT NULL,
    until        DATE NULL,
    granted_by   VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    granted_at   DATETIME(6) NOT NULL,
    ended_by     VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    ended_at     DATETIME(6) NULL,
    KEY newest_first (granted_at, id),
    KEY by_end (ended_at),
    CONSTRAINT stripe_is_upups_alone CHECK (what <> 'stripe' OR organisation = 'UpUp'),
    CONSTRAINT access_ends_whole CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);

-- That somebody went through all of it.
CREATE TABLE access_reviews (
    id    BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at    DATETIME(6) NOT NULL,
    staff VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    KEY by_age (at)
);
