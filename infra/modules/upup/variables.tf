variable "environment" {
  description = "development, stage or production: only production keeps instances waiting and a second database in another zone."
  type        = string

  validation {
    condition     = contains(["development", "stage", "production"], var.environment)
    error_message = "An environment is development, stage or production."
  }
}

variable "project" {
  description = "Id of the environment's own project."
  type        = string
}

variable "project_number" {
  description = "Its number: Google's own service agents are named by it."
  type        = string
}

variable "region" {
  description = "Where everything is that is in one place."
  type        = string
}

variable "domain" {
  description = "Where customers reach the pages and the API. Gift links begin with it, so keep it short."
  type        = string
}

variable "settings" {
  description = "The environment's plain settings by their names in the README, but for those that follow from what is made here."
  type        = map(string)

  validation {
    condition     = length(setsubtract(local.settings_wanted, keys(var.settings))) == 0
    error_message = "Missing: ${join(", ", setsubtract(local.settings_wanted, keys(var.settings)))}."
  }
}

variable "secret_versions" {
  description = "Which version of each secret functions get, by number."
  type        = map(string)
}

variable "people" {
  description = "Who has access, by e-mail."
  type = map(object({
    name         = string
    organisation = string
    roles        = list(string)
    since        = string
    until        = optional(string)
  }))
}

variable "deployers" {
  description = "Who may act as the deploying account from outside: principalSet://… of the CI's workload identity pool."
  type        = set(string)
  default     = []
}

variable "site_version" {
  description = "The release's folder in the bucket of the pages."
  type        = string
}

variable "source_object" {
  description = "Name of the release's archive in the bucket of archives."
  type        = string
}

variable "all_traffic" {
  description = "Whether a new revision gets all traffic at once: only in development, elsewhere a deployment moves it by and by."
  type        = bool
}

variable "paused" {
  description = "Whether the scheduled jobs and the pushes of messages rest: during a restore."
  type        = bool
  default     = false
}

variable "database_tier" {
  description = "The database's machine: db-custom-<processors>-<MB of memory>."
  type        = string
}

variable "database_connections" {
  description = "The most connections that the database takes at once."
  type        = number
  default     = 1600
}

variable "database_disk_limit_gb" {
  description = "How far the database's disk may grow by itself."
  type        = number
}

variable "database_suffix" {
  description = "End of the database instance's name; a restored one has another."
  type        = string
  default     = "1"
}

variable "alert_mail" {
  description = "E-mail addresses by owner of alerts: operations, privacy, money and staff."
  type        = map(string)
}

variable "alert_pagers" {
  description = "Addresses by name that wake somebody."
  type        = map(string)
  default     = {}
}

variable "runbook_url" {
  description = "Where docs/runbook.md is read."
  type        = string
}

variable "scheduler_region" {
  description = "Where Cloud Scheduler's jobs are: it is not in every region."
  type        = string
  default     = "europe-west1"
}

locals {
  # Settings without a default in shared/settings.py that nothing here can know; a test compares the list with it.
  settings_wanted = [
    "CLEARON_URL", "CONTACT_MAIL_TO", "MAILCHIMP_AUDIENCE", "MAILCHIMP_URL", "PRIVACY_CONTACTS", "STAFF_MAIL",
  ]
}
