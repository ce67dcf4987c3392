-- Each index of a coupon is written when it is asked for, and those that hold its state again when it is issued. What is
-- to be erased is found by to_settle, for both values of unwanted.
ALTER TABLE coupons DROP KEY to_erase;
