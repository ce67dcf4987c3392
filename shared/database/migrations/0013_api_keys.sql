-- API keys, each kept as a keyed hash: the key itself is shown once and is nowhere.
CREATE TABLE api_keys (
    id           CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    company_id   CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    key_hmac     BINARY(32) NOT NULL,
    name         VARCHAR(80) NOT NULL,
    mode         ENUM ('live', 'test') NOT NULL,
    -- separated by spaces
    scopes       VARCHAR(600) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    last_four    CHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_by   CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at   DATETIME(6) NOT NULL,
    -- from when it opens nothing any more; null is never. One that is revoked expires at that moment.
    expires_at   DATETIME(6) NULL,
    revoked_at   DATETIME(6) NULL,
    -- the hour, not the moment
    last_used_at DATETIME(6) NULL,
    UNIQUE KEY by_key (key_hmac),
    KEY of_company (company_id, created_at, id),
    KEY expired (expires_at)
);

-- What a test key sends reaches no supplier and moves no money. In no count, and in no list of what is real.
ALTER TABLE sends ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE coupons ADD COLUMN test BOOLEAN NOT NULL DEFAULT FALSE;
