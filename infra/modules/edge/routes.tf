# Which path goes to which function: first what names it whole, then templates, then the longest beginning, and the rest
# to the function that has `/*`. The sandbox's dispatcher means the same by the same table, and a test compares them.
locals {
  routes = merge([for name, function in local.http : { for route in function.routes : route => name }]...)
  rest   = try(local.routes["/*"], null)

  exact = {
    for name, function in local.http :
    name => [for route in function.routes : route if !endswith(route, "/*") && !strcontains(route, "/*/")]
  }

  # No path fits two of them, so their order is of no account.
  templates = [for route in keys(local.routes) : route if strcontains(route, "/*/")]

  beginnings = [
    for line in reverse(sort([
      for route in keys(local.routes) : format("%04d %s", length(route), route)
      if endswith(route, "/*") && !strcontains(route, "/*/") && route != "/*"
    ])) : trimsuffix(split(" ", line)[1], "*")
  ]

  rules = concat(
    [
      for name, paths in local.exact :
      { function = name, whole = paths, template = null, beginning = null } if length(paths) > 0
    ],
    [
      for route in local.templates :
      { function = local.routes[route], whole = [], template = route, beginning = null }
    ],
    [
      for beginning in local.beginnings :
      { function = local.routes["${beginning}*"], whole = [], template = null, beginning = beginning }
    ],
  )
}

resource "google_compute_url_map" "this" {
  project = var.project
  name    = "upup"

  # Who comes by another name, or by none. (It is HTTPS already; Google takes `https_redirect` on plain HTTP only.)
  default_url_redirect {
    host_redirect          = var.domain
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = true
  }

  host_rule {
    hosts        = [var.domain]
    path_matcher = "functions"
  }

  path_matcher {
    name            = "functions"
    default_service = local.backend_ids[local.rest]

    dynamic "route_rules" {
      for_each = local.rules
      iterator = rule
      content {
        priority = rule.key + 1
        service  = local.backend_ids[rule.value.function]

        dynamic "match_rules" {
          for_each = rule.value.whole
          iterator = path
          content {
            full_path_match = path.value
          }
        }

        dynamic "match_rules" {
          for_each = rule.value.template[*]
          iterator = path
          content {
            path_template_match = path.value
          }
        }

        dynamic "match_rules" {
          for_each = rule.value.beginning[*]
          iterator = path
          content {
            prefix_match = path.value
          }
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = local.rest != null
      error_message = "No function has the route /*, so what no other one answers would go nowhere."
    }
    precondition {
      condition     = length(local.rules) <= 200
      error_message = "${length(local.rules)} rules: Google takes 200 in one matcher."
    }
    precondition {
      condition     = alltrue([for route in local.templates : length(regexall("\\*", route)) <= 5])
      error_message = "Google takes five * in one template."
    }
  }
}
