"""For everybody: axe-core on every state of the page, keyboard alone, narrow, large, calm, dark."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from data.vocabulary import FINDINGS
from data.wording import WORDING

DANGER = {"breath_chest": "sudden_breath_chest_collapse", "leg_swelling": "one_lower_leg"}


def start(_):
    """The first screen."""


def alert(visitor):
    """An emergency, while answering."""
    open_yet = set(DANGER)
    while open_yet:
        for finding in open_yet & set(visitor.asked()):
            visitor.tell(finding, DANGER[finding])
        open_yet -= set(visitor.asked())
        if open_yet:
            visitor.go_on()
    visitor.until(lambda: visitor.seen("#alert .call") and visitor.seen("#bars li"))


def one_question(visitor):
    """A screen of a single question."""
    while len(visitor.asked()) > 1:
        visitor.go_on()


def answer(visitor):
    """The answer to an emergency, everything opened."""
    alert(visitor)
    visitor.press("#alert button")
    visitor.until(lambda: visitor.seen("#urgency"))
    script = "for (const d of document.querySelectorAll('details')) d.open = true"
    visitor.driver.execute_script(script)


def nothing_known(visitor):
    """The answer to nothing."""
    visitor.press("#now")
    visitor.until(lambda: visitor.seen("#urgency"))


def all_questions(visitor):
    """The page of clinicians."""
    visitor.press("#all")
    visitor.until(lambda: len(visitor.asked()) == len(FINDINGS))
    visitor.tell("leg_swelling", "one_lower_leg")
    visitor.until(lambda: visitor.seen("#alert .flag"))


def found_nothing(visitor):
    """A search in vain."""
    visitor.press("#all")
    visitor.all("#find")[0].send_keys("zanzibar")
    visitor.until(lambda: not visitor.asked())


def no_service(visitor):
    """The service cannot be reached, in an emergency."""
    alert(visitor)
    visitor.served("Promise.reject()")
    visitor.press("#go")
    visitor.until(lambda: visitor.seen("#trouble"))


def unreadable(visitor):
    """A number that does not fit."""
    visitor.press("#all")
    visitor.until(lambda: len(visitor.asked()) == len(FINDINGS))
    visitor.tell("age", 1958)
    visitor.until(lambda: visitor.seen("#again li"))


def about(visitor):
    """What this is."""
    visitor.open("/about", ready=False)
    script = "for (const d of document.querySelectorAll('details')) d.open = true"
    visitor.driver.execute_script(script)


def docs(visitor):
    """The reference, everything opened and something sent."""
    visitor.open("/docs", ready=False)
    script = "for (const d of document.querySelectorAll('details')) d.open = true"
    visitor.driver.execute_script(script)
    visitor.press("[data-path='/v1/predict'] button")
    visitor.until(lambda: visitor.seen("[data-path='/v1/predict'] pre"))


def unreadable_without_scripts(visitor):
    """A form in which an answer does not fit, sent without the script."""
    visitor.driver.execute_script(
        "const f = document.createElement('form'); f.method = 'post'; f.action = '/';"
        "f.innerHTML = '<input name=age value=999>'; document.body.append(f); f.submit()"
    )
    visitor.until(lambda: visitor.seen(".problems"))


def refused(visitor):
    """What is no form, sent without the script."""
    visitor.driver.execute_script(
        "const f = document.createElement('form'); f.method = 'post'; f.action = '/';"
        "f.enctype = 'text/plain'; f.innerHTML = '<input name=age value=58>';"
        "document.body.append(f); f.submit()"
    )
    visitor.until(lambda: visitor.seen("p.problems"))


STATES = [
    start, alert, one_question, answer, nothing_known, all_questions, found_nothing, no_service,
    unreadable, unreadable_without_scripts, about, docs, refused,
]  # fmt: skip


@pytest.fixture(params=STATES, ids=lambda state: state.__name__)
def state(request):
    return request.param


def test_axe_finds_nothing_and_everything_can_be_pressed_and_enlarged(visitor, state):
    """No rule of axe-core is broken; what is pressed has 24 pixels; twice the text still fits."""
    state(visitor)
    assert visitor.faults() == []
    low = visitor.driver.execute_script(
        "return [...document.querySelectorAll('button, input, summary, fieldset label, [data-do]')]"
        ".filter((e) => e.checkVisibility() && !e.closest('label')?.contains(e.parentElement))"
        ".filter((e) => e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
    )
    assert low == []
    visitor.driver.execute_script("document.documentElement.style.fontSize = '200%'")
    assert visitor.too_wide() == 0


def test_axe_finds_nothing_in_the_dark_either(stranger, state):
    """Contrast above all."""
    state(stranger.look_through(prefers_color_scheme="dark").open())
    assert stranger.faults() == []


def test_nothing_has_to_be_scrolled_sideways(stranger, state):
    """On the narrowest phone, which is also a desktop at 400 %."""
    state(stranger.look_through(width=320, height=640).open())
    assert stranger.too_wide() == 0


def test_nothing_moves_for_those_who_want_it_calm(stranger):
    """The bars take their place at once."""
    alert(stranger.look_through(prefers_reduced_motion="reduce").open())
    script = "return getComputedStyle(document.querySelector('#bars .fill')).transitionDuration"
    assert stranger.driver.execute_script(script) == "0s"


def tab_to(visitor, css):
    """Press Tab until what has the focus fits; it has to be in sight then."""
    for _ in range(120):
        active = visitor.driver.switch_to.active_element
        if visitor.driver.execute_script("return arguments[0].matches(arguments[1])", active, css):
            inside = visitor.driver.execute_script(
                "const b = arguments[0].getBoundingClientRect();"
                "const e = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2);"
                "return e === arguments[0] || arguments[0].contains(e)"
                " || Boolean(e?.contains(arguments[0]))",
                active,
            )
            assert inside, f"{css} has the focus, but something covers it"
            return active
        ActionChains(visitor.driver).send_keys(Keys.TAB).perform()
    raise AssertionError(f"Tab never comes to {css}")


def test_the_keyboard_alone_is_enough(visitor):
    """From the first question by Tab, arrows, Space and Enter to the alert, the answer and back."""
    while "leg_swelling" not in visitor.asked():
        before = visitor.asked()
        tab_to(visitor, "#go").send_keys(Keys.ENTER)
        visitor.until(lambda before=before: visitor.asked() != before)
        assert visitor.driver.switch_to.active_element.get_attribute("id") == "screen"
    tab_to(visitor, "#leg_swelling input").send_keys(Keys.SPACE)
    visitor.driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    visitor.until(lambda: "blood clot" in visitor.alert())
    assert visitor.all("[name=leg_swelling][value=one_lower_leg]")[0].is_selected()
    tab_to(visitor, "#now").send_keys(Keys.ENTER)
    visitor.until(lambda: visitor.seen("#urgency"))
    assert visitor.driver.switch_to.active_element.get_attribute("id") == "urgency"
    tab_to(visitor, "#answer .bars summary").send_keys(Keys.ENTER)
    visitor.until(lambda: WORDING.page("usually") in visitor.text("#answer .bars details[open]"))
    tab_to(visitor, "[data-do=leg_swelling]").send_keys(Keys.ENTER)
    visitor.until(lambda: visitor.asked() == ["leg_swelling"])
    tab_to(visitor, "#go").send_keys(Keys.ENTER)
    visitor.until(lambda: visitor.seen("#urgency"))


def test_the_first_stop_of_the_keyboard_leads_past_the_menu(visitor):
    """To the content."""
    tab_to(visitor, ".skip").send_keys(Keys.ENTER)
    assert visitor.driver.switch_to.active_element.get_attribute("id") == "main"


def test_every_urgency_is_told_by_a_shape_and_a_word(visitor):
    """Not by colour alone."""
    shapes, words = set(), set()
    levels = {
        "breath_chest": "sudden_breath_chest_collapse",
        "leg_swelling": "one_lower_leg",
        "weight_loss": "yes",
        None: None,
    }
    for finding, level in levels.items():
        visitor.open()
        visitor.press("#all")
        if finding:
            visitor.tell(finding, level)
        visitor.press("#go")
        visitor.until(lambda: visitor.seen("#urgency"))
        shapes.add(visitor.all(".verdict .shape path, .verdict .shape circle")[0].get_property(
            "outerHTML"
        ))  # fmt: skip
        words.add(visitor.text("#urgency"))
    assert len(shapes) == len(words) == len(levels)
