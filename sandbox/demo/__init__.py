"""`make demo`: the main job, done from outside as any program would, and told in figures."""
