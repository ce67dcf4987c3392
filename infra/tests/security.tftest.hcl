mock_provider "google" {}

variables {
  project        = "upup-here"
  project_number = "123456789012"
  domain         = "upup.example"
  site_version   = "0123456789ab"
  source_object  = "upup-0123456789ab.zip"
  runbook_url    = "https://upup.example/runbook"

  settings = {
    CLEARON_URL        = "https://api.clearon.example"
    CONTACT_MAIL_TO    = "hej@upup.example"
    MAILCHIMP_AUDIENCE = "a1b2c3d4e5"
    MAILCHIMP_URL      = "https://us1.api.mailchimp.com/3.0"
    PRIVACY_CONTACTS   = "UpUp=Anna, dataskydd@upup.example"
    STAFF_MAIL         = "personal@upup.example"
  }
  secret_versions = {
    CLEARON_API_KEY         = "1"
    CLEARON_CALLBACK_SECRET = "1"
    FINGERPRINT_MASTER      = "1"
    HUBSPOT_TOKEN           = "1"
    LEKAB_CALLBACK_SECRET   = "1"
    LEKAB_PASSWORD          = "1"
    LEKAB_USERNAME          = "1"
    MAILCHIMP_KEY           = "1"
    MANDRILL_KEY            = "1"
    STRIPE_API_KEY          = "1"
    STRIPE_WEBHOOK_SECRET   = "1"
    TOKEN_KEY               = "1"
  }
  people = {
    "anna@upup.example" = { name = "Anna", organisation = "UpUp", roles = ["staff", "operator", "stripe"], since = "2026-11-01" }
    "bo@farm.example"   = { name = "Bo", organisation = "The Farm", roles = ["developer"], since = "2026-11-01", until = "2027-11-01" }
  }
  alert_mail = {
    operations = "drift@upup.example"
    privacy    = "dataskydd@upup.example"
    money      = "ekonomi@upup.example"
    staff      = "personal@upup.example"
  }
}

