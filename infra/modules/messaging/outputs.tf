output "topics" {
  description = "Names of all topics, dead letters' among them, and where each one's messages may lie."
  value = {
    for name, topic in google_pubsub_topic.this :
    topic.name => topic.message_storage_policy[0].allowed_persistence_regions
  }
}

output "subscriptions" {
  description = "Name of each topic's subscription."
  value       = { for one in values(google_pubsub_subscription.this) : one.topic => one.name }
}

output "dead_letters" {
  description = "By topic where its subscription puts what it gives up, and after how many attempts."
  value = {
    for one in values(google_pubsub_subscription.this) : one.topic => {
      topic    = one.dead_letter_policy[0].dead_letter_topic
      attempts = one.dead_letter_policy[0].max_delivery_attempts
    } if length(one.dead_letter_policy) > 0
  }
}

output "given_up_by" {
  description = "By subscription who may take messages off it for the dead letters."
  value = {
    for grant in values(google_pubsub_subscription_iam_member.gives_up) :
    grant.subscription => "${grant.role} ${grant.member}"
  }
}

output "pushes" {
  description = "By topic the push of its subscription: where to, signed as whom and for which audience."
  value = {
    for topic, one in google_pubsub_subscription.this : topic => {
      endpoint = one.push_config[0].push_endpoint
      account  = one.push_config[0].oidc_token[0].service_account_email
      audience = one.push_config[0].oidc_token[0].audience
      wrapped  = length(one.push_config[0].no_wrapper) == 0
    } if length(one.push_config) > 0
  }
}

output "patience" {
  description = "By topic its subscription's ack deadline, backoff and how long it keeps and lives."
  value = {
    for topic, one in google_pubsub_subscription.this : topic => {
      ack_seconds = one.ack_deadline_seconds
      backoff     = one.retry_policy[0]
      retention   = one.message_retention_duration
      expires     = one.expiration_policy[0].ttl
    }
  }
}

output "publishers" {
  description = "By topic the accounts that may publish to it, as granted."
  value = {
    for topic in values(google_pubsub_topic.this) : topic.name => toset([
      for grant in concat(
        values(google_pubsub_topic_iam_member.publisher),
        values(google_pubsub_topic_iam_member.dead_letters),
      ) : grant.member if grant.topic == topic.name
    ])
  }
}

output "signs_pushes" {
  description = "Who may sign as the push account, and with which role."
  value = {
    account = google_service_account_iam_member.signs_pushes.service_account_id
    role    = google_service_account_iam_member.signs_pushes.role
    member  = google_service_account_iam_member.signs_pushes.member
  }
}
