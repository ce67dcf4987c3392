"""GET of every path that no other function has: the pages for everybody."""

from shared import settings
from shared.app import start
from shared.http.pages.edge import Pages

app = start(settings.SiteSettings)
pages = Pages(app).function()
