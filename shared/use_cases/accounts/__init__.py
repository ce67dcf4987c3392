"""A company from its signup to the end of its agreement, and the people in it."""
