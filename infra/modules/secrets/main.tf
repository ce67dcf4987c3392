terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

# A secret is called what its setting is called. Terraform makes the empty secret and says who reads it; its value is
# put there by hand (docs/deploy.md) and is in no state, plan or file. Which version functions get is said where they
# are made.
resource "google_secret_manager_secret" "this" {
  for_each = toset(flatten([for f in values(var.functions) : f.secrets]))

  project             = var.project
  secret_id           = each.key
  version_destroy_ttl = "${7 * 24 * 3600}s" # a version destroyed by mistake can be taken back for a week

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  # TOKEN_KEY and FINGERPRINT_MASTER cannot be made again. One that no function names any more is taken out of the
  # state and deleted by hand.
  lifecycle {
    prevent_destroy = true
  }
}

locals {
  readers = merge([
    for name, f in var.functions : {
      for secret in f.secrets : "${name} ${secret}" => { function = name, secret = secret }
    }
  ]...)
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each = local.readers

  project   = var.project
  secret_id = google_secret_manager_secret.this[each.value.secret].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${var.service_accounts[each.value.function]}"
}
