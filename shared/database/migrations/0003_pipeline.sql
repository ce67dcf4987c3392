-- What keeps the pipeline going when a worker, a supplier or a message is lost.

ALTER TABLE sends
    ADD COLUMN start_at DATETIME(6) NOT NULL,
    ADD COLUMN nudged_at DATETIME(6) NOT NULL,
    ADD KEY to_start (state, start_at),
    ADD KEY stalled (state, nudged_at);

-- An SMS that may or may not have been sent, for 72 hours at most: a receipt that knows only the number finds it here.
CREATE TABLE sms_doubts (
    send_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position    INT UNSIGNED NOT NULL,
    company_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number_hmac BINARY(32) NOT NULL,
    sender      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    since       DATETIME(6) NOT NULL,
    PRIMARY KEY (send_id, position),
    KEY of_number (number_hmac, sender)
);

ALTER TABLE early_receipts
    ADD COLUMN number_hmac BINARY(32) NULL,
    ADD COLUMN sender VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD KEY of_number (number_hmac, sender);
