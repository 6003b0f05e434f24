"""How much people have to do, counted: presses and fields."""

from base64 import b64encode

from playwright.sync_api import Page, expect

from livedrop.media import commands
from livedrop.media.models import Asset
from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Visit
from tests.journeys.test_tour import SHIFT, SHIFTS
from tests.media.samples import a_picture
from tests.rows import row

# Counts what a person does: presses of links and buttons, and fields filled in or chosen.
COUNT = """
window.name ||= "0 0";
const count = (presses, fields) => {
  const [p, f] = window.name.split(" ").map(Number);
  window.name = `${p + presses} ${f + fields}`;
};
const pressed = ({ target }) => target.closest("a, button") && count(1, 0);
document.addEventListener("click", pressed, true);
document.addEventListener("change", () => count(0, 1), true);
document.addEventListener("drop", () => count(0, 1), true);
"""
# Seconds that a newcomer takes, generously: to find and press a button, to think of what to type.
PRESS, FIELD = 5, 6


def effort(page: Page) -> tuple[int, int]:
    """(presses, fields) so far, over all pages of this tab."""
    presses, fields = page.evaluate("window.name").split(" ")
    return int(presses), int(fields)


def test_u05_who_comes_back_orders_with_one_press_and_no_field(
    ada: Person, ben: Person, window: Visit
):
    window.sign_in(ben)
    page = window.page
    page.add_init_script(COUNT)
    page.goto(f"/drops/{factories.a_live_drop(ada.creator).slug}")
    page.get_by_role("button", name="Buy 1 · €45").click()
    expect(page.locator("#order-title")).to_have_text("Yours for now")
    assert effort(page) == (1, 0)


def test_u05_a_choice_and_a_number_cost_a_field_each(ada: Person, ben: Person, window: Visit):
    drop = factories.a_live_drop(ada.creator, quantity=[3, 5], limit_per_customer=2)
    window.sign_in(ben)
    page = window.page
    page.add_init_script(COUNT)
    page.goto(f"/drops/{drop.slug}")
    panel = window.open_order_panel()
    asked = panel.locator("fieldset, input:not([type=hidden], [type=radio]), select")
    expect(asked).to_have_count(2)  # goal: at most three
    panel.get_by_label("No. 2").check()
    panel.get_by_label("How many").fill("2")
    panel.get_by_role("button", name="Buy 2 · €90").click()
    expect(page.locator("#order-title")).to_have_text("Yours for now")
    presses, fields = effort(page)
    assert presses <= 2
    assert fields <= 3


def test_u05_without_script_the_panel_costs_one_press_more(
    ada: Person, ben: Person, arrive, script
):
    drop = factories.a_live_drop(ada.creator)
    page = arrive(ben).page
    page.goto(f"/drops/{drop.slug}")
    if not script:
        page.locator("#drop-order-panel a.button").click()
    page.get_by_role("button", name="Buy 1 · €45").click()
    expect(page.locator("#order-title")).to_have_text("Yours for now")


def test_u20_a_newcomers_first_drop_and_its_picture_take_less_than_two_minutes(
    cleo: Person, window: Visit
):
    """Counted, not timed: what there is to press and to fill in, each with time to spare."""
    window.sign_in(cleo)
    page = window.page
    page.add_init_script(COUNT)
    page.goto("/studio")
    page.get_by_role("button", name="Become a creator").click()
    page.get_by_role("link", name="New product").click()
    page.get_by_label("Title").fill("Snow")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Pictures of Snow").click()
    drag_in(page, a_picture(900, 700))
    expect(page.locator(".picture-preview")).to_be_visible()
    page.keyboard.type("A red vase in the snow")  # the cursor is where words are asked for
    page.get_by_role("button", name="Add this picture").click()
    expect(page.get_by_text("Being made ready")).to_be_visible()
    commands.make_ready(asset_id=row(Asset).id)
    expect(page.get_by_role("img", name="A red vase in the snow")).to_be_visible()
    page.get_by_role("link", name="My drops").click()
    page.get_by_role("link", name="New drop").click()
    before = effort(page)
    fill_in(page)
    page.get_by_label("Product").select_option("Snow")
    page.get_by_role("button", name="Save draft").last.click()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#studio-drop .state-word")).to_have_text("Scheduled")
    presses, fields = effort(page)
    assert (presses - before[0], fields - before[1]) == (2, 7)
    assert presses * PRESS + fields * FIELD <= 120
    page.goto("/drops?state=scheduled")
    expect(page.get_by_role("img", name="A red vase in the snow")).to_be_visible()


def drag_in(page: Page, content: bytes) -> None:
    """A file comes from elsewhere over the form, and is let go."""
    dragged = page.evaluate_handle(
        """content => {
          const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
          const dragged = new DataTransfer();
          dragged.items.add(new File([bytes], "vase.jpg", { type: "image/jpeg" }));
          return dragged;
        }""",
        b64encode(content).decode(),
    )
    page.dispatch_event(".picture-drop", "drop", {"dataTransfer": dragged})


def fill_in(page: Page) -> None:
    """What a draft with one variant cannot do without."""
    page.get_by_label("Title").fill("Winter prints")
    page.get_by_label("Start").fill("2037-01-10T18:00")
    page.get_by_label("End").fill("2037-01-11T18:00")
    page.get_by_label("Name").fill("Large")
    page.get_by_label("Price", exact=True).fill("45")
    page.get_by_label("Units", exact=True).fill("20")


def test_u20_the_next_one_like_it_costs_three_presses_and_two_fields(ada: Person, window: Visit):
    drop = factories.an_ended_drop(ada.creator, title="Winter prints")
    window.sign_in(ada)
    page = window.page
    page.add_init_script(COUNT)
    page.goto(f"/studio/drops/{drop.slug}")
    page.get_by_role("link", name="Draft another like it").click()
    page.get_by_label("Start").fill("2037-01-10T18:00")
    page.get_by_label("End").fill("2037-01-11T18:00")
    page.get_by_role("button", name="Save draft").last.click()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#studio-drop .state-word")).to_have_text("Scheduled")
    assert effort(page) == (3, 2)


def test_u14_a_page_that_moves_is_noticed(ada: Person, window: Visit):
    """The negative control of the tour's bound: something comes late and pushes all down."""
    factories.a_live_drop(ada.creator)
    page = window.page
    page.add_init_script(SHIFTS)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("shifted") <= SHIFT
    page.evaluate(
        """() => {
          const late = document.createElement("div");
          late.style.height = "300px";
          document.getElementById("main").prepend(late);
        }"""
    )
    page.wait_for_function(f"shifted > {SHIFT}")
