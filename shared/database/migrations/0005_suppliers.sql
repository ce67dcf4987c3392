-- How each supplier fares, shared by all instances: its rate, and whether it is left in peace for a while.
CREATE TABLE suppliers (
    name          VARCHAR(20) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    tokens        DOUBLE NOT NULL,
    refilled_at   DATETIME(6) NOT NULL,
    failures      INT UNSIGNED NOT NULL,
    blocked_until DATETIME(6) NULL
);
