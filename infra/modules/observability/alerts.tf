locals {
  # Alerts on single lines of the log.
  filters = {
    for name, alert in local.book.alerts : name => can(alert.log) ? alert.log : join(" AND ", concat(
      [local.functions_log, "jsonPayload.metric=\"${alert.figure}\"", "jsonPayload.value>${alert.above}"],
      [for label, value in try(alert.labels, {}) : "jsonPayload.${label}=\"${value}\""],
    ))
    if can(alert.log) || (can(alert.figure) && !can(alert.for))
  }

  # Alerts on what holds for a while, in PromQL, which fires where it has an answer.
  queries = merge(
    { for name, alert in local.book.alerts : name => alert.query if can(alert.query) },
    {
      # Figures come twice an hour, so that three quarters of one always hold a line.
      for name, alert in local.book.alerts : name => join(" ", [
        "(sum(increase(${local.user}${alert.figure}_sum{${local.of_functions}}[45m]))",
        "/ sum(increase(${local.user}${alert.figure}_count{${local.of_functions}}[45m]))) > ${alert.above}",
      ]) if can(alert.figure) && can(alert.for)
    },
    {
      # What was never written counts as silent too.
      for name, alert in local.book.alerts : name => join(" or ", [
        for job, window in alert.silent : join("", [
          "label_replace((sum(increase(${local.user}jobs_done{${local.of_functions},",
          "service_name=\"${replace(job, "_", "-")}\"}[${window}])) or vector(0)) < 0.5, ",
          "\"job\", \"${job}\", \"\", \"\")",
        ])
      ]) if can(alert.silent)
    },
    {
      # Both windows: the long one says that it matters, the short one that it goes on. A few requests are no ratio.
      for name, alert in local.book.alerts : name => join(" and ", concat(
        [
          for window in [alert.burns.long, alert.burns.short] : format(
            "(sum(rate(%s[%s])) / sum(rate(%s[%s]))) > %.4f",
            local.objectives[alert.burns.objective].lost, window,
            local.objectives[alert.burns.objective].all, window,
            alert.burns.rate * (1 - local.book.objectives[alert.burns.objective].good),
          )
        ],
        ["sum(increase(${local.objectives[alert.burns.objective].lost}[${alert.burns.long}])) > 5"],
      )) if can(alert.burns)
    },
  )

  user = "logging_googleapis_com:user_"

  requests = "loadbalancing_googleapis_com:https_request_count"

  objectives = {
    for name, objective in local.book.objectives : name => {
      all = join("", [
        local.requests, "{monitored_resource=\"https_lb_rule\",backend_target_name=~\"", objective.backend, "\"}",
      ])
      lost = join("", [
        local.requests, "{monitored_resource=\"https_lb_rule\",backend_target_name=~\"", objective.backend,
        "\",response_code_class=\"500\"}",
      ])
    }
  }

  uptime = { for name, alert in local.book.alerts : name => alert.uptime if can(alert.uptime) }

  # A line that comes again tells again after so long; an incident closes by itself when nothing has come for so long.
  tells_again = { CRITICAL = "3600s", ERROR = "21600s", WARNING = "86400s" }
  closes      = { CRITICAL = "3600s", ERROR = "86400s", WARNING = "86400s" }
}

# All by e-mail: a pager takes mails too, and so no key of one is in the state.
resource "google_monitoring_notification_channel" "owner" {
  for_each = var.mail_to

  project      = var.project
  display_name = "UpUp ${var.environment}: ${each.key}"
  type         = "email"
  labels       = { email_address = each.value }
}

resource "google_monitoring_notification_channel" "pager" {
  for_each = var.page_to

  project      = var.project
  display_name = "UpUp ${var.environment}: on call"
  type         = "email"
  labels       = { email_address = each.value }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.book.alerts

  project      = var.project
  display_name = "${var.environment}: ${each.value.title}"
  severity     = each.value.severity
  combiner     = "OR"
  user_labels  = { alert = each.key, owner = each.value.owner }

  notification_channels = concat(
    [google_monitoring_notification_channel.owner[each.value.owner].id],
    each.value.severity == "CRITICAL" ? [for pager in google_monitoring_notification_channel.pager : pager.id] : [],
  )

  conditions {
    display_name = each.value.title

    dynamic "condition_matched_log" {
      for_each = contains(keys(local.filters), each.key) ? [local.filters[each.key]] : []
      content {
        filter = condition_matched_log.value
      }
    }

    dynamic "condition_prometheus_query_language" {
      for_each = contains(keys(local.queries), each.key) ? [local.queries[each.key]] : []
      content {
        query               = condition_prometheus_query_language.value
        duration            = try(each.value.for, "0s")
        evaluation_interval = "60s"
        # a metric exists in Cloud Monitoring once it has been written
        disable_metric_validation = true
      }
    }

    dynamic "condition_threshold" {
      for_each = contains(keys(local.uptime), each.key) ? [local.uptime[each.key]] : []
      content {
        filter = join(" AND ", [
          "resource.type = \"uptime_url\"",
          "metric.type = \"monitoring.googleapis.com/uptime_check/check_passed\"",
          format(
            "metric.labels.check_id = \"%s\"",
            google_monitoring_uptime_check_config.this[condition_threshold.value].uptime_check_id,
          ),
        ])
        comparison              = "COMPARISON_GT"
        threshold_value         = 1 # one place alone that does not get through is no outage
        duration                = "120s"
        evaluation_missing_data = "EVALUATION_MISSING_DATA_ACTIVE"

        aggregations {
          alignment_period     = "300s"
          per_series_aligner   = "ALIGN_NEXT_OLDER"
          cross_series_reducer = "REDUCE_COUNT_FALSE"
          group_by_fields      = ["resource.label.host"]
        }
      }
    }
  }

  alert_strategy {
    auto_close = local.closes[each.value.severity]

    # Google takes a limit only of alerts on lines of the log.
    dynamic "notification_rate_limit" {
      for_each = contains(keys(local.filters), each.key) ? [local.tells_again[each.value.severity]] : []
      content {
        period = notification_rate_limit.value
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "[${var.environment}] ${each.value.severity}: ${each.value.title}"
    content   = "${each.value.title}. What it means, how to see it and what to do: ${local.entry[each.key]}"

    links {
      display_name = "Runbook"
      url          = local.entry[each.key]
    }
  }

  depends_on = [google_logging_metric.figure, google_logging_metric.line]
}

locals {
  entry = { for name, _ in local.book.alerts : name => "${var.runbook_url}#${replace(name, "_", "-")}" }
}
