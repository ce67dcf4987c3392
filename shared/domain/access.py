"""Who may be given access to what: named people of two organisations, by environment."""

from enum import StrEnum


class Organisation(StrEnum):
    UPUP = "UpUp"
    THE_FARM = "The Farm Interactive"


class Environment(StrEnum):
    DEVELOPMENT = "development"
    STAGE = "stage"
    PRODUCTION = "production"


class What(StrEnum):
    DATABASE = "database"
    LOGS = "logs"
    KEYS = "keys"
    SECRETS = "secrets"
    DEPLOYMENT = "deployment"
    PORTAL = "portal"
    STRIPE = "stripe"
    MAILCHIMP = "mailchimp"
    HUBSPOT = "hubspot"
    LEKAB = "lekab"
    CLEARON = "clearon"


UPUPS_ALONE = (What.STRIPE,)
"""What nobody but UpUp's own named staff is ever let into."""
