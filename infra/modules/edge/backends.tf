# Ids are known before what they name is made; by way of the resource, what uses one waits for it.
locals {
  policy    = google_compute_security_policy.this
  policy_id = "projects/${local.policy.project}/global/securityPolicies/${local.policy.name}"

  backend_ids = {
    for name, backend in google_compute_backend_service.this :
    name => "projects/${backend.project}/global/backendServices/${backend.name}"
  }
}

# A backend for each HTTP function. It names the function's service by a string: so a function may be told its own
# backend's number, which Identity-Aware Proxy signs for, without the two waiting for each other.
resource "google_compute_region_network_endpoint_group" "this" {
  for_each = local.http

  project               = var.project
  name                  = local.services[each.key]
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = local.services[each.key]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_backend_service" "this" {
  for_each = local.http

  project               = var.project
  name                  = local.services[each.key]
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = local.policy_id

  backend {
    group = google_compute_region_network_endpoint_group.this[each.key].id
  }

  # A function's backend goes after the URL map has let go of it; else Google refuses, as it is in use.
  lifecycle {
    create_before_destroy = true
  }

  # The OAuth client is Google's own: there is no secret to keep.
  iap {
    enabled = each.value.staff
  }

  # A request's log holds its whole address. Without one there is no record of what the rules below refused either.
  log_config {
    enable      = !each.value.unlogged
    sample_rate = 1
  }

  # The pages alone: they are the same for everybody. What an answer says of its own keeping is followed and nothing is
  # added, and their addresses' queries change nothing.
  enable_cdn       = each.key == local.rest
  compression_mode = each.key == local.rest ? "AUTOMATIC" : null

  dynamic "cdn_policy" {
    for_each = each.key == local.rest ? ["pages"] : []
    content {
      cache_mode       = "USE_ORIGIN_HEADERS"
      negative_caching = false
      # Else a file may be served for a day after its minute is over, beside files of the next release.
      serve_while_stale = 0

      cache_key_policy {
        include_host         = true
        include_protocol     = true
        include_query_string = false
      }
    }
  }
}
