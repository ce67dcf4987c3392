# Who may publish to which topic: each function to those that its row names, and nobody to a whole project's.
locals {
  pubsub_agent = "serviceAccount:service-${var.project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"

  publishers = merge([
    for name, function in var.functions : {
      for topic in function.publishes : "${name}/${topic}" => { function = name, topic = topic }
    }
  ]...)
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = local.publishers

  project = var.project
  topic   = google_pubsub_topic.this[each.value.topic].name
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${var.service_accounts[each.value.function]}"
}

# What a subscription gives up Pub/Sub itself publishes to the dead letters, and takes off the subscription. Without
# both rights it does neither, and says so nowhere but in the subscription's health.
resource "google_pubsub_topic_iam_member" "dead_letters" {
  for_each = local.live

  project = var.project
  topic   = google_pubsub_topic.this["${each.key}-dead"].name
  role    = "roles/pubsub.publisher"
  member  = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "gives_up" {
  for_each = local.live

  project      = var.project
  subscription = google_pubsub_subscription.this[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

# Pub/Sub signs its pushes as the push account. The right to OpenID tokens is enough: with the whole token creator's it
# could also act as that account.
resource "google_service_account_iam_member" "signs_pushes" {
  service_account_id = "projects/${var.project}/serviceAccounts/${var.push_account}"
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = local.pubsub_agent
}
