"""What companies are told by their own webhooks: endpoints, and calls to them."""
