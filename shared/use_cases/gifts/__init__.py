"""A gift from its link to the till, and the stock of codes."""
