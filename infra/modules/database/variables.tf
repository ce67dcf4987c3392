variable "project" {
  description = "The environment's project id."
  type        = string
}

variable "region" {
  description = "Where the database is."
  type        = string
}

variable "environment" {
  description = "development, stage or production: in production the database stands in two zones."
  type        = string
}

variable "functions" {
  description = "The table of functions; of it, how many connections each may open."
  type = map(object({
    database      = optional(bool, true)
    connections   = number
    max_instances = number
  }))
}

variable "service_accounts" {
  description = "E-mail address of each function's service account, by the function's name."
  type        = map(string)
}

variable "other_accounts" {
  description = "E-mail addresses of further service accounts that log in to the database, by our name: `migrate`."
  type        = map(string)
}

variable "network_id" {
  description = "The network in which the database gets its address."
  type        = string
}

variable "database_suffix" {
  description = <<-TEXT
    End of the instance's name: a name cannot be used again for a week, and a restored database is another instance. To
    take one over, take the old one out of the state and import the new one under this address with its suffix.
  TEXT
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$", var.database_suffix))
    error_message = "Small letters, digits and hyphens."
  }
}

variable "tier" {
  description = "The machine: db-custom-<processors>-<MB of memory>. Shared ones are outside Google's agreement."
  type        = string

  validation {
    condition     = can(regex("^db-custom-[0-9]+-[0-9]+$", var.tier))
    error_message = "A machine of its own: db-custom-<processors>-<MB of memory>."
  }
}

variable "max_connections" {
  description = "The most connections at once. Functions may use 80 % of them; the rest is for migrations and people."
  type        = number
  default     = 1600
}

variable "disk_gb" {
  description = "The disk to begin with; it grows as it fills."
  type        = number
  default     = 10
}

variable "disk_limit_gb" {
  description = "How far the disk may grow: a fault that fills it must not cost without end."
  type        = number
}
