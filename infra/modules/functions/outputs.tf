output "services" {
  description = "Name of each function's Cloud Run service."
  value       = { for name, f in google_cloudfunctions2_function.this : name => f.name }
}

output "urls" {
  description = "Where each function is called within Google Cloud, which is the audience of the callers' tokens too."
  value       = { for name, f in google_cloudfunctions2_function.this : name => f.service_config[0].uri }
}

output "ingress" {
  description = "From where each function may be called."
  value       = { for name, f in google_cloudfunctions2_function.this : name => f.service_config[0].ingress_settings }
}

output "invokers" {
  description = "Who may call each function, as granted."
  value = {
    for name, grant in google_cloud_run_v2_service_iam_member.invoker : name => "${grant.role} ${grant.member}"
  }
}

output "accounts" {
  description = "The account that each function runs as."
  value = {
    for name, f in google_cloudfunctions2_function.this : name => f.service_config[0].service_account_email
  }
}

output "secrets" {
  description = "The secrets that each function gets, as NAME:version."
  value = {
    for name, f in google_cloudfunctions2_function.this : name =>
    toset([for one in f.service_config[0].secret_environment_variables : "${one.key}:${one.version}"])
  }
}

output "settings" {
  description = "The plain settings that each function gets."
  value = {
    for name, f in google_cloudfunctions2_function.this : name => f.service_config[0].environment_variables
  }
}

output "limits" {
  description = "Instances and what each may do at once, per function."
  value = {
    for name, f in google_cloudfunctions2_function.this : name => {
      min_instances = f.service_config[0].min_instance_count
      max_instances = f.service_config[0].max_instance_count
      concurrency   = f.service_config[0].max_instance_request_concurrency
      timeout       = f.service_config[0].timeout_seconds
      memory        = f.service_config[0].available_memory
      cpu           = f.service_config[0].available_cpu
    }
  }
}

output "network" {
  description = "How each function reaches the private network: the connector, and what goes through it."
  value = {
    for name, f in google_cloudfunctions2_function.this : name =>
    "${f.service_config[0].vpc_connector} ${f.service_config[0].vpc_connector_egress_settings}"
  }
}

output "jobs" {
  description = "The scheduled jobs: when, in which time zone, as whom, how often tried again, and whether they rest."
  value = {
    for name, job in google_cloud_scheduler_job.this : name => {
      schedule  = job.schedule
      time_zone = job.time_zone
      account   = job.http_target[0].oidc_token[0].service_account_email
      retries   = job.retry_config[0].retry_count
      deadline  = job.attempt_deadline
      paused    = job.paused
      region    = job.region
    }
  }
}

output "repository" {
  description = "Where images are kept, as Docker names it."
  value = join("/", [
    "${google_artifact_registry_repository.images.location}-docker.pkg.dev",
    google_artifact_registry_repository.images.project,
    google_artifact_registry_repository.images.repository_id,
  ])
}
