# From three parts of the world each minute, as customers come: by the domain, through the load balancer.
resource "google_monitoring_uptime_check_config" "this" {
  for_each = local.book.uptime

  project          = var.project
  display_name     = "${var.domain}${each.value.path}"
  timeout          = "10s"
  period           = "60s"
  selected_regions = ["EUROPE", "USA_VIRGINIA", "ASIA_PACIFIC"]

  http_check {
    path         = each.value.path
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type   = "uptime_url"
    labels = { project_id = var.project, host = var.domain }
  }

  content_matchers {
    content = each.value.content
    matcher = "CONTAINS_STRING"
  }
}
