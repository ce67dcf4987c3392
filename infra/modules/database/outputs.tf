locals {
  instance = google_sql_database_instance.this
  settings = one(local.instance.settings)
  backups  = one(local.settings.backup_configuration)
  address  = one(local.settings.ip_configuration)
  set      = { for flag in local.settings.database_flags : flag.name => flag.value }
}

output "connection_name" {
  description = "What the connector calls the instance: the setting DATABASE_INSTANCE."
  value       = local.instance.connection_name
}

output "instance_name" {
  description = "The instance's name within the project."
  value       = local.instance.name
}

output "database_name" {
  description = "The schema: the setting DATABASE_NAME."
  value       = google_sql_database.upup.name
}

output "connections" {
  description = "How many connections the functions may open together, and how many the database allows."
  value = {
    needed  = local.connections_needed
    allowed = tonumber(local.set["max_connections"])
  }
}

output "flags" {
  description = "MySQL's settings."
  value       = local.set
}

output "users" {
  description = "Who may log in: account and kind, by our name for it."
  value       = { for name, user in google_sql_user.this : name => { account = user.name, type = user.type } }
}

output "protection" {
  description = "What keeps the data in and the promises of its periods, as the instance has them."
  value = {
    public_address       = local.address.ipv4_enabled
    authorized_networks  = length(local.address.authorized_networks)
    ssl_mode             = local.address.ssl_mode
    connector            = local.settings.connector_enforcement
    availability         = local.settings.availability_type
    deletion             = local.instance.deletion_protection && local.settings.deletion_protection_enabled
    backups              = local.backups.enabled
    backups_kept         = local.backups.backup_retention_settings[0].retained_backups
    backups_outlive_it   = local.settings.retain_backups_on_delete
    binary_log           = local.backups.binary_log_enabled
    binary_log_days      = local.backups.transaction_log_retention_days
    statements_in_google = local.settings.insights_config[0].query_insights_enabled
  }
}
