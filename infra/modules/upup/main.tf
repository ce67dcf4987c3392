# One whole environment. Each of infra/environments calls this with what differs between them.
terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

module "identity" {
  source = "../identity"

  project       = var.project
  functions     = local.functions
  people        = var.people
  deployers     = var.deployers
  source_bucket = local.source_bucket
  state_bucket  = local.state_bucket

  depends_on = [google_project_service.this]
}

module "network" {
  source = "../network"

  project = var.project
  region  = var.region

  depends_on = [google_project_service.this]
}

module "database" {
  source = "../database"

  project          = var.project
  region           = var.region
  environment      = var.environment
  functions        = local.functions
  service_accounts = module.identity.service_accounts
  other_accounts   = { migrate = module.identity.migrate_account, restore = module.identity.restore_account }
  network_id       = module.network.network_id
  database_suffix  = var.database_suffix
  tier             = var.database_tier
  max_connections  = var.database_connections
  disk_limit_gb    = var.database_disk_limit_gb

  depends_on = [google_project_service.this]
}

module "keys" {
  source = "../keys"

  project          = var.project
  region           = var.region
  functions        = local.holders
  service_accounts = local.accounts

  depends_on = [google_project_service.this]
}

module "secrets" {
  source = "../secrets"

  project          = var.project
  region           = var.region
  functions        = local.holders
  service_accounts = local.accounts

  depends_on = [google_project_service.this]
}

module "storage" {
  source = "../storage"

  project          = var.project
  region           = var.region
  functions        = local.holders
  service_accounts = local.accounts
  other_rights = {
    deploy-source = { account = module.identity.deploy_account, bucket = "source", right = "write" }
    deploy-site   = { account = module.identity.deploy_account, bucket = "site", right = "write" }
  }

  depends_on = [google_project_service.this]
}

module "functions" {
  source = "../functions"

  project           = var.project
  project_number    = var.project_number
  region            = var.region
  scheduler_region  = var.scheduler_region
  environment       = var.environment
  functions         = local.functions
  service_accounts  = module.identity.service_accounts
  database_users    = module.identity.database_users
  build_account     = module.identity.build_account
  push_account      = module.identity.push_account
  scheduler_account = module.identity.scheduler_account
  settings          = local.settings
  iap_audiences     = module.edge.iap_audiences
  secret_versions   = var.secret_versions
  source_bucket     = module.storage.names["source"]
  source_object     = var.source_object
  vpc_connector     = module.network.connector_id
  all_traffic       = var.all_traffic
  paused            = var.paused

  # Without its secrets and keys a first instance does not start, and without the builder's rights none is built.
  depends_on = [module.identity, module.keys, module.secrets, module.storage]
}

module "messaging" {
  source = "../messaging"

  project          = var.project
  project_number   = var.project_number
  region           = var.region
  functions        = local.functions
  function_urls    = module.functions.urls
  service_accounts = module.identity.service_accounts
  push_account     = module.identity.push_account
  paused           = var.paused

  depends_on = [google_project_service.this]
}

module "edge" {
  source = "../edge"

  project        = var.project
  project_number = var.project_number
  region         = var.region
  domain         = var.domain
  functions      = local.functions

  depends_on = [google_project_service.this]
}

module "observability" {
  source = "../observability"

  project              = var.project
  environment          = var.environment
  domain               = var.domain
  functions            = local.functions
  unlogged_functions   = module.edge.unlogged
  service_accounts     = merge(module.identity.service_accounts, { deploy = module.identity.deploy_account })
  backends             = module.edge.backend_names
  database_connections = module.database.connections.allowed
  log_location         = var.region
  mail_to              = var.alert_mail
  page_to              = var.alert_pagers
  runbook_url          = var.runbook_url

  depends_on = [google_project_service.this]
}
