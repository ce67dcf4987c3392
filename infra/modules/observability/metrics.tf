# A figure is a distribution: its sum divided by its count is what was measured, and its sum what happened altogether.
resource "google_logging_metric" "figure" {
  for_each = local.metrics.figures

  project         = var.project
  name            = each.key
  description     = "The figure ${each.key} of shared/metrics.py."
  filter          = "${local.functions_log} AND jsonPayload.metric=\"${each.key}\""
  value_extractor = "EXTRACT(jsonPayload.value)"

  label_extractors = {
    for label in try(each.value.labels, []) : label => "EXTRACT(jsonPayload.${label})"
  }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = endswith(each.key, "_seconds") ? "s" : "1"

    dynamic "labels" {
      for_each = toset(try(each.value.labels, []))
      content {
        key        = labels.value
        value_type = "STRING"
      }
    }
  }

  # From 1 to 16 million: a month in seconds, or more rows than there are.
  bucket_options {
    exponential_buckets {
      scale              = 1
      growth_factor      = 2
      num_finite_buckets = 24
    }
  }
}

resource "google_logging_metric" "line" {
  for_each = local.metrics.lines

  project         = var.project
  name            = each.key
  description     = each.value.description
  filter          = "resource.type=\"cloud_run_revision\" AND ${each.value.filter}"
  value_extractor = try("EXTRACT(${each.value.value})", null)

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = can(each.value.value) ? "DISTRIBUTION" : "INT64"
    unit        = "1"
  }

  dynamic "bucket_options" {
    for_each = can(each.value.value) ? [each.value.value] : []
    content {
      exponential_buckets {
        scale              = 1
        growth_factor      = 2
        num_finite_buckets = 24
      }
    }
  }
}
