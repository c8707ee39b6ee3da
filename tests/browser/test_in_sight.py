"""The alert is a function of the answers: on every way to a screen, and whatever fails."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains

from data.vocabulary import FINDINGS
from data.wording import WORDING
from tests.browser.visitor import Visitor, serving

SIGN = ("leg_swelling", "one_lower_leg")
FAILURES = {  # what a request ends with, and what is said then
    "trouble_refused": "Promise.resolve(new Response('', {status: 403}))",
    "trouble_broken": "Promise.resolve(new Response('', {status: 503}))",
    "trouble_lost": "Promise.reject(new TypeError())",
    "trouble_slow": "new Promise(() => {})",
}
STRANGER = "Promise.resolve(new Response('<h1>Wi-Fi</h1>'))"  # somebody else's page, as a 200


def say(key, **values):
    return WORDING.page(key, **values)


def go_to(visitor, finding):
    while finding not in visitor.asked():
        visitor.go_on()


def tell_a_sign(visitor):
    """A screen with a swollen leg, ticked, and its alert."""
    go_to(visitor, SIGN[0])
    visitor.tell(*SIGN)
    visitor.until(lambda: visitor.seen("#alert .flag"))


def is_ticked(visitor):
    return visitor.all(f"[name={SIGN[0]}][value={SIGN[1]}]")[0].is_selected()


def back_from_the_answer(visitor):
    """The browser's own button."""
    visitor.press("#now")
    visitor.urgency()
    visitor.driver.back()


def back_without_a_connection(visitor):
    """Nothing can be asked then."""
    visitor.press("#now")
    visitor.urgency()
    visitor.served("Promise.reject()")
    visitor.driver.back()
    visitor.until(lambda: visitor.seen("#trouble"))


def back_from_the_next_screen(visitor):
    """The page's own button."""
    visitor.go_on()
    visitor.go_on("#back")


def forward(visitor):
    """To the screen that comes after."""
    visitor.go_on()
    visitor.driver.back()
    visitor.until(lambda: SIGN[0] in visitor.asked())
    visitor.driver.forward()
    visitor.until(lambda: SIGN[0] not in visitor.asked())


def on_the_next_screens(visitor):
    """After an answer was looked at."""
    back_from_the_answer(visitor)
    visitor.until(lambda: SIGN[0] in visitor.asked())
    visitor.go_on()
    visitor.go_on()


def reload(visitor):
    """The same place, and the same answers."""
    visitor.driver.refresh()


def reload_further_on(visitor):
    """What was answered on earlier screens is known still."""
    visitor.go_on()
    visitor.driver.refresh()


def another_page_and_back(visitor):
    """From the page's menu."""
    visitor.driver.get(visitor.url + "/about")
    visitor.driver.back()


def restored_by_the_browser(visitor):
    """A form that is filled in after scripts have run."""
    script = (
        "if (location.protocol !== 'about:') addEventListener('load', () =>"
        f"document.querySelector('[name={SIGN[0]}][value={SIGN[1]}]').checked = true)"
    )
    added = visitor.command("Page.addScriptToEvaluateOnNewDocument", source=script)
    visitor.open()
    visitor.command("Page.removeScriptToEvaluateOnNewDocument", **added)


def all_questions(visitor):
    """On one page, and back from the answer to them."""
    visitor.press("#all")
    visitor.until(lambda: len(visitor.asked()) == len(FINDINGS))
    visitor.press("#go")
    visitor.urgency()
    visitor.driver.back()
    visitor.until(lambda: len(visitor.asked()) == len(FINDINGS))


def after_a_failure(visitor):
    """Of one request, and what was answered then."""
    visitor.tell("skin_warmth", "yes")
    visitor.served("Promise.reject()")
    visitor.tell("skin_redness", "none")
    visitor.until(lambda: visitor.seen("#trouble"))


def two_clicks(visitor):
    """On Continue."""
    ActionChains(visitor.driver).double_click(visitor.seen("#go")[0]).perform()
    visitor.until(lambda: SIGN[0] not in visitor.asked())


