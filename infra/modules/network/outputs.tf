output "network_id" {
  description = "The network, once Cloud SQL can have an address in it."
  value       = google_compute_network.this.id
  depends_on  = [google_service_networking_connection.services]
}

output "connector_id" {
  description = "The connector through which functions reach private addresses."
  value       = google_vpc_access_connector.this.id
}

output "open_ingress" {
  description = "Firewall rules that let anything in: none are ours."
  value       = [for rule in [google_compute_firewall.deny_ingress] : rule.name if length(rule.allow) > 0]
}

output "denied_from" {
  description = "Whose traffic is refused unless Google's own rules let it in."
  value       = google_compute_firewall.deny_ingress.source_ranges
}
