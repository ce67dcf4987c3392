# The one door from outside: address, certificate, TLS, and the way from plain HTTP to it.
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

locals {
  http = { for name, function in var.functions : name => function if function.kind == "http" }
  # As the services are called in Google.
  services = { for name in keys(local.http) : name => replace(name, "_", "-") }
  domains  = concat([var.domain], sort(tolist(var.redirected_domains)))
}

resource "google_compute_global_address" "this" {
  project      = var.project
  name         = "upup"
  address_type = "EXTERNAL"
  ip_version   = "IPV4"
}

# A certificate cannot change its domains: another one takes its place, so its name follows from them.
resource "google_compute_managed_ssl_certificate" "this" {
  project = var.project
  name    = "upup-${substr(sha256(join(" ", local.domains)), 0, 8)}"

  managed {
    domains = local.domains
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_ssl_policy" "this" {
  project         = var.project
  name            = "upup"
  profile         = "RESTRICTED"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "this" {
  project          = var.project
  name             = "upup"
  url_map          = google_compute_url_map.this.id
  ssl_certificates = [google_compute_managed_ssl_certificate.this.id]
  ssl_policy       = google_compute_ssl_policy.this.id
  tls_early_data   = "DISABLED" # what is sent early can be sent again by who has seen it
}

resource "google_compute_global_forwarding_rule" "https" {
  project               = var.project
  name                  = "upup-https"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.this.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.this.id
}

resource "google_compute_url_map" "to_https" {
  project = var.project
  name    = "upup-to-https"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = false
  }
}

resource "google_compute_target_http_proxy" "to_https" {
  project = var.project
  name    = "upup-to-https"
  url_map = google_compute_url_map.to_https.id
}

resource "google_compute_global_forwarding_rule" "http" {
  project               = var.project
  name                  = "upup-http"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.this.id
  port_range            = "80"
  target                = google_compute_target_http_proxy.to_https.id
}
