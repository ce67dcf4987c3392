-- What UpUp's staff look after: messages that were given up, SMS in doubt, and who did what about them.

-- A message holds ids only, and so does a dead letter. Pub/Sub can bring one twice; its outbox id stays the same.
CREATE TABLE dead_letters (
    id           CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    outbox_id    BIGINT UNSIGNED NOT NULL UNIQUE,
    topic        VARCHAR(40) CHARACTER SET ascii NOT NULL,
    body         VARCHAR(500) CHARACTER SET ascii NOT NULL,
    reason       VARCHAR(100) CHARACTER SET ascii NOT NULL,
    attempts     SMALLINT UNSIGNED NOT NULL,
    published_at DATETIME(6) NOT NULL,
    kept_at      DATETIME(6) NOT NULL,
    replayed_at  DATETIME(6) NULL,
    KEY newest_first (kept_at, id),
    KEY to_replay (replayed_at, kept_at)
);

-- What a named person did, and with what, for 12 months.
CREATE TABLE staff_log (
    id      BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at      DATETIME(6) NOT NULL,
    staff   VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    action  VARCHAR(40) CHARACTER SET ascii NOT NULL,
    subject VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    KEY by_age (at)
);

ALTER TABLE sms_doubts ADD KEY newest_first (since, send_id, position);
