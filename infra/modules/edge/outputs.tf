output "address" {
  description = "What the domains' A records name."
  value       = google_compute_global_address.this.address
}

output "iap_audiences" {
  description = "What Identity-Aware Proxy signs its header for, by staff function: the setting IAP_AUDIENCE."
  value = {
    for name, backend in google_compute_backend_service.this :
    name => "/projects/${var.project_number}/global/backendServices/${backend.generated_id}"
    if local.http[name].staff
  }
}

output "rules" {
  description = "The routes as the load balancer has them: priority, the backend's id, and the paths that fit."
  value = [
    for rule in google_compute_url_map.this.path_matcher[0].route_rules : {
      priority = rule.priority
      service  = rule.service
      paths = [
        for match in rule.match_rules :
        { whole = match.full_path_match, template = match.path_template_match, beginning = match.prefix_match }
      ]
    }
  ]
}

output "rest" {
  description = "The id of the backend that takes what no rule fits."
  value       = google_compute_url_map.this.path_matcher[0].default_service
}

output "backends" {
  description = "Each function's backend: its id, whether it is for staff, logged and cached, and what protects it."
  value = {
    for name, backend in google_compute_backend_service.this : name => {
      id        = local.backend_ids[name]
      staff     = backend.iap[0].enabled
      logged    = backend.log_config[0].enable
      cached    = backend.enable_cdn
      protected = backend.security_policy
    }
  }
}

output "unlogged" {
  description = "Functions whose requests' addresses hold a number, a text, a token or a name: no log may keep them."
  value       = [for name, backend in google_compute_backend_service.this : name if !backend.log_config[0].enable]
}

output "unlogged_paths" {
  description = "How the paths of those functions begin: for logs that know no function, as those of redirects."
  value = distinct(flatten([
    for name, backend in google_compute_backend_service.this :
    [for route in local.http[name].routes : split("*", route)[0]]
    if !backend.log_config[0].enable
  ]))
}

output "armor" {
  description = "Cloud Armor's rules in their order: what each does, to what, and whether it only counts."
  value = [
    for priority, rule in { for one in local.policy.rule : format("%010d", one.priority) => one } : {
      priority    = tonumber(priority)
      action      = rule.action
      description = rule.description
      limited     = length(rule.rate_limit_options) > 0
      counts_only = rule.preview
    }
  ]
}

output "tls" {
  description = "The oldest TLS that is spoken, the ciphers' profile, and the ports that are open."
  value = {
    least   = google_compute_ssl_policy.this.min_tls_version
    profile = google_compute_ssl_policy.this.profile
    ports = [
      google_compute_global_forwarding_rule.http.port_range, google_compute_global_forwarding_rule.https.port_range,
    ]
    plain_http = google_compute_url_map.to_https.default_url_redirect[0].https_redirect ? "redirected" : "served"
  }
}

output "backend_names" {
  description = "Each function's backend by its name, as metrics of the load balancer have it."
  value       = { for name, backend in google_compute_backend_service.this : name => backend.name }
}
