output "names" {
  description = "Each bucket's full name, by our short one."
  value       = { for short, bucket in google_storage_bucket.this : short => bucket.name }
}

output "protection" {
  description = "What each bucket keeps from the public, and for how long it keeps what."
  value = {
    for short, bucket in google_storage_bucket.this : short => {
      public_access    = bucket.public_access_prevention
      uniform          = bucket.uniform_bucket_level_access
      versions         = bucket.versioning[0].enabled
      undelete_seconds = bucket.soft_delete_policy[0].retention_duration_seconds
      delete_after_days = [
        for rule in bucket.lifecycle_rule : one(rule.condition).age if one(rule.condition).with_state == "ANY"
      ]
    }
  }
}

output "rights" {
  description = "Who has which role on which bucket."
  value = {
    for name, grant in google_storage_bucket_iam_member.this :
    name => { bucket = grant.bucket, role = grant.role, member = grant.member }
  }
}

output "roles" {
  description = "What each of the roles may do, in Google's words."
  value = {
    for role in google_project_iam_custom_role.this :
    "projects/${role.project}/roles/${role.role_id}" => role.permissions
  }
}
