# Cloud Armor: what is refused before it reaches a function. The first rule that fits decides, so a limit, which lets
# through what keeps within it, comes after the rules that look for attacks.
locals {
  # Per address and minute. Functions count exactly, by e-mail, company and client; this is against floods.
  limits = {
    # Suppliers, from a few addresses, at the pace of the largest send. They come before the rules: a receipt, a payment
    # or somebody's STOPP must get through whatever its text looks like, and each of these paths has its secret or
    # signature.
    callbacks = { priority = 100, path = "^/v1/(callbacks|webhooks)/", requests = 60000, ban_seconds = null }
    # Where one may guess, or make us send mail and SMS. Many people of a company share an address.
    doors = {
      priority = 2000, requests = 60, ban_seconds = 600
      path     = "^/v1/(login|signup|forms|invitations|second-factor|session/confirm)(/|$)"
    }
    # Opened from an SMS within minutes of each other, from phones that a mobile operator gives one address.
    gift_pages = { priority = 2100, path = "^/(g|v1/gift)/", requests = 6000, ban_seconds = null }
    # A page is some thirty files; a company's program asks how its sends are getting on.
    all_else = { priority = 2200, path = null, requests = 3000, ban_seconds = null }
  }

  # The OWASP core rule set at its most careful level. Without `methodenforcement`, which knows no PATCH and no DELETE.
  attacks = {
    for index, name in ["sqli", "xss", "lfi", "rce", "protocolattack", "scannerdetection"] :
    name => { priority = 1000 + index, rules = "evaluatePreconfiguredWaf('${name}-v33-stable', {'sensitivity': 1})" }
  }

  # An expression takes five parts.
  in_bodies = join(" || ", [for name in ["sqli", "xss", "lfi", "rce"] : local.attacks[name].rules])

  # Provider schemas that were made by a generator lack `count`, which it takes for Terraform's own. Where a provider is
  # installed its lock file stands beside the environment, and then the argument is known, and required.
  count_known = fileexists("${path.root}/.terraform.lock.hcl")
}

resource "google_compute_security_policy" "this" {
  project = var.project
  name    = "upup"
  type    = "CLOUD_ARMOR"

  advanced_options_config {
    json_parsing = "STANDARD"
    log_level    = "NORMAL" # VERBOSE would log the piece of text that a rule was struck by
  }

  # Enforced where there is no body: an address, its query and headers are made by programs, and ours look like no
  # attack. (`q` is what staff search for: a company may be called O'Neill & Sons.)
  dynamic "rule" {
    for_each = local.attacks
    iterator = attack
    content {
      priority    = attack.value.priority
      action      = "deny(403)"
      preview     = false
      description = "attacks: ${attack.key}"

      match {
        expr {
          expression = "(request.method == 'GET' || request.method == 'HEAD') && ${attack.value.rules}"
        }
      }

      preconfigured_waf_config {
        exclusion {
          target_rule_set = "${attack.key}-v33-stable"
          request_query_param {
            operator = "EQUALS"
            value    = "q"
          }
        }
      }
    }
  }

  # A body is what somebody wrote: the text of an SMS, a name, a complaint, a file. "Tack -- eller 1=1?" is no attack,
  # and a send that is refused for its words is a fault of ours. So these are only counted. Every body is read against a
  # strict model, and every statement binds what it was given.
  rule {
    priority    = 1100
    action      = "deny(403)"
    preview     = true
    description = "attacks in bodies, counted"

    match {
      expr {
        expression = "request.method == 'POST' && (${local.in_bodies})"
      }
    }
  }

  dynamic "rule" {
    for_each = local.limits
    iterator = limit
    content {
      priority    = limit.value.priority
      preview     = false
      action      = limit.value.ban_seconds == null ? "throttle" : "rate_based_ban"
      description = "limit: ${replace(limit.key, "_", " ")}"

      match {
        versioned_expr = limit.value.path == null ? "SRC_IPS_V1" : null

        dynamic "config" {
          for_each = limit.value.path == null ? ["*"] : []
          content {
            src_ip_ranges = [config.value]
          }
        }

        dynamic "expr" {
          for_each = limit.value.path[*]
          content {
            expression = "request.path.matches('${expr.value}')"
          }
        }
      }

      rate_limit_options {
        enforce_on_key   = "IP"
        conform_action   = "allow"
        exceed_action    = "deny(429)"
        ban_duration_sec = limit.value.ban_seconds

        dynamic "rate_limit_threshold" {
          for_each = local.count_known ? [limit.value.requests] : []
          content {
            count        = rate_limit_threshold.value
            interval_sec = 60
          }
        }

        dynamic "rate_limit_threshold" {
          for_each = local.count_known ? [] : [limit.value.requests]
          content {
            interval_sec = 60
          }
        }
      }
    }
  }

  # Google asks for a last rule; the limit on all else leaves it nothing.
  rule {
    priority    = 2147483647
    action      = "allow"
    preview     = false
    description = "default"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}
