# What every environment is told: linked into each. Values: terraform.tfvars (see terraform.tfvars.example) and
# staff.auto.tfvars; a deployment gives site_version and source_object.
variable "project" {
  description = "Id of the environment's own project."
  type        = string
}

variable "project_number" {
  description = "Its number: Google's own service agents are named by it."
  type        = string
}

variable "domain" {
  description = "Where customers reach the pages and the API. Gift links begin with it, so keep it short."
  type        = string
}

variable "settings" {
  description = "The environment's plain settings by their names in the README, but for those that follow from what is made here."
  type        = map(string)
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

variable "paused" {
  description = "Whether the scheduled jobs and the pushes of messages rest: during a restore."
  type        = bool
  default     = false
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

variable "site" {
  description = "What the pages know of their environment: the ids of Google Analytics, Facebook and LinkedIn (web/site.json)."
  type        = map(string)
  default     = {}
}

variable "database_disk_limit_gb" {
  description = "How far the database's disk may grow by itself."
  type        = number
  default     = 500
}
