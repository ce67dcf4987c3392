variable "project" {
  description = "The environment's project id."
  type        = string
}

variable "region" {
  description = "Where functions and database are."
  type        = string
}

variable "connector_range" {
  description = "The connector's own addresses: a /28 that nothing else uses."
  type        = string
  default     = "10.8.0.0/28"

  validation {
    condition     = endswith(var.connector_range, "/28") && can(cidrhost(var.connector_range, 0))
    error_message = "A connector takes a /28 and no other size."
  }
}

variable "connector_max_instances" {
  description = "How many machines the connector may grow to; it does not shrink again."
  type        = number
  default     = 4

  validation {
    condition     = var.connector_max_instances > 2 && var.connector_max_instances <= 10
    error_message = "More than the two that it starts with, and at most the ten that Google lets it have."
  }
}
