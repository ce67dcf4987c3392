variable "project" {
  description = "Id of the environment's project."
  type        = string
}

variable "region" {
  description = "Where the keys are, and everything that uses them."
  type        = string
}

variable "functions" {
  description = "The table of functions: what each may do with which key; `companies` are the companies' own keys."
  type        = map(object({ keys = map(list(string)) }))

  validation {
    condition = alltrue(flatten([
      for f in values(var.functions) : [
        for key, rights in f.keys : concat(
          [contains(["companies", "transit", "fingerprints"], key)],
          [for right in rights : contains(keys(yamldecode(file("${path.module}/rights.yaml"))), right)],
        )
      ]
    ]))
    error_message = "The table names a key or a right that does not exist: see rights.yaml."
  }
}

variable "service_accounts" {
  description = "E-mail of each function's own account."
  type        = map(string)
}

variable "companies_prefix" {
  description = "What the names of the companies' own keys begin with: they are the companies' ids."
  type        = string
  default     = "acc_"
}
