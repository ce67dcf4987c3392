# What each part says of itself, which the tests judge (infra/tests) and deployments read.
output "identity" {
  description = "Service accounts, and who has which role."
  value       = module.identity
}

output "network" {
  description = "The private network."
  value       = module.network
}

output "database" {
  description = "The database: its name, its flags, who may log in."
  value       = module.database
}

output "keys" {
  description = "The key ring, and who may do what with which key."
  value       = module.keys
}

output "secrets" {
  description = "The secrets, and who reads them. Never a value."
  value       = module.secrets
}

output "storage" {
  description = "The buckets, and who may do what with them."
  value       = module.storage
}

output "functions" {
  description = "The functions: services, ingress, callers, limits, jobs."
  value       = module.functions
}

output "messaging" {
  description = "Topics and subscriptions, and who publishes."
  value       = module.messaging
}

output "edge" {
  description = "The load balancer: address, rules, what guards which backend."
  value       = module.edge
}

output "observability" {
  description = "Metrics, alerts, and what logs keep."
  value       = module.observability
}

output "table" {
  description = "The table of functions, as it was read."
  value       = local.functions
}

output "deployment" {
  description = "Where everything is that a deployment touches, and the settings of its jobs."
  value = {
    environment      = var.environment
    project          = var.project
    region           = var.region
    scheduler_region = var.scheduler_region
    public_url       = local.own_settings.PUBLIC_URL
    source_bucket    = local.source_bucket
    site_bucket      = local.own_settings.SITE_BUCKET
    repository       = module.functions.repository
    connector        = module.network.connector_id
    migrate_account  = module.identity.migrate_account
    build_account    = module.identity.build_account
    settings         = merge(local.settings, { DATABASE_USER = module.identity.database_users["migrate"] })
  }
}

output "holders" {
  description = "Functions and jobs: the secrets, keys and objects that each may have, and its account."
  value = {
    for name, row in local.holders : name => merge(row, { account = local.accounts[name] })
  }
}

output "restore" {
  description = "What a restore needs beside a deployment: the job that settles the next database."
  value = {
    account  = module.identity.restore_account
    settings = merge(local.settings, { DATABASE_USER = module.identity.database_users["restore"] })
    secrets  = { for name in local.jobs.restore.secrets : name => var.secret_versions[name] }
  }
}
