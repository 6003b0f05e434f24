"""A creator shows what they made: chooses a picture, says what it shows, sees it ready (U20)."""

from playwright.sync_api import expect

from livedrop.media import commands
from livedrop.media.models import Asset
from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Visit
from tests.media.samples import a_picture
from tests.rows import row


def test_ada_shows_a_picture_of_her_vase(ada: Person, visit: Visit, script: bool):
    product = factories.a_product(ada.creator, "Vase")
    visit.sign_in(ada)
    page = visit.page
    page.goto(f"/studio/products/{product.slug}/pictures")
    file = {"name": "vase.jpg", "mimeType": "image/jpeg", "buffer": a_picture(900, 700)}
    page.get_by_label("Picture").set_input_files(file)
    if script:
        expect(page.locator(".picture-preview")).to_be_visible()
    page.get_by_label("What it shows").fill("A red vase")
    page.get_by_role("button", name="Add this picture").click()
    expect(page.get_by_text("Being made ready")).to_be_visible()
    commands.make_ready(asset_id=row(Asset).id)
    if not script:
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("img", name="A red vase")).to_be_visible()
    page.goto(f"/products/{product.slug}")
    shown = page.get_by_role("img", name="A red vase")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
