# What a function's account may do in the whole project. All else is granted on the one topic, key, secret, bucket or
# service that the table names, by the module that makes it.
locals {
  roles_of_functions = {
    for name, f in var.functions : name => concat(
      # What it prints and its traces: writing only.
      ["roles/logging.logWriter", "roles/telemetry.tracesWriter"],
      # Reaching the instance and logging in there by IAM; what it may do inside are MySQL's own grants.
      f.database ? ["roles/cloudsql.client", "roles/cloudsql.instanceUser"] : [],
      # Data Access audit logs: who deciphered what. They hold no personal data, and tell who works on what.
      f.audit_log ? ["roles/logging.privateLogViewer"] : [],
    )
  }

  function_grants = merge([
    for name, roles in local.roles_of_functions : {
      for role in roles : "${name} ${role}" => { function = name, role = role }
    }
  ]...)
}

resource "google_project_iam_member" "function" {
  for_each = local.function_grants

  project = var.project
  role    = each.value.role
  member  = "serviceAccount:${local.function_emails[each.value.function]}"
}

# The jobs of a deployment and of a restore ask the database too.
resource "google_project_iam_member" "job" {
  for_each = merge([
    for name in ["migrate", "restore"] : {
      for role in ["roles/logging.logWriter", "roles/cloudsql.client", "roles/cloudsql.instanceUser"] :
      "${name} ${role}" => { job = name, role = role }
    }
  ]...)

  project = var.project
  role    = each.value.role
  member  = "serviceAccount:${local.other_emails[each.value.job]}"
}
