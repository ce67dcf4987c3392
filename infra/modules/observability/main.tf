# Figures, alerts, the dashboard, checks from outside, and what the logs keep. infra/metrics.yaml, infra/alerts.yaml and
# dashboard.yaml say what; here is how.
terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

locals {
  # What the functions print. A line that is JSON is an entry's jsonPayload.
  functions_log = "log_id(\"run.googleapis.com/stdout\") AND resource.type=\"cloud_run_revision\""

  # Labels that every PromQL selector of a function's log-based metric needs.
  of_functions = "monitored_resource=\"cloud_run_revision\""

  metrics = yamldecode(file("${path.module}/../../metrics.yaml"))

  book = yamldecode(templatefile("${path.module}/../../alerts.yaml", {
    functions_log     = local.functions_log
    disclose          = var.service_accounts["disclose"]
    end_agreements    = var.service_accounts["end_agreements"]
    gift_page_backend = var.backends["gift_page"]
    connections_limit = floor(var.database_connections * 0.85)
  }))
}
