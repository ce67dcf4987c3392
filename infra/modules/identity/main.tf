terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

# One service account a function, so that each right has one holder and each line of an audit log one name. Nobody has a
# key file: functions get tokens from Google's metadata server, CI by workload identity federation.
# The prefix is for Google, which takes no id under six characters.
resource "google_service_account" "function" {
  for_each = var.functions

  project      = var.project
  account_id   = "fn-${replace(each.key, "_", "-")}"
  display_name = each.key
  description  = substr(local.described[each.key], 0, 256)
}

resource "google_service_account" "other" {
  for_each = local.others

  project      = var.project
  account_id   = each.key
  display_name = each.key
  description  = each.value
}

locals {
  others = {
    migrate      = "Migrates the database and gives its users their rights: a job of each deployment."
    restore      = "Settles a restored database and erases again who was erased: a job of each restore."
    pubsub-push  = "Signs what Pub/Sub pushes to functions; may call those of messages and nothing else."
    scheduler    = "Signs Cloud Scheduler's calls; may call the jobs and nothing else."
    source-build = "Builds the functions' images, instead of the project's default account."
    deploy       = "Deploys a release; reads how everything is set, and changes no rights."
  }

  described = {
    for name, f in var.functions : name => {
      http     = "Serves ${join(" ", f.routes)}"
      pubsub   = "Takes messages of ${join(" ", f.topics)}"
      schedule = "Runs at ${f.cron}"
    }[f.kind]
  }

  # E-mail addresses are known before the accounts are made; by way of the resource, what uses one waits for it.
  function_emails = {
    for name, a in google_service_account.function : name => "${a.account_id}@${a.project}.iam.gserviceaccount.com"
  }
  other_emails = {
    for name, a in google_service_account.other : name => "${a.account_id}@${a.project}.iam.gserviceaccount.com"
  }
}
