terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

# In the region of the functions and the database: the public list of who processes personal data names one country, and
# keys in a second region would not help while the rows that they open are in one. A ring can never be deleted or moved.
resource "google_kms_key_ring" "this" {
  project  = var.project
  location = var.region
  name     = "upup"

  lifecycle {
    prevent_destroy = true
  }
}

# Neither can be made again: under `transit` lie the names and texts of sends under way, under `fingerprints` the
# master of all fingerprints, of which the opt-outs live as long as an agreement. The companies' own keys are made at
# run time.
#
# Rotation makes a new primary version and leaves the old ones enabled, so nothing becomes unreadable. Of `transit` an
# old version is out of use within 17 days (14 ahead, 72 hours). Of `fingerprints` the version that wrapped the master
# stays in use until the master is wrapped anew (docs/deploy.md); the master itself never changes. Never disable an
# old version of it before that.
#
# Software keys, like the companies': in an HSM a version costs $1 a month instead of $0.06, and a company has four
# more each year. Both keep the key inside Cloud KMS; what an HSM adds is its certificate (FIPS 140-2 level 3).
resource "google_kms_crypto_key" "this" {
  for_each = toset(["transit", "fingerprints"])

  name                       = each.key
  key_ring                   = local.ring
  purpose                    = "ENCRYPT_DECRYPT"
  rotation_period            = "7776000s" # 90 days
  destroy_scheduled_duration = "${30 * 24 * 3600}s"

  version_template {
    algorithm        = "GOOGLE_SYMMETRIC_ENCRYPTION"
    protection_level = "SOFTWARE"
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_kms_key_ring.this]
}

locals {
  # Known before the ring is made, so that a plan can be judged.
  ring = join("/", [
    "projects/${google_kms_key_ring.this.project}",
    "locations/${google_kms_key_ring.this.location}",
    "keyRings/${google_kms_key_ring.this.name}",
  ])
}
