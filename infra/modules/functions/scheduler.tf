locals {
  jobs = { for name, f in var.functions : name => f if f.kind == "schedule" }
}

# A run that fails is tried three times more, half a minute and then a minute or two later: every job takes up what is
# there, so a second run does no harm. While one is under way or tried again, the next is not begun. Cloud Scheduler is
# not in every region; a job holds a time and a URL and nothing of a person, so it may be in another.
resource "google_cloud_scheduler_job" "this" {
  for_each = local.jobs

  project     = var.project
  region      = coalesce(var.scheduler_region, var.region)
  name        = local.services[each.key]
  description = "functions/schedule/${each.key}.py"
  schedule    = each.value.cron
  time_zone   = "Europe/Stockholm"
  paused      = var.paused

  attempt_deadline = "${each.value.timeout_seconds}s"

  retry_config {
    retry_count          = 3
    min_backoff_duration = "30s"
    max_backoff_duration = "300s"
    max_doublings        = 3
  }

  http_target {
    http_method = "POST"
    uri         = google_cloudfunctions2_function.this[each.key].service_config[0].uri

    oidc_token {
      service_account_email = var.scheduler_account
      audience              = google_cloudfunctions2_function.this[each.key].service_config[0].uri
    }
  }

  lifecycle {
    precondition {
      condition     = each.value.timeout_seconds <= 1800
      error_message = "${each.key}: Cloud Scheduler waits 1800 seconds at most."
    }
  }
}
