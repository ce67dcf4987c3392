-- Whom owners have invited: kept until the invitation is accepted, withdrawn, or its days are over.

CREATE TABLE invitations (
    id            CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id    CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    email         VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    role          ENUM ('owner', 'sender', 'viewer') NOT NULL,
    invited_by    CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- of the newest mail: the link in an older one is worth nothing
    token_hmac    BINARY(32) NULL UNIQUE,
    mail          ENUM ('wanted', 'sent', 'refused') NOT NULL,
    claimed_until DATETIME(6) NULL,
    created_at    DATETIME(6) NOT NULL,
    expires_at    DATETIME(6) NOT NULL,
    UNIQUE KEY one_invitation (company_id, email),
    KEY newest_first (company_id, created_at, id),
    KEY by_expiry (expires_at)
);

-- The mails of a day, by keyed hash of the address: withdrawing an invitation does not make room for another.
CREATE TABLE invitation_mails (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    email_hmac BINARY(32) NOT NULL,
    again      BOOLEAN NOT NULL,
    asked_at   DATETIME(6) NOT NULL,
    KEY of_company (company_id, asked_at),
    KEY by_age (asked_at)
);
