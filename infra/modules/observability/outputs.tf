# Of the resources as planned, for tests to look at.
output "alerts" {
  description = "Of each policy: its severity, owner, link to the runbook, and what it asks of logs and figures."
  value = {
    for name, policy in google_monitoring_alert_policy.this : name => {
      severity = policy.severity
      owner    = policy.user_labels["owner"]
      runbook  = policy.documentation[0].links[0].url
      log      = one([for one in policy.conditions[0].condition_matched_log : one.filter])
      query    = one([for one in policy.conditions[0].condition_prometheus_query_language : one.query])
      uptime   = length(policy.conditions[0].condition_threshold) > 0
    }
  }
}

output "metrics" {
  description = "Filters of the log-based metrics by name."
  value = merge(
    { for name, metric in google_logging_metric.figure : name => metric.filter },
    { for name, metric in google_logging_metric.line : name => metric.filter },
  )
}

output "not_kept" {
  description = "What the sink _Default leaves out, by name."
  value       = { for one in google_logging_project_sink.default.exclusions : one.name => one.filter }
}

output "log_retention_days" {
  description = "How long the bucket _Default keeps what it holds."
  value       = google_logging_project_bucket_config.default.retention_days
}

output "audited" {
  description = "Services whose Data Access is logged, and which kinds of it."
  value = {
    for service, config in google_project_iam_audit_config.data_access :
    service => sort([for one in config.audit_log_config : one.log_type])
  }
}

output "looked_at_from_outside" {
  description = "Paths that are asked for each minute."
  value       = { for name, check in google_monitoring_uptime_check_config.this : name => check.http_check[0].path }
}

output "dashboard_titles" {
  description = "What the dashboard shows."
  value = [
    for tile in jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles : tile.widget.title
  ]
}

output "notification_channels" {
  description = "Full names of the owners' channels, for infra/billing."
  value       = { for owner, channel in google_monitoring_notification_channel.owner : owner => channel.name }
}
