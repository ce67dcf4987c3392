"""The versions of what a company agrees to and attests. A new text is a new version."""

DPA_VERSION = "2026-11"
"""The data processing agreement between a company and UpUp."""

CONSENT_TEXT_VERSION = "2026-11"
"""What a sender attests before each send: that its recipients have consented."""
