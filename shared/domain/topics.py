"""The topics and what their messages name."""

ACCOUNT_PAID = "account-paid"
"""{"company_id"}: its plan is paid for the first time."""

COUPONS_WANTED = "coupons-wanted"
"""{"send_id", "first", "last"}: these deliveries need their coupons."""

SMS_WANTED = "sms-wanted"
"""{"send_id", "first", "last"}: these deliveries have their coupons and wait for their SMS."""

TOPICS = (ACCOUNT_PAID, COUPONS_WANTED, SMS_WANTED)
"""Each has a second one, with `-dead` behind its name, for what is given up."""
