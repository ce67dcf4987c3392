variable "project" {
  description = "Id of the environment's project."
  type        = string
}

variable "region" {
  description = "Where the secrets are kept, and nowhere else."
  type        = string
}

variable "functions" {
  description = "The table of functions: the secrets that each gets."
  type        = map(object({ secrets = list(string) }))
}

variable "service_accounts" {
  description = "E-mail of each function's own account."
  type        = map(string)
}
