-- How far each supplier that knows people by their e-mail has been brought in step with what is here; test sends.

-- `changes` counts what has happened here; without `nudged_at` the supplier knows of all of it.
CREATE TABLE contact_syncs (
    person_id       CHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    supplier        ENUM ('mailchimp', 'hubspot') NOT NULL,
    changes         INT UNSIGNED NOT NULL,
    nudged_at       DATETIME(6) NULL,
    claimed_until   DATETIME(6) NULL,
    -- keyed hash of what the supplier was told last, and when
    digest          BINARY(32) NULL,
    told_at         DATETIME(6) NULL,
    -- why it will never take this e-mail, and since when
    refusal         ENUM ('refused', 'forgotten') NULL,
    refused_at      DATETIME(6) NULL,
    -- Mailchimp only: since when the person wants no news
    unsubscribed_at DATETIME(6) NULL,
    PRIMARY KEY (person_id, supplier),
    KEY waiting (nudged_at),
    KEY refused (refused_at, person_id)
);

-- A test SMS to a visitor, by keyed hash of the number: `unknown` until its outcome is.
CREATE TABLE test_sends (
    number_hmac BINARY(32) NOT NULL PRIMARY KEY,
    link_hmac   BINARY(32) NOT NULL UNIQUE,
    state       ENUM ('unknown', 'sent', 'refused') NOT NULL,
    begun_at    DATETIME(6) NOT NULL,
    KEY by_age (begun_at)
);

-- Who wants nothing from UpUp itself.
CREATE TABLE own_opt_outs (
    number_hmac  BINARY(32) NOT NULL PRIMARY KEY,
    opted_out_on DATE NOT NULL
);