run "every_environment" {
  command = plan

  # Who reaches a function
  assert {
    condition = (
      alltrue([
        for name, f in module.upup.table :
        module.upup.functions.ingress[name] == (f.kind == "http" ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_INTERNAL_ONLY")
      ])
    )
    error_message = "From the internet a function is reached through the load balancer only, and a message's or a job's not at all."
  }
  assert {
    condition = (
      toset([for name, who in module.upup.functions.invokers : name if strcontains(who, "allUsers")]) ==
      toset([for name, f in module.upup.table : name if f.kind == "http" && !f.staff])
    )
    error_message = "Only the functions behind the load balancer may be called by everybody, and of them not the staff's."
  }
  assert {
    condition = (
      alltrue([
        for name, f in module.upup.table : f.staff if anytrue([for route in f.routes : can(regex("^(/v1)?/staff(/|$)", route))])
      ])
    )
    error_message = "A route of the staff's is not behind Identity-Aware Proxy."
  }
  assert {
    condition = (
      alltrue([
        for name, f in module.upup.table :
        module.upup.edge.backends[name].staff == f.staff && module.upup.edge.backends[name].protected != null if f.kind == "http"
      ])
    )
    error_message = "A backend is without Cloud Armor, or one of the staff's without Identity-Aware Proxy."
  }
  assert {
    condition     = alltrue([for name, job in module.upup.functions.jobs : job.account != "" && job.time_zone == "Europe/Stockholm" && job.retries > 0])
    error_message = "A job is called without a signature, in another time zone, or never tried again."
  }
  assert {
    condition     = alltrue([for push in values(module.upup.messaging.pushes) : push.account != "" && push.wrapped])
    error_message = "A message is pushed without a signature, or without its attributes."
  }
  assert {
    condition     = module.upup.edge.tls.plain_http == "redirected" && module.upup.edge.tls.least == "TLS_1_2"
    error_message = "Plain HTTP or an old TLS is answered."
  }
  assert {
    condition     = length(module.upup.network.open_ingress) == 0 && contains(module.upup.network.denied_from, "0.0.0.0/0")
    error_message = "The network lets something in."
  }

  # What a function may do
  assert {
    condition     = length(distinct(values(module.upup.functions.accounts))) == length(module.upup.table)
    error_message = "Two functions share a service account."
  }
  assert {
    condition = (
      alltrue(flatten([
        for name, f in module.upup.table : [
          for role in module.upup.identity.roles["serviceAccount:${module.upup.identity.service_accounts[name]}"] : contains(
            concat(
              ["roles/logging.logWriter", "roles/telemetry.tracesWriter"],
              f.database ? ["roles/cloudsql.client", "roles/cloudsql.instanceUser"] : [],
              f.audit_log ? ["roles/logging.privateLogViewer"] : [],
            ), role
          )
        ]
      ]))
    )
    error_message = "A function has a role in the whole project that the table does not give it."
  }
  assert {
    condition     = length(setintersection(toset(flatten(values(module.upup.identity.roles))), ["roles/owner", "roles/editor", "roles/viewer"])) == 0
    error_message = "Somebody has a basic role."
  }
  assert {
    condition = (
      [for one in module.upup.keys.holders["companies kms_decrypt_key"] : one.member] ==
      ["serviceAccount:${module.upup.identity.service_accounts["disclose"]}"]
    )
    error_message = "Only `disclose` may decipher with the companies' keys."
  }
  assert {
    condition = (
      [for one in module.upup.keys.holders["companies kms_encrypt_key"] : one.member] ==
      ["serviceAccount:${module.upup.identity.service_accounts["encrypt_expired"]}"]
    )
    error_message = "Only `encrypt_expired` may encrypt with the companies' keys."
  }
  assert {
    condition = (
      [for one in module.upup.keys.holders["companies kms_create_ring"] : one.member] ==
      ["serviceAccount:${module.upup.identity.service_accounts["activate_account"]}"]
    )
    error_message = "Only `activate_account` may create companies' keys."
  }
  assert {
    condition = (
      [for one in module.upup.keys.holders["companies kms_destroy_key"] : one.member] ==
      ["serviceAccount:${module.upup.identity.service_accounts["end_agreements"]}"]
    )
    error_message = "Only `end_agreements` may destroy companies' keys."
  }
  assert {
    condition = (
      alltrue([
        for right, holders in module.upup.keys.holders : alltrue([for one in holders : strcontains(one.condition, "acc_")])
        if startswith(right, "companies") && endswith(right, "_key")
      ])
    )
    error_message = "A right to the companies' keys holds for the shared ones too."
  }
  assert {
    condition = (
      alltrue([
        for permissions in values(module.upup.keys.permissions) : length(setsubtract(permissions, [
          "cloudkms.cryptoKeys.create", "cloudkms.cryptoKeys.list", "cloudkms.cryptoKeyVersions.list",
          "cloudkms.cryptoKeyVersions.useToEncrypt", "cloudkms.cryptoKeyVersions.useToDecrypt",
          "cloudkms.cryptoKeyVersions.update", "cloudkms.cryptoKeyVersions.destroy",
        ])) == 0 && length(permissions) == 1
      ])
    )
    error_message = "A right to keys is wider than its call."
  }
  assert {
    condition     = alltrue([for role in flatten(values(module.upup.identity.roles)) : !strcontains(role, "cloudkms.cryptoKey") && role != "roles/cloudkms.admin"])
    error_message = "Somebody may use or change keys in the whole project."
  }

  # Secrets
  assert {
    condition = (
      alltrue([
        for name, f in module.upup.table :
        toset([for one in module.upup.functions.secrets[name] : split(":", one)[0]]) == toset(f.secrets)
      ])
    )
    error_message = "A function gets other secrets from Secret Manager than the table says."
  }
  assert {
    condition     = alltrue(flatten([for ones in values(module.upup.functions.secrets) : [for one in ones : can(regex(":[1-9][0-9]*$", one))]]))
    error_message = "A secret is not pinned to a version by its number."
  }
  assert {
    condition = (
      alltrue([
        for settings in values(module.upup.functions.settings) :
        length(setintersection(keys(settings), keys(module.upup.secrets.secrets))) == 0
      ])
    )
    error_message = "A secret stands among the plain settings."
  }
  assert {
    condition = (
      alltrue([
        for secret, readers in module.upup.secrets.readers : toset(readers) == toset([
          for one in values(module.upup.holders) : "serviceAccount:${one.account}" if contains(one.secrets, secret)
        ])
      ])
    )
    error_message = "Somebody reads a secret whom the table does not name."
  }
  assert {
    condition     = alltrue([for places in values(module.upup.secrets.secrets) : alltrue([for place in places : startswith(place, "europe-")])])
    error_message = "A secret is kept outside the EU."
  }

  # Messages
  assert {
    condition = (
      toset(keys(module.upup.messaging.dead_letters)) ==
      toset([for topic in keys(module.upup.messaging.topics) : topic if !endswith(topic, "-dead")])
    )
    error_message = "A subscription has no dead letters."
  }
  assert {
    condition     = alltrue([for one in values(module.upup.messaging.dead_letters) : one.attempts >= 20])
    error_message = "A message is given up before 20 attempts: a full instance uses them up."
  }
  assert {
    condition     = toset(keys(module.upup.messaging.subscriptions)) == toset(keys(module.upup.messaging.topics))
    error_message = "A topic, or a dead letters' one, is read by nobody."
  }
  assert {
    condition     = alltrue([for patience in values(module.upup.messaging.patience) : patience.expires == "" && patience.ack_seconds <= 600])
    error_message = "A quiet subscription is deleted, or Pub/Sub refuses its deadline."
  }
  assert {
    condition = (
      alltrue(flatten([
        for topic, who in module.upup.messaging.publishers : [
          for one in who : strcontains(one, "gcp-sa-pubsub") || contains([
            for name, f in module.upup.table :
            "serviceAccount:${module.upup.identity.service_accounts[name]}" if contains(f.publishes, topic)
          ], one)
        ]
      ]))
    )
    error_message = "Somebody publishes whom the table does not name."
  }
  assert {
    condition     = alltrue([for regions in values(module.upup.messaging.topics) : alltrue([for region in regions : startswith(region, "europe-")])])
    error_message = "Messages lie outside the EU."
  }

  # The database
  assert {
    condition = (
      module.upup.database.protection.connector == "REQUIRED" && !module.upup.database.protection.backups_outlive_it &&
      !module.upup.database.protection.statements_in_google
    )
    error_message = "The database is reached without Google's connector, its backups outlive it, or its statements are collected."
  }
  assert {
    condition     = !module.upup.database.protection.public_address && module.upup.database.protection.authorized_networks == 0
    error_message = "The database has a public address."
  }
  assert {
    condition     = module.upup.database.protection.ssl_mode == "ENCRYPTED_ONLY"
    error_message = "The database is spoken to without TLS."
  }
  assert {
    condition     = lower(module.upup.database.flags.binlog_row_image) == "minimal"
    error_message = "Encrypting a row writes it once more in clear to the binary log."
  }
  assert {
    condition = (
      module.upup.database.flags.local_infile == "off" && module.upup.database.flags.general_log == "off" &&
      module.upup.database.flags.slow_query_log == "off"
    )
    error_message = "The database reads files, or keeps statements, which hold numbers."
  }
  assert {
    condition = (
      module.upup.database.protection.backups_kept == 7 && module.upup.database.protection.binary_log_days == 7 &&
      module.upup.database.protection.backups && module.upup.database.protection.binary_log
    )
    error_message = "Backups or binary logs live longer or shorter than the seven days that we promise."
  }
  assert {
    condition     = module.upup.database.protection.deletion
    error_message = "The database can be deleted by a mistake."
  }
  assert {
    condition     = alltrue([for user in values(module.upup.database.users) : user.type == "CLOUD_IAM_SERVICE_ACCOUNT"])
    error_message = "Somebody logs in to the database by a password."
  }
  assert {
    condition     = module.upup.database.connections.needed <= 0.8 * module.upup.database.connections.allowed
    error_message = "The functions may open more than 80 % of the database's connections."
  }

  # Production
  assert {
    condition = (
      module.upup.database.protection.availability ==
      (module.upup.deployment.environment == "production" ? "REGIONAL" : "ZONAL")
    )
    error_message = "Production's database stands in one zone only, or another environment pays for two."
  }
  assert {
    condition = (
      alltrue([
        for limits in values(module.upup.functions.limits) :
        limits.min_instances == 0 || module.upup.deployment.environment == "production"
      ])
    )
    error_message = "Instances wait for nobody outside production."
  }

  # Alerts
  assert {
    condition = (
      alltrue([
        for alert in values(module.upup.observability.alerts) : startswith(alert.runbook, "https://upup.example/runbook#")
      ])
    )
    error_message = "An alert leads to no entry of the runbook."
  }
  assert {
    condition     = module.upup.observability.alerts["rows_in_clear_over_limit"].severity == "CRITICAL"
    error_message = "Nobody is woken when a row is in clear over its limit."
  }

  # What is kept, and for how long
  assert {
    condition     = module.upup.observability.log_retention_days == 30
    error_message = "Logs are kept longer than 30 days."
  }
  assert {
    condition     = contains(values(module.upup.observability.not_kept), "log_id(\"run.googleapis.com/requests\")")
    error_message = "Lines of requests are kept, with the addresses of people."
  }
  assert {
    condition = (
      alltrue([
        for service in ["cloudkms.googleapis.com", "cloudsql.googleapis.com"] :
        module.upup.observability.audited[service] == tolist(["DATA_READ", "DATA_WRITE"])
      ])
    )
    error_message = "Who used a key or the database is not logged."
  }
  assert {
    condition     = alltrue([for bucket in values(module.upup.storage.protection) : bucket.public_access == "enforced" && bucket.uniform])
    error_message = "A bucket can be opened to the public."
  }
  assert {
    condition = (
      module.upup.storage.protection["erasures"].delete_after_days == [37] &&
      module.upup.storage.protection["erasures"].undelete_seconds == 0 && !module.upup.storage.protection["erasures"].versions
    )
    error_message = "The log of erasures lives longer than the backups, or shorter."
  }
  assert {
    condition     = toset(module.upup.edge.unlogged) == toset([for name, f in module.upup.table : name if f.unlogged])
    error_message = "The load balancer logs addresses with a number, a text or a token."
  }
  assert {
    condition     = alltrue([for name in ["lekab_callback", "clearon_callback", "gift_page", "gift_report"] : contains(module.upup.edge.unlogged, name)])
    error_message = "Callbacks and gift pages are logged, whose addresses hold a number, a text, a secret or a token."
  }
  assert {
    condition     = toset([for name, backend in module.upup.edge.backends : name if backend.cached]) == toset(["pages"])
    error_message = "Something but the pages is kept at the edge."
  }
  assert {
    condition     = alltrue([for key in values(module.upup.keys.keys) : key.rotation == "7776000s" && key.destruction == "2592000s"])
    error_message = "A shared key does not rotate, or is destroyed sooner than in 30 days."
  }
}
