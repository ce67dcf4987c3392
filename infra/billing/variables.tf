variable "billing_account" {
  description = "The billing account's id: 012345-6789AB-CDEF01."
  type        = string
}

variable "quota_project" {
  description = "A project in which billingbudgets.googleapis.com is enabled; production's will do."
  type        = string
}

variable "currency" {
  description = "The billing account's currency."
  type        = string
  default     = "SEK"
}

variable "environments" {
  description = <<-TEXT
    By name of the environment: its project's number, what it may cost a month in whole units of the currency
    (docs/deploy.md has what to expect), and full names of notification channels, five at most: the environment's
    output `notification_channels` has them.
  TEXT
  type = map(object({
    project_number = string
    amount         = string
    channels       = optional(list(string), [])
  }))
}
