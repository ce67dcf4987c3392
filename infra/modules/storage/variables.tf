variable "project" {
  description = "The environment's project id."
  type        = string
}

variable "region" {
  description = "Where what need not survive the region is kept."
  type        = string
}

variable "functions" {
  description = "The table of functions; of it, what each may do with which bucket: create, read."
  type = map(object({
    buckets = optional(map(list(string)), {})
  }))

  validation {
    condition = alltrue(flatten([
      for function in var.functions : [
        for bucket, rights in function.buckets :
        contains(["site", "erasures"], bucket) && length(setsubtract(rights, ["create", "read"])) == 0
      ]
    ]))
    error_message = "A function may create or read, in `site` and `erasures` only."
  }
}

variable "service_accounts" {
  description = "E-mail address of each function's service account, by the function's name."
  type        = map(string)
}

variable "other_rights" {
  description = "What accounts that are no function's may do: the account, the bucket, and create, read or write."
  type        = map(object({ account = string, bucket = string, right = string }))

  validation {
    condition     = alltrue([for one in var.other_rights : !(one.bucket == "erasures" && one.right == "write")])
    error_message = "Nobody may change or delete what is in the log of erasures."
  }
}
