# People, by name; what a role lets them do here. Nobody has a basic role (owner, editor, viewer), reads the database or
# a secret, or deciphers: a recipient's data is read in the staff's pages alone, where each reading is asked for and
# logged.
locals {
  roles_of_people = {
    # Finds faults: logs and figures hold ids and no personal data.
    developer = ["roles/logging.viewer", "roles/monitoring.viewer", "roles/cloudtrace.user"]
    # Has the telephone: sees queues, functions, jobs and certificates as well, may run, stop and start jobs, and close or
    # snooze an alert.
    operator = [
      "roles/logging.viewer", "roles/monitoring.viewer", "roles/cloudtrace.user",
      "roles/monitoring.cloudConsoleIncidentEditor", "roles/monitoring.snoozeEditor",
      "roles/pubsub.viewer", "roles/run.viewer", "roles/cloudsql.viewer", "roles/cloudscheduler.viewer",
      "roles/compute.viewer", local.job_runner,
    ]
    # Passes Identity-Aware Proxy, which guards the staff's pages and nothing else; STAFF_EMAILS must name them too.
    staff = ["roles/iap.httpsResourceAccessor"]
    # Checks who deciphered and who changed what.
    auditor = ["roles/logging.privateLogViewer", "roles/iam.securityReviewer"]
    # May deploy and roll back by hand, in the deploying account's name: see release.tf for what that is worth.
    deployer = []
    # May log in at Stripe; nothing of Google's. It is here for the register of access.
    stripe = []
  }

  person_grants = merge([
    for email, person in var.people : {
      for role in toset(flatten([for one in person.roles : local.roles_of_people[one]])) :
      "${email} ${role}" => { email = email, role = role, until = person.until }
    }
  ]...)

  # An access that has an end ends by itself, whether anybody applies this on that day or not.
  ended_by = {
    for email, person in var.people : email => person.until == null ? [] : [
      "request.time < timestamp(\"${person.until}T00:00:00Z\")"
    ]
  }

  job_runner = "projects/${var.project}/roles/${google_project_iam_custom_role.job_runner.role_id}"
}

resource "google_project_iam_custom_role" "job_runner" {
  project     = var.project
  role_id     = "jobRunner"
  title       = "Runs, stops and starts scheduled jobs"
  description = "Of Cloud Scheduler's jobs, without changing what they call or as whom."
  permissions = ["cloudscheduler.jobs.enable", "cloudscheduler.jobs.pause", "cloudscheduler.jobs.run"]
}

resource "google_project_iam_member" "person" {
  for_each = local.person_grants

  project = var.project
  role    = each.value.role
  member  = "user:${each.value.email}"

  dynamic "condition" {
    for_each = local.ended_by[each.value.email]
    content {
      title      = "until the last day"
      expression = condition.value
    }
  }
}

resource "google_service_account_iam_member" "deploying_person" {
  for_each = { for email, person in var.people : email => person if contains(person.roles, "deployer") }

  service_account_id = local.deploy_id
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "user:${each.key}"

  dynamic "condition" {
    for_each = local.ended_by[each.key]
    content {
      title      = "until the last day"
      expression = condition.value
    }
  }
}
