"""The function that does nothing: what functions-framework and gunicorn cost by themselves."""

from flask import Request


def bare(request: Request) -> str:
    return "ok"
