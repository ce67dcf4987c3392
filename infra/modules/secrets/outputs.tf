output "secrets" {
  description = "The secrets, by name: where each is kept."
  value = {
    for name, secret in google_secret_manager_secret.this : name =>
    [for replica in secret.replication[0].user_managed[0].replicas : replica.location]
  }
}

output "readers" {
  description = "Who reads each secret, as granted. Without it a function's first instance does not start."
  value = {
    for grant in values(google_secret_manager_secret_iam_member.reader) : grant.secret_id => grant.member...
  }
}
