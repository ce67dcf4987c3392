-- Reading an encrypted send takes two people, a reason and a log that comes first.

CREATE TABLE disclosures (
    id          CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    send_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason      VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    asked_by    VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    asked_at    DATETIME(6) NOT NULL,
    approved_by VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    approved_at DATETIME(6) NULL,
    closes_at   DATETIME(6) NULL,
    KEY newest_first (asked_at, id),
    CONSTRAINT disclosures_take_two_people CHECK (LOWER(approved_by) <> LOWER(asked_by)),
    CONSTRAINT disclosures_are_approved_whole CHECK (
        (approved_by IS NULL) = (approved_at IS NULL) AND (approved_at IS NULL) = (closes_at IS NULL))
);

CREATE TRIGGER disclosures_change_only_by_approval BEFORE UPDATE ON disclosures FOR EACH ROW
BEGIN
    IF OLD.approved_by IS NOT NULL OR NEW.id <> OLD.id OR NEW.company_id <> OLD.company_id
        OR NEW.send_id <> OLD.send_id OR NEW.reason <> OLD.reason
        OR NEW.asked_by <> OLD.asked_by OR NEW.asked_at <> OLD.asked_at THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a disclosure changes only by being approved, once';
    END IF;
END;

-- erase_expired says up to which moment it erases, a few hours before the 12 months are over; for everybody else the
-- database's own clock counts.
CREATE TRIGGER disclosures_are_kept_12_months BEFORE DELETE ON disclosures FOR EACH ROW
BEGIN
    IF OLD.asked_at > COALESCE(CAST(@erase_until AS DATETIME(6)), UTC_TIMESTAMP(6) - INTERVAL 365 DAY) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'disclosures are kept for 12 months';
    END IF;
END;

-- One row a reading, committed before anything is deciphered.
CREATE TABLE disclosure_readings (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    disclosure_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    company_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    staff          VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    at             DATETIME(6) NOT NULL,
    first_position INT UNSIGNED NOT NULL,
    last_position  INT UNSIGNED NOT NULL,
    decrypts       INT UNSIGNED NOT NULL,
    KEY by_age (at),
    KEY of_disclosure (disclosure_id)
);

CREATE TRIGGER disclosure_readings_are_never_changed BEFORE UPDATE ON disclosure_readings FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'disclosure readings are only ever added';

CREATE TRIGGER disclosure_readings_are_kept_12_months BEFORE DELETE ON disclosure_readings FOR EACH ROW
BEGIN
    IF OLD.at > COALESCE(CAST(@erase_until AS DATETIME(6)), UTC_TIMESTAMP(6) - INTERVAL 365 DAY) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'disclosure readings are kept for 12 months';
    END IF;
END;
