variable "project" {
  description = "Id of the environment's project."
  type        = string
}

variable "functions" {
  description = "The table of functions: what triggers each, and whether it asks the database or reads audit logs."
  type = map(object({
    kind      = string
    routes    = list(string)
    topics    = list(string)
    cron      = string
    database  = bool
    audit_log = bool
  }))
}

variable "people" {
  description = "Who has access, by e-mail: name, organisation (UpUp or The Farm), roles, since and until (YYYY-MM-DD)."
  type = map(object({
    name         = string
    organisation = string
    roles        = list(string)
    since        = string
    until        = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for email in keys(var.people) : can(regex("^[a-z0-9._+-]+@[a-z0-9.-]+\\.[a-z]+$", email))])
    error_message = "People are named by their own e-mail address, in small letters: no group, no domain, no account."
  }
  validation {
    condition     = alltrue([for person in values(var.people) : contains(["UpUp", "The Farm"], person.organisation)])
    error_message = "A person's organisation is UpUp or The Farm."
  }
  validation {
    condition = alltrue(flatten([
      for person in values(var.people) : [for role in person.roles : contains(keys(local.roles_of_people), role)]
    ]))
    error_message = "A person's roles are among: ${join(", ", keys(local.roles_of_people))}."
  }
  validation {
    condition = alltrue([
      for person in values(var.people) : !contains(person.roles, "stripe") || person.organisation == "UpUp"
    ])
    error_message = "Only UpUp's own staff may reach Stripe."
  }
}

variable "deployers" {
  description = "Who may act as the deploying account from outside: principalSet://… of CI's workload identity pool."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for one in var.deployers : startswith(one, "principalSet://iam.googleapis.com/projects/")])
    error_message = "Deployers are principal sets of a workload identity pool. People deploy by the role `deployer`."
  }
}

variable "source_bucket" {
  description = "Name of the bucket with the functions' source archives, which builds read."
  type        = string
}

variable "state_bucket" {
  description = "Name of the bucket with Terraform's state, which deployments read and write."
  type        = string
}
