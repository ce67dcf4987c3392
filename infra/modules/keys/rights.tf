# Each right is a role of our own with the permissions of its calls, because Google's ready ones hold more (an
# encrypter may list locations and read the project). A deleted role's id is barred for 37 days.
locals {
  rights = yamldecode(file("${path.module}/rights.yaml"))

  # Right and place: {"list ring" = […], "list key" = […], …}
  permissions = merge([
    for right, places in local.rights : { for place, permissions in places : "${right} ${place}" => permissions }
  ]...)

  # Function, key, right and place.
  grants = merge(flatten([
    for name, f in var.functions : [
      for key, rights in f.keys : [
        for right in rights : {
          for place in keys(local.rights[right]) : "${name} ${key} ${right} ${place}" => {
            function = name, key = key, role = "${right} ${place}", place = place
          }
        }
      ]
    ]
  ])...)

  # Of a shared key: on the key alone.
  on_shared_keys = { for name, grant in local.grants : name => grant if grant.key != "companies" }
  # Of the companies' keys: on the ring, as the keys are made later, and where a key is meant, by its name.
  on_company_keys = { for name, grant in local.grants : name => grant if grant.key == "companies" }
  is_a_companys   = "resource.name.extract(\"/cryptoKeys/{key}\").startsWith(\"${var.companies_prefix}\")"

  roles = {
    for name, role in google_project_iam_custom_role.right : name => "projects/${role.project}/roles/${role.role_id}"
  }
}

resource "google_project_iam_custom_role" "right" {
  for_each = local.permissions

  project     = var.project
  role_id     = "kms_${replace(each.key, " ", "_")}"
  title       = "Cloud KMS: ${replace(each.key, " ", ", on a ")}"
  description = "A right of the table of functions."
  permissions = each.value
}

resource "google_kms_crypto_key_iam_member" "shared" {
  for_each = local.on_shared_keys

  crypto_key_id = "${local.ring}/cryptoKeys/${google_kms_crypto_key.this[each.value.key].name}"
  role          = local.roles[each.value.role]
  member        = "serviceAccount:${var.service_accounts[each.value.function]}"

  lifecycle {
    precondition {
      condition     = each.value.place == "key"
      error_message = "${each.value.function}: a right to a shared key is one to that key, never to the ring."
    }
  }
}

resource "google_kms_key_ring_iam_member" "companies" {
  for_each = local.on_company_keys

  key_ring_id = local.ring
  role        = local.roles[each.value.role]
  member      = "serviceAccount:${var.service_accounts[each.value.function]}"

  # Without it, who may encrypt or decrypt with the companies' keys could do so with `transit` and `fingerprints`.
  dynamic "condition" {
    for_each = each.value.place == "key" ? [local.is_a_companys] : []
    content {
      title      = "only the companies' keys"
      expression = condition.value
    }
  }
}
