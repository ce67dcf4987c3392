-- How what is earned is taxed: of a gift until it is earned, then of the entry. A class, never a gift's name. A gift that
-- nobody has classed takes the full rate.
ALTER TABLE gifts
    ADD COLUMN vat_class VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'standard';

UPDATE gifts SET vat_class = 'served_food' WHERE code IN ('coffee', 'ice_cream');

ALTER TABLE ledger_entries
    ADD COLUMN vat_class VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD KEY of_day (company_id, booked_on);
