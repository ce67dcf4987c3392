"""What ClearOn calls us with: a hint of redemptions. Without a client of its service, as a callback calls nobody."""


def read_callback(body: object) -> list[str]:
    """The references that a redemption callback names; what is not understood, or cannot be ours, is left out."""
    redemptions = body.get("redemptions") if isinstance(body, dict) else None
    if not isinstance(redemptions, list):
        return []
    named = [one.get("reference") for one in redemptions if isinstance(one, dict)]
    return [reference for reference in named if isinstance(reference, str) and reference.isascii()]
