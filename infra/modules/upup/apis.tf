# Google's interfaces that the environment uses. Turned off with nothing: others in the project may use them too.
resource "google_project_service" "this" {
  for_each = toset([
    "artifactregistry", "cloudbuild", "cloudfunctions", "cloudkms", "cloudresourcemanager", "cloudscheduler", "compute", "iam",
    "iamcredentials", "iap", "logging", "monitoring", "pubsub", "run", "secretmanager", "servicenetworking", "sqladmin",
    "storage", "sts", "telemetry", "vpcaccess",
  ])

  project            = var.project
  service            = "${each.key}.googleapis.com"
  disable_on_destroy = false
}
