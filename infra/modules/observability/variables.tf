variable "project" {
  description = "The project's id."
  type        = string
}

variable "environment" {
  description = "development, stage or production."
  type        = string
}

variable "domain" {
  description = "Where customers reach the pages and the API."
  type        = string
}

variable "functions" {
  description = "The table of functions, by name; of each, its routes."
  type        = map(object({ routes = list(string) }))
}

variable "unlogged_functions" {
  description = "Functions whose requests no log may keep, as their paths hold a number, a text, a secret or a token."
  type        = set(string)
}

variable "service_accounts" {
  description = "E-mails of the functions' accounts by name, known at plan; disclose and end_agreements are used."
  type        = map(string)
}

variable "backends" {
  description = "Names of the load balancer's backend services by function, known at plan; gift_page is used."
  type        = map(string)
}

variable "database_connections" {
  description = "The database's max_connections."
  type        = number
}

variable "log_location" {
  description = "Where the project's bucket _Default is: the organisation's default when it was made. In the EU."
  type        = string

  validation {
    condition     = startswith(var.log_location, "europe-") || var.log_location == "eu"
    error_message = "Logs are kept in the EU: set the organisation's default location before the project is made."
  }
}

variable "log_retention_days" {
  description = "How long _Default keeps what it holds."
  type        = number
  default     = 30

  validation {
    condition     = var.log_retention_days == 30
    error_message = "30 days: longer is more than UpUp promises, and compare_decrypts looks back as far as that."
  }
}

variable "mail_to" {
  description = "E-mail addresses by owner of alerts: operations, privacy, money and staff."
  type        = map(string)

  validation {
    condition     = toset(keys(var.mail_to)) == toset(["operations", "privacy", "money", "staff"])
    error_message = "Each of operations, privacy, money and staff needs an address, and no other."
  }
}

variable "page_to" {
  description = "Addresses by name that wake somebody (a pager's own, by mail): CRITICAL alerts go there too."
  type        = map(string)
  default     = {}
}

variable "runbook_url" {
  description = "Where docs/runbook.md is read: alerts link to its entries."
  type        = string
}
