"""`python -m shared.http.openapi FILE` writes the API's description; it needs no settings."""

import sys
from pathlib import Path

from shared.http.openapi.document import text

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), "utf-8")
