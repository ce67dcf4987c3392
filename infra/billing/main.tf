# Budgets, a root of its own: they belong to the billing account, whose administrator applies this and nobody else.
#
#   terraform -chdir=infra/billing init -backend-config=bucket=<the bucket of its state>
#   terraform -chdir=infra/billing apply -var-file=billing.tfvars
#
# A budget tells and never switches anything off.
terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
  }

  backend "gcs" {
    prefix = "billing"
  }
}

# The interface for budgets wants a project that the calls count on.
provider "google" {
  project               = var.quota_project
  billing_project       = var.quota_project
  user_project_override = true
}

resource "google_billing_budget" "environment" {
  for_each = var.environments

  billing_account = var.billing_account
  display_name    = "UpUp ${each.key}"

  budget_filter {
    projects               = ["projects/${each.value.project_number}"]
    calendar_period        = "MONTH"
    credit_types_treatment = "INCLUDE_ALL_CREDITS"
  }

  amount {
    specified_amount {
      currency_code = var.currency
      units         = each.value.amount
    }
  }

  dynamic "threshold_rules" {
    for_each = toset([0.5, 0.9, 1])
    content {
      threshold_percent = threshold_rules.value
      spend_basis       = "CURRENT_SPEND"
    }
  }

  # Told before it happens.
  threshold_rules {
    threshold_percent = 1
    spend_basis       = "FORECASTED_SPEND"
  }

  # The billing account's administrators get a mail in any case; these are e-mail channels of the environment.
  all_updates_rule {
    monitoring_notification_channels = each.value.channels
  }
}
