-- What lives on as counts when a send is encrypted and a coupon erased: of a company, a month and a gift, never a send.

CREATE TABLE figures (
    company_id CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    month      DATE NOT NULL,
    gift_code  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sent       INT UNSIGNED NOT NULL,
    delivered  INT UNSIGNED NOT NULL,
    opened     INT UNSIGNED NOT NULL,
    redeemed   INT UNSIGNED NOT NULL,
    cost_ore   BIGINT NOT NULL,
    PRIMARY KEY (company_id, month, gift_code)
);

-- An expired coupon's state no longer says whether its page was opened: the day does, as for what was redeemed.
ALTER TABLE coupons
    ADD COLUMN opened_on DATE NULL,
    ADD KEY opened (company_id, opened_on, gift_code),
    ADD KEY redeemed (company_id, redeemed_on, gift_code, value_ore);

UPDATE coupons SET opened_on = requested_on WHERE state = 'opened';
