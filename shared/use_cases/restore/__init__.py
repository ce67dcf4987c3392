"""What has to be put right in a database that was restored from a backup, before anybody may reach it."""
