locals {
  prices = yamldecode(file("${path.module}/../../prices.yaml")).google

  # What a month costs whether anything is sent or not, in USD: all that is not measured here.
  standing = [
    for name, one in local.prices : one.price * lookup(try(one.a_month, {}), local.price_of, 0)
    if !contains(["functions, processors", "functions, memory", "functions, requests", "logs"], name)
  ]
  price_of = var.environment == "development" ? "dev" : var.environment

  tiles = yamldecode(templatefile("${path.module}/dashboard.yaml", {
    user      = local.user
    of        = local.of_functions
    requests  = "${local.requests}{monitored_resource=\"https_lb_rule\"}"
    latencies = "loadbalancing_googleapis_com:https_total_latencies_bucket{monitored_resource=\"https_lb_rule\"}"
    sql       = "monitored_resource=\"cloudsql_database\""
    prices = {
      cpu_second        = local.prices["functions, processors"].price
      gib_second        = local.prices["functions, memory"].price
      million_requests  = local.prices["functions, requests"].price
      logs_gib          = local.prices["logs"].price
      standing_per_hour = sum(local.standing) / 730
    }
  }))

  columns = 3
  width   = 16
  height  = 16
}

resource "google_monitoring_dashboard" "this" {
  project = var.project

  dashboard_json = jsonencode({
    displayName = "UpUp ${var.environment}"
    mosaicLayout = {
      columns = local.columns * local.width
      tiles = [
        for place, tile in local.tiles : merge(
          # Google does not give back a position of 0, which every plan would then put there again.
          place % local.columns == 0 ? {} : { xPos = place % local.columns * local.width },
          place < local.columns ? {} : { yPos = floor(place / local.columns) * local.height },
          {
            width  = local.width
            height = local.height
            widget = {
              title = tile.title
              xyChart = {
                dataSets = [{
                  plotType = "LINE"
                  timeSeriesQuery = {
                    prometheusQuery = tile.query
                    unitOverride    = try(tile.unit, "1")
                  }
                }]
              }
            }
          },
        )
      ]
    }
  })
}
