# Topics, their dead letters, and the pushes that bring each message to its function.
terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

locals {
  # What nobody acknowledges for so long, Pub/Sub drops. A week of trouble loses nothing, and the ids in a message
  # outlive an erasure no longer than those in a backup.
  retention = "604800s"

  # How long a message rests after a failure: 20 attempts take two hours and a half. They are for faults of ours: while
  # a supplier is down the functions acknowledge, and leave the rows to the sweep.
  backoff      = { minimum = "10s", maximum = "600s" }
  max_attempts = 20

  # Pub/Sub's own limit is 600 s; a function that runs into its time-out has given up before the message comes again.
  ack_margin_seconds  = 10
  longest_ack_seconds = 600

  # One subscription a topic. Its name is in what a dead letter says of where it was given up.
  subscriptions = merge([
    for name, function in var.functions : {
      for topic in function.topics : topic => {
        function    = name
        name        = join("-", concat([replace(name, "_", "-")], length(function.topics) > 1 ? [topic] : []))
        dead        = endswith(topic, "-dead")
        ack_seconds = min(function.timeout_seconds + local.ack_margin_seconds, local.longest_ack_seconds)
      }
    }
  ]...)

  live = { for topic, one in local.subscriptions : topic => one if !one.dead }
  # Each topic has its dead letters, whether or not the table says who keeps them: that somebody does a test asserts.
  topics = setunion(keys(local.live), [for topic in keys(local.live) : "${topic}-dead"])
}

resource "google_pubsub_topic" "this" {
  for_each = local.topics

  project = var.project
  name    = each.key

  # Messages carry ids only, and lie in the region where the rows are that they name. It is not enforced in transit:
  # Pub/Sub's global endpoint may be asked in another region, and would then refuse the message.
  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  # No retention of a topic's own: an acknowledged message is gone. What is to be done again the rows say, not a seek.
}

resource "google_pubsub_subscription" "this" {
  for_each = local.subscriptions

  project = var.project
  name    = each.value.name
  topic   = google_pubsub_topic.this[each.key].name

  ack_deadline_seconds       = each.value.ack_seconds
  message_retention_duration = local.retention
  retain_acked_messages      = false

  # During a restore nothing is pushed, and messages wait: a subscription without a push is one to pull. Otherwise they
  # come wrapped, as they do without `no_wrapper`: functions-framework makes its CloudEvent of the whole body.
  dynamic "push_config" {
    for_each = var.paused ? [] : [var.function_urls[each.value.function]]

    content {
      push_endpoint = push_config.value

      oidc_token {
        service_account_email = var.push_account
        audience              = push_config.value
      }
    }
  }

  retry_policy {
    minimum_backoff = local.backoff.minimum
    maximum_backoff = local.backoff.maximum
  }

  # A dead letter has nowhere further to go: it is tried until it is kept in the database, or for the whole retention.
  dynamic "dead_letter_policy" {
    for_each = each.value.dead ? [] : [google_pubsub_topic.this["${each.key}-dead"].name]

    content {
      dead_letter_topic     = "projects/${var.project}/topics/${dead_letter_policy.value}"
      max_delivery_attempts = local.max_attempts
    }
  }

  # A quiet month is no reason to delete it.
  expiration_policy {
    ttl = ""
  }
}
