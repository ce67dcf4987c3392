output "service_accounts" {
  description = "E-mail of each function's own account."
  value       = local.function_emails
}

output "database_users" {
  description = "MySQL user of each function and job that asks the database: the part of the e-mail before the @."
  value = merge(
    { for name, a in google_service_account.function : name => a.account_id if var.functions[name].database },
    { for name in ["migrate", "restore"] : name => google_service_account.other[name].account_id },
  )
}

output "migrate_account" {
  description = "E-mail of the account that the migration job runs as."
  value       = local.other_emails["migrate"]
}

output "restore_account" {
  description = "E-mail of the account that a restore's jobs run as."
  value       = local.other_emails["restore"]
}

output "push_account" {
  description = "E-mail of the account that signs what Pub/Sub pushes."
  value       = local.other_emails["pubsub-push"]
}

output "scheduler_account" {
  description = "E-mail of the account that signs Cloud Scheduler's calls."
  value       = local.other_emails["scheduler"]
}

output "build_account" {
  description = "E-mail of the account that builds the functions."
  value       = local.other_emails["source-build"]
}

output "deploy_account" {
  description = "E-mail of the account that deploys releases."
  value       = local.other_emails["deploy"]
}

output "roles" {
  description = "Roles in the whole project by member, as granted: of functions, jobs, deployments and people."
  value = {
    for grant in concat(
      values(google_project_iam_member.function),
      values(google_project_iam_member.job),
      values(google_project_iam_member.build),
      values(google_project_iam_member.deploy),
      [google_project_iam_member.deploy_builds, google_project_iam_member.deploy_state],
      values(google_project_iam_member.person),
    ) : grant.member => grant.role...
  }
}

output "ends" {
  description = "Of each person's grant that has an end, the condition that ends it."
  value = {
    for name, grant in google_project_iam_member.person :
    name => grant.condition[0].expression if length(grant.condition) > 0
  }
}

output "acting_as" {
  description = "Who may act as which service account: the member and the account's name, as granted."
  value = toset([
    for grant in concat(
      values(google_service_account_iam_member.deploy_acts_as),
      values(google_service_account_iam_member.deployer),
      values(google_service_account_iam_member.deploying_person),
    ) : "${grant.member} ${grant.role} ${grant.service_account_id}"
  ])
}
