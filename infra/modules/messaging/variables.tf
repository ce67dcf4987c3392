variable "project" {
  description = "Id of the project that everything is in."
  type        = string
}

variable "project_number" {
  description = "Its number: the Pub/Sub service agent goes by it."
  type        = string
}

variable "region" {
  description = "The only region where messages may lie."
  type        = string
}

variable "functions" {
  description = "The table of functions, by name; of each its topics, those it may publish to, and its time-out."
  type = map(object({
    topics          = list(string)
    publishes       = list(string)
    timeout_seconds = number
  }))
}

variable "function_urls" {
  description = "By function its Cloud Run service's URL (run.app): a push to another address is not internal."
  type        = map(string)
}

variable "service_accounts" {
  description = "E-mail of each function's own account."
  type        = map(string)
}

variable "push_account" {
  description = "E-mail of the account that signs pushes and may call the functions of topics."
  type        = string
}

variable "paused" {
  description = "Whether messages wait instead of being pushed."
  type        = bool
  default     = false
}
