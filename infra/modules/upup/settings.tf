# The plain settings that all functions get: what follows from the environment itself, and what was chosen for it.
locals {
  source_bucket = "${var.project}-source"
  state_bucket  = "${var.project}-terraform"

  # Who passes Identity-Aware Proxy and who the functions let in are one list.
  staff = sort([for email, person in var.people : email if contains(person.roles, "staff")])

  own_settings = {
    ENVIRONMENT          = var.environment
    PUBLIC_URL           = "https://${var.domain}"
    ALLOWED_ORIGINS      = "https://${var.domain}"
    GOOGLE_CLOUD_PROJECT = var.project
    TRACES_URL           = "https://telemetry.googleapis.com/v1/traces"
    DATABASE_INSTANCE    = "${var.project}:${var.region}:${module.database.instance_name}"
    DATABASE_NAME        = module.database.database_name
    KMS_KEY_RING         = module.keys.key_ring
    ERASURE_BUCKET       = module.storage.names["erasures"]
    SITE_BUCKET          = module.storage.names["site"]
    SITE_VERSION         = var.site_version
    STAFF_EMAILS         = join(",", local.staff)
  }

  settings = merge(var.settings, local.own_settings)
}
