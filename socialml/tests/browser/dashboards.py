"""What tests of the dashboard's page look at."""

from axe_playwright_python.sync_playwright import Axe


def panel(page, name):
    return page.get_by_role("region", name=name, exact=True)


def serious(page):
    """Return what axe-core finds that keeps somebody out."""
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], one["nodes"][0]["html"])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
