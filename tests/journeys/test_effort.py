"""How much people have to do, counted: presses and fields."""

from playwright.sync_api import Page, expect

from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Visit
from tests.journeys.test_tour import SHIFT, SHIFTS

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
"""


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


def test_u20_a_first_drop_costs_three_presses_and_six_fields(ada: Person, window: Visit):
    window.sign_in(ada)
    page = window.page
    page.add_init_script(COUNT)
    page.goto("/studio/drops")
    page.get_by_role("link", name="New drop").click()
    page.get_by_label("Title").fill("Winter prints")
    page.get_by_label("Start").fill("2037-01-10T18:00")
    page.get_by_label("End").fill("2037-01-11T18:00")
    page.get_by_label("Name").fill("Large")
    page.get_by_label("Price", exact=True).fill("45")
    page.get_by_label("Units", exact=True).fill("20")
    page.get_by_role("button", name="Save draft").last.click()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#studio-drop .state-word")).to_have_text("Scheduled")
    presses, fields = effort(page)
    assert (presses, fields) == (3, 6)


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
