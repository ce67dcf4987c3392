variable "project" {
  description = "The environment's project id."
  type        = string
}

variable "project_number" {
  description = "The project's number, which Identity-Aware Proxy's audiences hold."
  type        = string
}

variable "region" {
  description = "Where the functions are."
  type        = string
}

variable "functions" {
  description = "The table of functions: routes, who is behind Identity-Aware Proxy, whose requests are not logged."
  type = map(object({
    kind     = string
    routes   = optional(list(string), [])
    staff    = optional(bool, false)
    unlogged = optional(bool, false)
  }))
}

variable "domain" {
  description = "The site's own name."
  type        = string
}

variable "redirected_domains" {
  description = "Further names in the certificate, which lead to the site's own."
  type        = set(string)
  default     = []
}
