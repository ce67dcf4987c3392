# The one table of functions, each with its size's limits where it says nothing of its own, and what follows from it.
locals {
  table = yamldecode(file("${path.module}/../../functions.yaml"))

  functions = {
    for name, row in local.table.functions : name => merge(
      # What a row may leave out.
      { staff = false, keys = {}, secrets = [], publishes = [], buckets = {}, audit_log = false, database = true, unlogged = false },
      local.table.sizes[row.size],
      row,
      {
        kind   = contains(keys(row.trigger), "routes") ? "http" : contains(keys(row.trigger), "schedule") ? "schedule" : "pubsub"
        routes = try(row.trigger.routes, [])
        topics = try(row.trigger.topics, [row.trigger.topic], [])
        cron   = try(row.trigger.schedule, "")
      },
    )
  }

  # What a restore's job may do, as a function's row says it.
  jobs = { for name, row in local.table.jobs : name => merge({ secrets = [], keys = {}, buckets = {} }, row) }
  holders = merge(
    { for name, f in local.functions : name => { secrets = f.secrets, keys = f.keys, buckets = f.buckets } },
    { for name, job in local.jobs : name => { secrets = job.secrets, keys = job.keys, buckets = job.buckets } },
  )
  accounts = merge(module.identity.service_accounts, { restore = module.identity.restore_account })
}
