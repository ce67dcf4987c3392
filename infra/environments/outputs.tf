# Linked into each environment: what a deployment reads (infra/release/cloud.py).
output "deployment" {
  description = "Where everything is that a deployment touches."
  value       = merge(module.upup.deployment, { site = var.site })
}

output "notification_channels" {
  description = "Where alerts are mailed to, by owner: infra/billing names one for its budgets."
  value       = module.upup.observability.notification_channels
}

output "restore" {
  description = "What a restore needs beside a deployment (infra/release/google_restore.py)."
  value       = module.upup.restore
}

output "people" {
  description = "Who has access: what the access register is compared with (infra/release/access_register.py)."
  value       = var.people
}
