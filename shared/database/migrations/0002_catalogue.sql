-- The starting catalogue: what it costs a company (price) and what the shop gives (face value), in öre.
INSERT INTO gifts (code, place, name_sv, name_en, kind, price_ore, face_value_ore, voucher_type, issuer, product,
                   validity_days, on_sale) VALUES
    ('coffee', 1, 'Kaffe och bulle', 'Coffee and a bun', 'goods', 3900, 3500, 'single_purpose', 'clearon', 'coffee', 90, TRUE),
    ('ice_cream', 2, 'Glass', 'Ice cream', 'goods', 2900, 2500, 'single_purpose', 'clearon', 'ice_cream', 90, TRUE),
    ('groceries_100', 3, 'Matkasse för 100 kr', 'Groceries for SEK 100', 'goods', 10900, 10000, 'multi_purpose', 'clearon', 'groceries_100', 180, TRUE),
    ('cinema', 4, 'Biobiljett', 'Cinema ticket', 'experience', 14900, 13500, 'single_purpose', 'code_pool', 'cinema', 180, TRUE);
