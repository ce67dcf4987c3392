# As production, but smaller: releases are tried here first, with test keys at the suppliers.
terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
  }

  # The bucket is this environment's own, named at init: -backend-config=bucket=<project>-terraform
  backend "gcs" {
    prefix = "upup"
  }
}

provider "google" {
  project = var.project
  region  = local.region
}

locals {
  region = "europe-north1" # Finland: the nearest of Google's regions with low-carbon power
}

module "upup" {
  source = "../../modules/upup"

  environment    = "stage"
  project        = var.project
  project_number = var.project_number
  region         = local.region
  domain         = var.domain

  settings        = var.settings
  secret_versions = var.secret_versions
  people          = var.people
  deployers       = var.deployers

  site_version  = var.site_version
  source_object = var.source_object
  all_traffic   = false
  paused        = var.paused

  database_tier   = "db-custom-1-3840"
  database_suffix = var.database_suffix

  database_disk_limit_gb = var.database_disk_limit_gb

  alert_mail   = var.alert_mail
  alert_pagers = var.alert_pagers
  runbook_url  = var.runbook_url
}
