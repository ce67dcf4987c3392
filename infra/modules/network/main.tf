# A network with nothing in it but the way from the functions to the database: no machine, no address from outside.
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

resource "google_compute_network" "this" {
  project                 = var.project
  name                    = "upup"
  auto_create_subnetworks = false
  routing_mode            = "REGIONAL"
}

resource "google_compute_subnetwork" "connector" {
  project                  = var.project
  name                     = "connector"
  network                  = google_compute_network.this.id
  region                   = var.region
  ip_cidr_range            = var.connector_range
  private_ip_google_access = true

  # Who spoke with whom and how much, of one flow in ten: enough to see data leave, and never what was said.
  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
    metadata             = "EXCLUDE_ALL_METADATA"
  }
}

# Two machines are the least that a connector has, and what keeps it up when a zone is lost. It grows by load and never
# shrinks again, so the ceiling is also a bill. A machine carries about 100 Mbit/s, and rows of 100,000 recipients an
# hour are far below one.
resource "google_vpc_access_connector" "this" {
  project       = var.project
  name          = "upup"
  region        = var.region
  machine_type  = "e2-micro"
  min_instances = 2
  max_instances = var.connector_max_instances

  subnet {
    project_id = var.project
    name       = google_compute_subnetwork.connector.name
  }
}

# Below the rules (1000) that Google itself makes for the connector: nothing else is let in, and what tries is logged.
resource "google_compute_firewall" "deny_ingress" {
  project       = var.project
  name          = "deny-ingress"
  network       = google_compute_network.this.id
  direction     = "INGRESS"
  priority      = 65534
  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "EXCLUDE_ALL_METADATA"
  }
}

# Where Cloud SQL has its addresses. A /24 a region and service is Google's least; this leaves room for restored
# instances.
resource "google_compute_global_address" "services" {
  project       = var.project
  name          = "google-services"
  network       = google_compute_network.this.id
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  prefix_length = 20
}

resource "google_service_networking_connection" "services" {
  network                 = google_compute_network.this.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.services.name]

  # Google refuses to end a peering for days after its last database is gone.
  deletion_policy = "ABANDON"
}
