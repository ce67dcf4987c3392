-- SMS about a gift that was sent already: its link once more, to the same number. One reminder and three resends.

CREATE TABLE extra_sms (
    id           CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id   CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    send_id      CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position     INT UNSIGNED NOT NULL,
    kind         ENUM ('resend', 'reminder') NOT NULL,
    number       TINYINT UNSIGNED NOT NULL,
    language     ENUM ('sv', 'en') NOT NULL,
    state        ENUM ('accepted', 'sending', 'sent', 'delivered', 'failed', 'unknown') NOT NULL,
    reason       VARCHAR(40) CHARACTER SET ascii NULL,
    sms_ref      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    -- what is kept of the id above once the row goes before its receipt has come
    sms_ref_hmac BINARY(32) NULL,
    claimed_by   CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    -- while its price is held, and only then: when the sweep looks at it. One that waits is asked for again, one in its
    -- call is in doubt, and the price of one in doubt is released.
    due_at       DATETIME(6) NULL,
    hold_id      CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    price_ore    INT UNSIGNED NOT NULL,
    created_at   DATETIME(6) NOT NULL,
    sent_at      DATETIME(6) NULL,
    delivered_at DATETIME(6) NULL,
    UNIQUE KEY nth (send_id, position, kind, number),
    KEY of_company (company_id),
    KEY of_sms (sms_ref),
    KEY due (state, due_at),
    KEY sent (state, sent_at)
);
