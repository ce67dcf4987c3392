variable "project" {
  description = "Id of the environment's project."
  type        = string
}

variable "project_number" {
  description = "Number of the environment's project: Google's own service agents are named by it."
  type        = string
}

variable "region" {
  description = "Where the functions run."
  type        = string
}

variable "environment" {
  description = "development, stage or production: only production keeps instances waiting."
  type        = string
}

variable "functions" {
  description = "The table of functions, with each one's limits."
  type = map(object({
    kind            = string
    cron            = string
    staff           = bool
    database        = bool
    secrets         = list(string)
    memory          = string
    cpu             = string
    concurrency     = number
    connections     = number
    min_instances   = number
    max_instances   = number
    timeout_seconds = number
  }))
}

variable "service_accounts" {
  description = "E-mail of each function's own account."
  type        = map(string)
}

variable "database_users" {
  description = "MySQL user of each function that asks the database."
  type        = map(string)
}

variable "build_account" {
  description = "E-mail of the account that builds the functions."
  type        = string
}

variable "push_account" {
  description = "E-mail of the account that signs what Pub/Sub pushes."
  type        = string
}

variable "scheduler_account" {
  description = "E-mail of the account that signs Cloud Scheduler's calls."
  type        = string
}

variable "settings" {
  description = "The environment's plain settings, which every function gets: no secret, nothing of a sandbox alone."
  type        = map(string)

  validation {
    condition = alltrue(flatten([
      for f in values(var.functions) : [for one in f.secrets : !contains(keys(var.settings), one)]
    ]))
    error_message = "A secret comes from Secret Manager, never as a plain setting."
  }
  validation {
    condition     = length(setintersection(keys(var.settings), local.only_local)) == 0
    error_message = "No deployed function gets what only a sandbox may have: ${join(", ", local.only_local)}."
  }
  validation {
    condition     = length(setintersection(keys(var.settings), local.by_function)) == 0
    error_message = "These differ by function and are not an environment's: ${join(", ", local.by_function)}."
  }
}

variable "iap_audiences" {
  description = "By function of the staff: the backend service that Identity-Aware Proxy signs its header for."
  type        = map(string)
}

variable "secret_versions" {
  description = "Version of each secret, by number: a new value reaches functions by a deployment, and can go back."
  type        = map(string)

  validation {
    condition     = alltrue([for version in values(var.secret_versions) : can(regex("^[1-9][0-9]*$", version))])
    error_message = "A secret's version is a number, never `latest`: a new value would come unseen and untried."
  }
  validation {
    condition = length(setsubtract(
      flatten([for f in values(var.functions) : f.secrets]), keys(var.secret_versions)
    )) == 0
    error_message = "Every secret of the table needs a version."
  }
}

variable "source_bucket" {
  description = "Name of the bucket with the source archives."
  type        = string
}

variable "source_object" {
  description = "Name of the archive in it, which has the hash of what is in it."
  type        = string
}

variable "vpc_connector" {
  description = "Id of the VPC connector by which the database's private address is reached."
  type        = string
}

variable "all_traffic" {
  description = "Whether a new revision gets all traffic at once. False where a deployment moves traffic by and by."
  type        = bool
}

variable "scheduler_region" {
  description = "Where Cloud Scheduler's jobs are, if not with the functions: `gcloud scheduler locations list`."
  type        = string
  default     = null
}

variable "paused" {
  description = "Whether the scheduled jobs rest: during a restore."
  type        = bool
  default     = false
}

locals {
  # Settings that a sandbox alone may have: `local` in shared/settings.py, which a test compares with this list.
  only_local = [
    "APPROVED_BY_ITSELF", "CLOCK_OFFSET_FILE", "DATABASE_ADDRESS", "DATABASE_PASSWORD", "KMS_ADDRESS", "PUBSUB_ADDRESS",
    "SANDBOX_CALLER", "SITE_REFRESH_SECONDS", "WEBHOOK_LOOPBACK",
  ]
  by_function = ["DATABASE_CONNECTIONS", "DATABASE_USER", "IAP_AUDIENCE", "THREADS"]
}
