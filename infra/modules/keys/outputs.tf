output "key_ring" {
  description = "Full name of the key ring: the setting KMS_KEY_RING."
  value       = local.ring
}

output "keys" {
  description = "The shared keys: rotation, delay of destruction and protection of each."
  value = {
    for name, key in google_kms_crypto_key.this : name => {
      rotation    = key.rotation_period
      destruction = key.destroy_scheduled_duration
      protection  = key.version_template[0].protection_level
    }
  }
}

output "permissions" {
  description = "Permissions of each of our own roles, by the role's full name."
  value = {
    for name, role in google_project_iam_custom_role.right : local.roles[name] => tolist(role.permissions)
  }
}

output "holders" {
  description = "Who may do what: permission to a list of {member, key}, where the companies' keys are `companies`."
  value = {
    for grant in concat(
      [
        for one in values(google_kms_crypto_key_iam_member.shared) :
        { key = reverse(split("/", one.crypto_key_id))[0], role = one.role, member = one.member, condition = null }
      ],
      [
        for one in values(google_kms_key_ring_iam_member.companies) :
        { key = "companies", role = one.role, member = one.member, condition = try(one.condition[0].expression, null) }
      ],
      ) : "${grant.key} ${trimprefix(grant.role, "projects/${var.project}/roles/")}" => {
      member = grant.member, condition = grant.condition
    }...
  }
}