WAYS = [
    back_from_the_answer, back_without_a_connection, back_from_the_next_screen, forward,
    on_the_next_screens, reload, reload_further_on, another_page_and_back, restored_by_the_browser,
    all_questions, after_a_failure, two_clicks,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_an_alert_is_in_sight_on_every_way_to_a_screen(visitor, way):
    """As long as the sign is ticked, and no longer."""
    tell_a_sign(visitor)
    way(visitor)
    visitor.until(lambda: visitor.asked() and "blood clot" in visitor.in_sight("#alert .flag"))
    assert is_ticked(visitor)
    visitor.served()
    visitor.driver.execute_script(f"document.querySelector('[name={SIGN[0]}][value=none]').click()")
    visitor.until(lambda: not visitor.seen("#alert .flag"))


def test_a_reload_of_an_answer_is_the_same_answer(visitor):
    """To all that was said, an age too."""
    visitor.press("#all")
    visitor.tell("age", 12)
    visitor.tell("pain_intensity", "mild")
    visitor.press("#go")
    assert visitor.urgency() == say("soon_head")
    visitor.driver.refresh()
    assert visitor.urgency() == say("soon_head")
    assert WORDING.question("age") in visitor.text("#answer")


def test_a_new_start_knows_nothing(visitor):
    """Neither answers nor alerts."""
    tell_a_sign(visitor)
    visitor.press("#now")
    visitor.urgency()
    visitor.press("[data-do=again]")
    visitor.until(lambda: visitor.asked() and not is_ticked(visitor))
    assert not visitor.seen(".flag")


def click(visitor, css, count):
    """A click of the mouse that the browser counts as this one of several."""
    (button,) = visitor.seen(css)
    visitor.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    box = visitor.driver.execute_script("return arguments[0].getBoundingClientRect()", button)
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    for kind in ("mousePressed", "mouseReleased"):
        visitor.command(
            "Input.dispatchMouseEvent", type=kind, button="left", clickCount=count, **at
        )


@pytest.mark.parametrize("button", ["#go", "#rest"])
def test_two_clicks_are_one(visitor, button):
    """However fast the next screen is there: none is skipped, and none answered unseen."""
    first = visitor.asked()
    click(visitor, button, 1)
    visitor.until(lambda: visitor.asked() != first)
    second = visitor.asked()
    asked = (
        "window.asked = 0; window.served = fetch; window.fetch = (...a) => (asked++, served(...a))"
    )
    visitor.driver.execute_script(asked)
    click(visitor, button, 2)
    assert visitor.driver.execute_script("return asked") == 0
    assert visitor.asked() == second
    assert not visitor.all(f"#{second[0]} :checked")
    click(visitor, button, 1)
    visitor.until(lambda: visitor.asked() != second)


def test_a_late_answer_does_not_overwrite_a_newer_one(visitor):
    """What is said is of the answers that were given last."""
    go_to(visitor, SIGN[0])
    body = f"new URLSearchParams('part=live&{SIGN[0]}={SIGN[1]}')"
    later = "then((r) => new Promise((done) => setTimeout(done, 700, r)))"
    visitor.served(f"real('/', {{method: 'POST', body: {body}}}).{later}")
    visitor.tell(*SIGN)
    visitor.served()
    visitor.tell(SIGN[0], "none")
    visitor.until(lambda: visitor.seen("#verdict .flag"))
    late = "setTimeout(arguments[0], 1200)"
    visitor.driver.execute_async_script(late)
    assert not visitor.seen("#alert .flag")


@pytest.mark.parametrize("what", FAILURES)
def test_every_failure_is_told_where_one_looks_and_gone_when_it_is_over(visitor, what):
    """Each in words of its own, with when to call for help; then the press goes on by itself."""
    tell_a_sign(visitor)
    visitor.served(FAILURES[what])
    before = visitor.asked()
    visitor.press("#go")
    visitor.until(lambda: say(what) in visitor.in_sight("#trouble"))
    assert say("trouble_help", number="112") in visitor.in_sight("#trouble")
    assert visitor.all("#trouble")[0].get_attribute("role") == "alert"
    assert visitor.asked() == before
    assert "blood clot" in visitor.in_sight("#alert .flag")
    visitor.served()
    if what == "trouble_slow":
        visitor.press("#go")
    visitor.until(lambda: visitor.asked() != before)
    assert not visitor.seen("#trouble")


@pytest.mark.parametrize("status", [408, 429, 504])
def test_who_is_to_wait_is_not_told_to_load_the_page_again(visitor, status):
    """What stands before the service may say so: it is slow, and neither refuses nor is out."""
    visitor.served(f"Promise.resolve(new Response('', {{status: {status}}}))")
    before = visitor.asked()
    visitor.press("#go")
    visitor.until(lambda: say("trouble_slow") in visitor.in_sight("#trouble"))
    visitor.served()
    visitor.until(lambda: visitor.asked() != before)


def test_a_stranger_s_page_is_no_answer(visitor):
    """Nothing is done in silence then."""
    visitor.served(STRANGER)
    visitor.press("#go")
    visitor.until(lambda: say("trouble_broken") in visitor.in_sight("#trouble"))


def test_a_connection_that_comes_back_is_used_at_once(visitor):
    """Not only at the next try; the press is not forgotten, and the alert is there."""
    never = "const t = setTimeout; window.setTimeout = (f, ms) => ms >= 1000 || t(f, ms)"
    visitor.driver.execute_script(never)
    go_to(visitor, SIGN[0])
    visitor.connect(False)
    before = visitor.asked()
    visitor.press("#go")
    visitor.tell(*SIGN)
    visitor.until(lambda: say("trouble_lost") in visitor.in_sight("#trouble"))
    visitor.connect()
    visitor.until(lambda: visitor.asked() != before)
    assert "blood clot" in visitor.in_sight("#alert .flag")
    assert not visitor.seen("#trouble")


def test_without_a_service_all_questions_are_there_and_what_to_do(driver, tmp_path):
    """Nothing looks as if it had been answered."""
    with serving(tmp_path) as address:
        visitor = Visitor(driver, address).look_through().open()
        asked = visitor.asked()
    visitor.press("#go")
    visitor.until(lambda: visitor.seen("#trouble"))
    assert visitor.asked() == asked
    assert "speak to a doctor or nurse" in visitor.text("#trouble")
    visitor.press("#now")
    assert not visitor.seen("#urgency")


def before_the_first_answer(visitor, answer):
    """Open the page while every request ends like this."""
    script = f"window.real = window.fetch; window.fetch = () => {answer}"
    added = visitor.command("Page.addScriptToEvaluateOnNewDocument", source=script)
    visitor.open(ready=False)
    visitor.command("Page.removeScriptToEvaluateOnNewDocument", **added)


def test_when_to_call_for_help_is_said_before_any_answer_has_come(visitor):
    """And it never waits for one."""
    before_the_first_answer(visitor, FAILURES["trouble_slow"])
    assert say("urgent_first", number="112") in visitor.in_sight("#intro .first")
    visitor.until(lambda: len(visitor.asked()) == len(FINDINGS))


def test_if_the_first_request_fails_all_questions_are_asked(visitor):
    """They need no service, and what is ticked then is not taken away when there is one again."""
    before_the_first_answer(visitor, FAILURES["trouble_lost"])
    visitor.until(lambda: visitor.seen("#trouble") and len(visitor.asked()) == len(FINDINGS))
    visitor.tell(*SIGN)
    visitor.served()
    visitor.until(lambda: "blood clot" in visitor.in_sight("#alert .flag"))
    assert len(visitor.asked()) == len(FINDINGS)


@pytest.mark.parametrize(
    ("finding", "level", "place", "urgency"),
    [
        ("weight_loss", "yes", "alert", "soon"),
        ("breath_chest", "sudden_breath_chest_collapse", "alert", "emergency"),
        ("age", 12, "verdict", "soon"),
    ],
)
def test_the_verdict_while_answering_is_that_of_the_answer(visitor, finding, level, place, urgency):
    """Rules are told at once, anything else when there is time for it; nothing calms beforehand."""
    visitor.press("#all")
    visitor.tell("pain_intensity", "mild")
    visitor.until(lambda: say("unsettled") in visitor.in_sight("#verdict .flag"))
    visitor.tell(finding, level)
    visitor.until(lambda: say(f"{urgency}_head") in visitor.in_sight(f"#{place} .flag"))
    assert len(visitor.seen(".flag")) == 1
    role = visitor.all(f"#{place}")[0].get_attribute("role")
    assert role == {"alert": "alert", "verdict": "status"}[place]
    visitor.press("#go")
    assert visitor.urgency() == say(f"{urgency}_head")


@pytest.mark.parametrize("age", [1958, "58 years"])
def test_a_number_that_cannot_be_hides_no_alert_and_is_asked_again(visitor, age):
    """By name, with a link to where it stands, and what was written stands there still."""
    visitor.press("#all")
    visitor.tell("age", age)
    visitor.tell(*SIGN)
    visitor.until(lambda: "blood clot" in visitor.in_sight("#alert .flag"))
    (field,) = visitor.all("[name=age]")
    assert field.get_attribute("aria-invalid") == "true"
    assert say("bad_age", low=0, high=120) in visitor.text("#age .wrong")
    visitor.press("#go")
    assert visitor.urgency() == say("same_day_head")
    assert WORDING.question("age") in visitor.text("#answer .problems")
    visitor.press("#answer .problems a")
    visitor.until(lambda: visitor.asked() == ["age"])
    assert field.get_property("value") == str(age)
    visitor.tell("age", 58)
    visitor.until(lambda: field.get_attribute("aria-invalid") == "false")
    visitor.press("#go")
    visitor.urgency()
    assert not visitor.seen("#answer .problems")


def test_a_number_that_cannot_be_holds_up_its_screen_alone(visitor):
    """It has the focus, with what is wrong beside it; an empty field lets one go on."""
    while "age" not in visitor.asked():
        visitor.go_on()
    visitor.tell("age", 1958)
    before = visitor.asked()
    visitor.press("#go")
    visitor.until(lambda: visitor.driver.switch_to.active_element.get_attribute("name") == "age")
    assert visitor.asked() == before
    assert say("bad_age", low=0, high=120) in visitor.in_sight("#age .wrong")
    visitor.tell("age", "")
    visitor.go_on()
