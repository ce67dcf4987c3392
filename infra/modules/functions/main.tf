terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

locals {
  # Google takes hyphens in a service's name and no underscores.
  services = { for name, f in var.functions : name => replace(name, "_", "-") }

  # Of a function alone; everything else is the environment's. functions-framework has four threads a processor unless
  # it is told: with a concurrency of sixteen, twelve requests would wait for a thread in an instance that counts as
  # free.
  own_settings = {
    for name, f in var.functions : name => merge(
      { THREADS = tostring(f.concurrency) },
      f.database ? {
        DATABASE_USER        = var.database_users[name]
        DATABASE_CONNECTIONS = tostring(f.connections)
      } : {},
      f.staff ? { IAP_AUDIENCE = var.iap_audiences[name] } : {},
    )
  }
}

# One archive, one function each: Cloud Functions gives FUNCTION_TARGET the entry point's name, and main.py loads that
# one.
resource "google_cloudfunctions2_function" "this" {
  for_each = var.functions

  project     = var.project
  location    = var.region
  name        = local.services[each.key]
  description = "functions/${each.value.kind}/${each.key}.py"
  labels      = { kind = each.value.kind, environment = var.environment }

  build_config {
    runtime           = "python311" # the version that all tests run on; Google keeps it until October 2027
    entry_point       = each.key
    service_account   = "projects/${var.project}/serviceAccounts/${var.build_account}"
    docker_repository = local.repository

    # Compiled modules are then valid by their source's hash: the build sets all times anew, and each start would compile.
    environment_variables = { SOURCE_DATE_EPOCH = "315532800" }

    source {
      storage_source {
        bucket = var.source_bucket
        object = var.source_object
      }
    }
  }

  service_config {
    service_account_email            = var.service_accounts[each.key]
    available_memory                 = each.value.memory
    available_cpu                    = each.value.cpu
    timeout_seconds                  = each.value.timeout_seconds
    max_instance_request_concurrency = each.value.concurrency
    min_instance_count               = var.environment == "production" ? each.value.min_instances : 0
    max_instance_count               = each.value.max_instances

    # From the internet only through the load balancer, with its Cloud Armor and Identity-Aware Proxy; Pub/Sub's and
    # Cloud Scheduler's calls of this project count as internal.
    ingress_settings = each.value.kind == "http" ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_INTERNAL_ONLY"

    # The database has a private address and no other; suppliers and Google's interfaces are reached without the
    # connector.
    vpc_connector                 = var.vpc_connector
    vpc_connector_egress_settings = "PRIVATE_RANGES_ONLY"

    # False asks to keep the service's own split, so a deployment pins it to a revision first. Provider 6 does not send
    # a false (hashicorp/terraform-provider-google#24130): a deployment reads the split again when Terraform is done.
    all_traffic_on_latest_revision = var.all_traffic

    environment_variables = merge(var.settings, local.own_settings[each.key])

    dynamic "secret_environment_variables" {
      for_each = toset(each.value.secrets)
      content {
        key        = secret_environment_variables.value
        project_id = var.project
        secret     = secret_environment_variables.value
        version    = var.secret_versions[secret_environment_variables.value]
      }
    }
  }
}

# Images are built once a release and function, a few GB in all. Cloud Run keeps its own copy of what a revision runs,
# so what is deleted here takes no way back away.
resource "google_artifact_registry_repository" "images" {
  project       = var.project
  location      = var.region
  repository_id = "functions"
  format        = "DOCKER"
  description   = "The functions' images, as Cloud Functions builds them."

  cleanup_policies {
    id     = "old"
    action = "DELETE"
    condition {
      older_than = "${30 * 24 * 3600}s"
    }
  }
  cleanup_policies {
    id     = "newest"
    action = "KEEP"
    most_recent_versions {
      keep_count = 3
    }
  }
}

locals {
  repository = join("/", [
    "projects/${google_artifact_registry_repository.images.project}",
    "locations/${google_artifact_registry_repository.images.location}",
    "repositories/${google_artifact_registry_repository.images.repository_id}",
  ])
}
