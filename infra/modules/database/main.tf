# MySQL 8.4 on a private address. Who comes in is an account of Google's, through Google's connector; there is no
# password.
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

locals {
  with_database      = { for name, function in var.functions : name => function if function.database }
  connections_needed = sum([for function in local.with_database : function.max_instances * function.connections])

  # A seventh day of logs and a seventh backup: after these, what was erased or encrypted is in clear nowhere, as
  # promised.
  days_kept = 7

  flags = {
    cloudsql_iam_authentication = "on"

    # The row that is encrypted must not be written to the binary log once more in clear.
    binlog_row_image = "minimal"
    # Without this only an administrator may make triggers while there is a binary log.
    log_bin_trust_function_creators = "on"

    # Statements hold numbers, so no log may hold statements, and no deadlock's report either.
    general_log                = "off"
    slow_query_log             = "off"
    innodb_print_all_deadlocks = "off"

    local_infile    = "off"
    max_connections = tostring(var.max_connections)

    # As each session sets them too (shared/database/connection.py), for who comes in by hand.
    character_set_server  = "utf8mb4"
    collation_server      = "utf8mb4_unicode_ci"
    default_time_zone     = "+00:00"
    transaction_isolation = "READ-COMMITTED"
    # Without NO_ENGINE_SUBSTITUTION, which Cloud SQL takes of a session only.
    sql_mode = "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE"
  }
}

resource "google_sql_database_instance" "this" {
  project          = var.project
  name             = "upup-${var.database_suffix}"
  region           = var.region
  database_version = "MYSQL_8_4"

  # Against Terraform; the one in the settings is against everybody else.
  deletion_protection = true

  settings {
    edition                     = "ENTERPRISE"
    tier                        = var.tier
    availability_type           = var.environment == "production" ? "REGIONAL" : "ZONAL"
    deletion_protection_enabled = true
    retain_backups_on_delete    = false
    user_labels                 = { environment = var.environment }

    # Only who comes through the connector, which brings a short-lived certificate of its own.
    connector_enforcement = "REQUIRED"

    disk_type             = "PD_SSD"
    disk_size             = var.disk_gb
    disk_autoresize       = true
    disk_autoresize_limit = var.disk_limit_gb

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      # Not TRUSTED_CLIENT_CERTIFICATE_REQUIRED: that asks for certificates which we would have to make, hand out and
      # keep, while the connector makes its own by the hour, and no other way in is open.
      ssl_mode = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      start_time                     = "01:00"
      location                       = "eu"
      binary_log_enabled             = true # what point-in-time recovery is called for MySQL
      transaction_log_retention_days = local.days_kept

      backup_retention_settings {
        retained_backups = local.days_kept # one a day
        retention_unit   = "COUNT"
      }
    }

    maintenance_window {
      day          = 7 # Sunday, UTC
      hour         = 3
      update_track = var.environment == "production" ? "stable" : "canary"
    }

    # It would keep the text of statements: how the database does is read from its metrics.
    insights_config {
      query_insights_enabled  = false
      record_application_tags = false
      record_client_address   = false
    }

    # For a user with a password that somebody makes by hand: there is to be none.
    password_validation_policy {
      enable_password_policy      = true
      min_length                  = 32
      complexity                  = "COMPLEXITY_DEFAULT"
      disallow_username_substring = true
    }

    dynamic "database_flags" {
      for_each = local.flags
      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [settings[0].disk_size] # it grows by itself

    precondition {
      condition     = local.connections_needed <= 0.8 * var.max_connections
      error_message = "${local.connections_needed} connections of functions: over 80 % of ${var.max_connections}."
    }
  }
}

resource "google_sql_database" "upup" {
  project         = var.project
  instance        = google_sql_database_instance.this.name
  name            = "upup"
  charset         = "utf8mb4"
  collation       = "utf8mb4_unicode_ci"
  deletion_policy = "ABANDON" # no change of ours may drop it
}

# They begin without any right: `shared/database/grants.py` gives each what it needs. Terraform takes away the user
# `root`, which Google makes without a password.
resource "google_sql_user" "this" {
  for_each = merge({ for name in keys(local.with_database) : name => var.service_accounts[name] }, var.other_accounts)

  project  = var.project
  instance = google_sql_database_instance.this.name
  name     = each.value # Google cuts it at the @
  type     = "CLOUD_IAM_SERVICE_ACCOUNT"
}
