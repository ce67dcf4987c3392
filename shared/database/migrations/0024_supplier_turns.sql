-- The calls that a supplier takes at once from all instances together, a row each: a call holds one until it has ended,
-- and one whose worker died until its time is out. Mailchimp takes fewer than ten; one is left for a call that outlives
-- its time.
CREATE TABLE supplier_turns (
    supplier    VARCHAR(20) CHARACTER SET ascii NOT NULL,
    turn        TINYINT UNSIGNED NOT NULL,
    taken_until DATETIME(6) NOT NULL,
    PRIMARY KEY (supplier, turn)
);
INSERT INTO supplier_turns (supplier, turn, taken_until) VALUES
    ('mailchimp', 1, '2000-01-01'), ('mailchimp', 2, '2000-01-01'), ('mailchimp', 3, '2000-01-01'),
    ('mailchimp', 4, '2000-01-01'), ('mailchimp', 5, '2000-01-01'), ('mailchimp', 6, '2000-01-01'),
    ('mailchimp', 7, '2000-01-01'), ('mailchimp', 8, '2000-01-01');
