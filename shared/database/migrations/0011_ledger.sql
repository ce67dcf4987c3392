-- What a movement is for is named in the code alone (domain/ledger.py), which grows more often than tables should.

ALTER TABLE ledger_entries MODIFY purpose VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;
