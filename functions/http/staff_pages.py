"""GET /staff and all below it: staff's pages."""

from shared import settings
from shared.app import start
from shared.http.pages.edge import Pages

app = start(settings.SiteSettings, settings.StaffSettings)
staff_pages = Pages(app, staff=True).function()
