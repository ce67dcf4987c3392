# What the logs keep, and how long. Google itself keeps the admin activity and system event audit logs, in the bucket
# _Required, for 400 days: nobody can change that. They name who of us changed what, and nothing of customers.
#
# _Default holds all else, the Data Access audit logs too: compare_decrypts reads them of the project, so they must not
# go to a bucket of their own. 30 days is as far back as it looks.
resource "google_logging_project_bucket_config" "default" {
  project        = var.project
  location       = var.log_location
  bucket_id      = "_Default"
  retention_days = var.log_retention_days
  description    = "All logs but Google's own of administration. At most 30 days: docs/privacy."
}

locals {
  # A * is one segment; what ends with /* is everything below.
  unlogged_paths = sort(distinct(flatten([
    for name in var.unlogged_functions : [
      for route in var.functions[name].routes :
      replace(replace(trimsuffix(route, "/*"), ".", "[.]"), "*", "[^/]+")
    ]
  ])))
}

# The sink that every project begins with, without what may not be kept.
resource "google_logging_project_sink" "default" {
  project     = var.project
  name        = "_Default"
  destination = "logging.googleapis.com/projects/${var.project}/locations/${var.log_location}/buckets/_Default"

  filter = join(" AND ", [
    for log in ["activity", "system_event", "access_transparency"] :
    "NOT log_id(\"cloudaudit.googleapis.com/${log}\") AND NOT log_id(\"externalaudit.googleapis.com/${log}\")"
  ])

  # A request's line holds whoever asked's address, and cannot be told not to. We keep none: our own line of a request says
  # how it was answered (shared/observability/edge.py), and figures are counted before this.
  exclusions {
    name        = "requests-to-functions"
    description = "Cloud Run's lines of requests: they hold addresses of people."
    filter      = "log_id(\"run.googleapis.com/requests\")"
  }

  # But of an attack it must be seen where it comes from.
  exclusions {
    name        = "requests-let-through"
    description = "The load balancer's lines of requests, but for those that Cloud Armor refused."
    filter = join(" AND ", [
      "log_id(\"requests\")",
      "resource.type=\"http_load_balancer\"",
      "NOT jsonPayload.enforcedSecurityPolicy.outcome=\"DENY\"",
    ])
  }

  # Nor of an attack, where the path or the query holds a number, a text, a secret or a gift's token. The load balancer does
  # not log their backends at all; this is for what reaches another one.
  exclusions {
    name        = "requests-that-tell"
    description = "Requests of which the path or the query must not be kept."
    filter = join(" AND ", [
      "log_id(\"requests\")",
      "resource.type=\"http_load_balancer\"",
      "httpRequest.requestUrl=~\"^https?://[^/]+(${join("|", local.unlogged_paths)})(/|[?]|$)\"",
    ])
  }

  depends_on = [google_logging_project_bucket_config.default]

  lifecycle {
    precondition {
      condition     = length(var.unlogged_functions) > 0
      error_message = "There are functions whose requests must not be kept: an empty list is a mistake."
    }
  }
}

# Who used a key, a database or a secret. Never its data: Cloud SQL writes the calls to its own interface, such as
# logins (statements hold numbers, so its audit plug-in stays off); the others write names, never contents.
resource "google_project_iam_audit_config" "data_access" {
  for_each = toset(["cloudkms.googleapis.com", "cloudsql.googleapis.com", "secretmanager.googleapis.com"])

  project = var.project
  service = each.value

  audit_log_config {
    log_type = "DATA_READ"
  }
  audit_log_config {
    log_type = "DATA_WRITE"
  }
}
