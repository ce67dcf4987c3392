"""`make demo`: the main job, done from outside as any program would, and told in figures."""

from sandbox.demo.story import demo

__all__ = ["demo"]
