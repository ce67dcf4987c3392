-- The catalogue as companies see it, its limits, gifts that a company takes back, and the stock of codes.

ALTER TABLE gifts
    ADD COLUMN description_sv VARCHAR(400) NOT NULL DEFAULT '',
    ADD COLUMN description_en VARCHAR(400) NOT NULL DEFAULT '',
    ADD COLUMN how_to_use_sv VARCHAR(400) NOT NULL DEFAULT '',
    ADD COLUMN how_to_use_en VARCHAR(400) NOT NULL DEFAULT '',
    ADD COLUMN picture VARCHAR(80) CHARACTER SET ascii NULL,
    ADD COLUMN supplier VARCHAR(80) NULL,
    ADD COLUMN minimum_age TINYINT UNSIGNED NULL,
    ADD COLUMN id_required BOOLEAN NOT NULL DEFAULT FALSE,
    -- recipients of one send, and of a company's sends in one Swedish month
    ADD COLUMN most_per_send INT UNSIGNED NULL,
    ADD COLUMN most_per_month INT UNSIGNED NULL;

UPDATE gifts SET
    description_sv = 'En kopp bryggkaffe och en kanelbulle.',
    description_en = 'A cup of filter coffee and a cinnamon bun.',
    how_to_use_sv = 'Visa koden i kassan hos en butik som tar emot ClearOns kuponger.',
    how_to_use_en = 'Show the code at the till of a shop that takes ClearOn coupons.',
    picture = '/gifts/coffee.svg', supplier = 'ClearOn'
    WHERE code = 'coffee';
UPDATE gifts SET
    description_sv = 'En glass ur frysen.',
    description_en = 'An ice cream from the freezer.',
    how_to_use_sv = 'Visa koden i kassan hos en butik som tar emot ClearOns kuponger.',
    how_to_use_en = 'Show the code at the till of a shop that takes ClearOn coupons.',
    picture = '/gifts/ice_cream.svg', supplier = 'ClearOn'
    WHERE code = 'ice_cream';
UPDATE gifts SET
    description_sv = '100 kr att handla mat för.',
    description_en = 'SEK 100 to buy groceries for.',
    how_to_use_sv = 'Visa koden i kassan innan du betalar. Hela beloppet används på en gång.',
    how_to_use_en = 'Show the code at the till before you pay. The whole amount is used at once.',
    picture = '/gifts/groceries.svg', supplier = 'ClearOn'
    WHERE code = 'groceries_100';
UPDATE gifts SET
    description_sv = 'En biljett till valfri vanlig föreställning.',
    description_en = 'A ticket to any ordinary screening.',
    how_to_use_sv = 'Skriv in koden när du bokar din plats, eller visa den i biografens kassa.',
    how_to_use_en = 'Enter the code when you book your seat, or show it at the cinema.',
    picture = '/gifts/cinema.svg', supplier = 'Biografen'
    WHERE code = 'cinema';

-- `cancelled`: the company has taken the gift back. Receipts move `unwanted`, and never this.
ALTER TABLE coupons
    ADD COLUMN cancelled BOOLEAN NOT NULL DEFAULT FALSE,
    ADD KEY of_gift (company_id, gift_code, requested_on);

-- What is known of a stock of codes beside its codes. `told_at`: when staff were mailed that it is low.
CREATE TABLE code_pools (
    product         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    low_stock_limit INT UNSIGNED NOT NULL,
    last_import_at  DATETIME(6) NULL,
    told_at         DATETIME(6) NULL
);
