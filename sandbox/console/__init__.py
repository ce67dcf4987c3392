"""The sandbox's console: a page for people and JSON for programs. Never deployed."""

from sandbox.console.app import create_app
from sandbox.console.world import World

__all__ = ["World", "create_app"]
