# Building and deploying.

# A build reads the archive, which Cloud Functions copies to a bucket of its own first, and writes the functions'
# images. (Artifact Registry takes no conditions by name; the project has no other repository.)
locals {
  build_grants = {
    "roles/logging.logWriter"       = null
    "roles/artifactregistry.writer" = null
    "roles/storage.objectViewer" = join(" || ", [
      for bucket in [var.source_bucket, "gcf-v2-sources-"] :
      "resource.name.startsWith(\"projects/_/buckets/${bucket}\")"
    ])
  }

  # Deploying a release is new code under the rights that are there: it writes functions, their traffic and jobs. Of
  # the rest it may read how it is set, for the plan, and neither a secret's value nor a row. A plan that changes
  # rights, keys, the network or the database fails under this account and is applied by an administrator who is raised
  # to it for the hour. Who may write `disclose` and act as its account can decipher: so production deploys from CI,
  # from reviewed code.
  deploy_roles = toset([
    "roles/artifactregistry.reader",
    "roles/cloudfunctions.developer",
    "roles/cloudkms.viewer",
    "roles/cloudscheduler.viewer",
    "roles/cloudsql.viewer",
    "roles/compute.networkViewer",
    "roles/compute.viewer",
    "roles/iam.roleViewer",
    "roles/iam.securityReviewer",
    "roles/logging.viewer",
    "roles/monitoring.viewer",
    "roles/pubsub.viewer",
    "roles/run.developer",
    "roles/secretmanager.viewer",
    "roles/serviceusage.serviceUsageConsumer",
    "roles/storage.bucketViewer",
    "roles/vpcaccess.viewer",
  ])
}

# Google's own role for it can approve and change builds as well.
resource "google_project_iam_custom_role" "build_starter" {
  project     = var.project
  role_id     = "buildStarter"
  title       = "Starts builds"
  description = "Of Cloud Build: starting a build, as an account that the caller may act as, and following it."
  permissions = ["cloudbuild.builds.create", "cloudbuild.builds.get", "cloudbuild.builds.list"]
}

resource "google_project_iam_member" "build" {
  for_each = local.build_grants

  project = var.project
  role    = each.key
  member  = "serviceAccount:${local.other_emails["source-build"]}"

  dynamic "condition" {
    for_each = each.value == null ? [] : [each.value]
    content {
      title      = "only what a build needs"
      expression = condition.value
    }
  }
}

resource "google_project_iam_member" "deploy" {
  for_each = local.deploy_roles

  project = var.project
  role    = each.key
  member  = "serviceAccount:${local.other_emails["deploy"]}"
}

resource "google_project_iam_member" "deploy_builds" {
  project = var.project
  role    = "projects/${var.project}/roles/${google_project_iam_custom_role.build_starter.role_id}"
  member  = "serviceAccount:${local.other_emails["deploy"]}"
}

resource "google_project_iam_member" "deploy_state" {
  project = var.project
  role    = "roles/storage.objectUser"
  member  = "serviceAccount:${local.other_emails["deploy"]}"

  condition {
    title      = "only Terraform's state"
    expression = "resource.name.startsWith(\"projects/_/buckets/${var.state_bucket}\")"
  }
}

# Whoever deploys a service acts as the account that the service runs as, and as the one that builds it.
resource "google_service_account_iam_member" "deploy_acts_as" {
  for_each = merge(google_service_account.function, {
    for name in ["migrate", "restore", "source-build"] : name => google_service_account.other[name]
  })

  service_account_id = join("/", [
    "projects/${each.value.project}/serviceAccounts",
    "${each.value.account_id}@${each.value.project}.iam.gserviceaccount.com",
  ])
  role   = "roles/iam.serviceAccountUser"
  member = "serviceAccount:${local.other_emails["deploy"]}"
}

resource "google_service_account_iam_member" "deployer" {
  for_each = var.deployers

  service_account_id = local.deploy_id
  role               = "roles/iam.workloadIdentityUser"
  member             = each.key
}

locals {
  deploy_id = "projects/${var.project}/serviceAccounts/${local.other_emails["deploy"]}"
}
