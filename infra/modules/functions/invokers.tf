# Who may call a function at all: on the Cloud Run service below it, which is what Google asks. Behind the load
# balancer that is everybody, as our own code asks for sessions and keys; for the staff's functions Identity-Aware
# Proxy alone, for messages and jobs the account that signs them.
locals {
  proxy = "serviceAccount:service-${var.project_number}@gcp-sa-iap.iam.gserviceaccount.com"

  invokers = {
    for name, f in var.functions : name => {
      http     = f.staff ? local.proxy : "allUsers"
      pubsub   = "serviceAccount:${var.push_account}"
      schedule = "serviceAccount:${var.scheduler_account}"
    }[f.kind]
  }
}

resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = var.functions

  project  = google_cloudfunctions2_function.this[each.key].project
  location = google_cloudfunctions2_function.this[each.key].location
  name     = google_cloudfunctions2_function.this[each.key].name
  role     = "roles/run.invoker"
  member   = local.invokers[each.key]
}
