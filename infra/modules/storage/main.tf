# Buckets: the releases' source archives, the pages, and the log of erasures. None can be read by the public.
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

locals {
  # delete_after_days: when every object goes. superseded_after_days: when one that a newer version has replaced goes.
  buckets = {
    # What is deployed can be named and built again as it was.
    source = {
      location = var.region, versions = true, delete_after_days = [], superseded_after_days = [90], undelete_days = 7
    }
    # A folder for each release, which nothing changes once it is there.
    site = {
      location = var.region, versions = false, delete_after_days = [], superseded_after_days = [], undelete_days = 7
    }
    # As long as the oldest backup, 30 + 7 days, and not a day longer: a version or a deleted object that could be had
    # back would be one. In other places than the database, which is lost when the log of erasures is needed.
    erasures = {
      location = "EU", versions = false, delete_after_days = [37], superseded_after_days = [], undelete_days = 0
    }
  }

  rights = {
    # Without `delete` an object cannot be written over either: what is in the log of erasures stays until its day.
    create = ["storage.objects.create"]
    # Who may not list is told 403 of an object that is not there.
    read  = ["storage.objects.get", "storage.objects.list"]
    write = ["storage.objects.create", "storage.objects.delete", "storage.objects.get", "storage.objects.list"]
  }

  of_functions = merge([
    for name, function in var.functions : {
      for pair in flatten([
        for bucket, rights in function.buckets : [for right in rights : { bucket = bucket, right = right }]
      ]) : "${name}-${pair.right}-${pair.bucket}" => merge(pair, { account = var.service_accounts[name] })
    }
  ]...)
}

resource "google_storage_bucket" "this" {
  for_each = local.buckets

  project                     = var.project
  name                        = "${var.project}-${each.key}"
  location                    = each.value.location
  storage_class               = "STANDARD"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  versioning {
    enabled = each.value.versions
  }

  soft_delete_policy {
    retention_duration_seconds = each.value.undelete_days * 24 * 60 * 60
  }

  dynamic "lifecycle_rule" {
    for_each = each.value.delete_after_days
    content {
      action {
        type = "Delete"
      }
      condition {
        age        = lifecycle_rule.value
        with_state = "ANY"
      }
    }
  }

  dynamic "lifecycle_rule" {
    for_each = each.value.superseded_after_days
    content {
      action {
        type = "Delete"
      }
      condition {
        days_since_noncurrent_time = lifecycle_rule.value
        with_state                 = "ARCHIVED"
      }
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_project_iam_custom_role" "this" {
  for_each = local.rights

  project     = var.project
  role_id     = "upup.objects.${each.key}"
  title       = "UpUp: ${each.key} objects"
  description = "What ${each.key} means in the table of functions, for a bucket's objects."
  permissions = each.value
}

resource "google_storage_bucket_iam_member" "this" {
  for_each = merge(local.of_functions, var.other_rights)

  bucket = google_storage_bucket.this[each.value.bucket].name
  role   = "projects/${var.project}/roles/${google_project_iam_custom_role.this[each.value.right].role_id}"
  member = "serviceAccount:${each.value.account}"
}
