-- What a company is told by its own webhooks: ids, states and times, never a number, a name or a code.

CREATE TABLE webhook_endpoints (
    id            CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id    CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    url           VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- types, or `delivery.*` for all that begin so, separated by commas
    events        VARCHAR(300) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    description   VARCHAR(120) NOT NULL,
    -- failing, gone: disabled by UpUp, because it answered nothing for three days or said that it is gone
    state         ENUM ('enabled', 'disabled', 'failing', 'gone') NOT NULL,
    created_at    DATETIME(6) NOT NULL,
    -- made with a test key, and told of tests alone
    test          BOOLEAN NOT NULL,
    -- since when no call has worked
    failing_since DATETIME(6) NULL,
    -- UpUp disabled it and its owners are to be told
    tell_owners   BOOLEAN NOT NULL,
    -- one worker at a time calls an endpoint, so that a slow one holds up itself alone
    claimed_by    CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    claimed_until DATETIME(6) NULL,
    KEY of_company (company_id, state),
    KEY to_tell (tell_owners)
);

-- All that are not past `until` sign, so that a receiver can change over without losing a call.
CREATE TABLE webhook_secrets (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    endpoint_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    company_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sealed      VARBINARY(255) NOT NULL,
    until       DATETIME(6) NULL,
    KEY of_endpoint (endpoint_id),
    KEY of_company (company_id)
);

-- One event for one endpoint. That a gift was redeemed names its coupon alone, only until it is told, and the day.
CREATE TABLE webhook_messages (
    id          CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    endpoint_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    type        VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    send_id     CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    position    INT UNSIGNED NULL,
    coupon_id   CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    reason      VARCHAR(40) CHARACTER SET ascii NULL,
    happened_at DATETIME(6) NOT NULL,
    state       ENUM ('due', 'delivered', 'given_up') NOT NULL,
    tries       SMALLINT UNSIGNED NOT NULL,
    next_at     DATETIME(6) NOT NULL,
    KEY due (endpoint_id, state, next_at),
    KEY of_send (send_id),
    KEY of_company (company_id),
    KEY by_age (happened_at)
);

-- What came of each call: a status, or the kind of trouble; nothing of what was said.
CREATE TABLE webhook_attempts (
    id          CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    message_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    endpoint_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    company_id  CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at          DATETIME(6) NOT NULL,
    status      SMALLINT UNSIGNED NULL,
    trouble     VARCHAR(30) CHARACTER SET ascii NULL,
    duration_ms INT UNSIGNED NOT NULL,
    KEY of_endpoint (endpoint_id, at, id),
    KEY of_company (company_id),
    KEY by_age (at)
);
