"""The interview in a real browser: its stories from the first screen to the answer."""

import json
import shlex
from urllib.request import Request, urlopen

from data.vocabulary import FINDINGS
from data.wording import WORDING

DVT = {
    "leg_swelling": "one_lower_leg",
    "calf_wider_3cm": "yes",
    "skin_warmth": "yes",
    "laterality": "one_leg",
    "loc_calf": "yes",
}
RESTLESS = {
    "urge_to_move": "yes",
    "relief_moving": "yes",
    "rest_lying_effect": "worse_any_rest",
    "worst_time": "evening_falling_asleep",
    "quality_crawling_pulling": "yes",
    "laterality": "both_legs",
    "loc_calf": "yes",
    "onset_speed": "gradual_months",
    "episode_pattern": "comes_and_goes_hours",
    "pain_intensity": "moderate",
    "walking_effect": "none_or_better",
    "age": 44,
    "sex": "male",
    "bmi": 24,
    "smoking": "never",
    "daily_posture": "mixed",
}


def say(key, **values):
    return WORDING.page(key, **values)


def answer_screen(visitor, story):
    """Tell what belongs to the story, and no to all the others of the screen."""
    for finding in visitor.asked():
        if finding in story:
            visitor.tell(finding, story[finding])
    return visitor.go_on("#rest" if visitor.seen("#rest") else "#go")


def test_a_thrombosis_is_told_within_three_screens(visitor):
    """The alert stands there, with what to do one press away."""
    for _ in range(3):
        told = [finding for finding in visitor.asked() if finding in DVT]
        for finding in told:
            visitor.tell(finding, DVT[finding])
        if "leg_swelling" in told:
            break
        visitor.go_on()
    visitor.until(lambda: say("same_day_head") in visitor.alert())
    assert "Possible blood clot in a leg" in visitor.alert()
    visitor.press("#alert button")
    assert visitor.urgency() == say("same_day_head")
    assert "Do not massage the leg" in visitor.text("#answer")
    assert visitor.driver.switch_to.active_element.get_attribute("id") == "urgency"


def test_an_emergency_has_a_number_to_tap_while_answering(visitor):
    """The advice itself is there at once, not one press away."""
    while "breath_chest" not in visitor.asked():
        visitor.go_on()
    visitor.tell("breath_chest", "sudden_breath_chest_collapse")
    visitor.until(lambda: say("emergency_head") in visitor.alert())
    (link,) = visitor.seen("#alert .call")
    assert link.get_attribute("href") == "tel:112"
    assert "Call 112 now" in visitor.alert()
    region = visitor.all("#alert")[0]
    assert region.get_attribute("role") == "alert"


def test_restless_legs_are_told_to_the_end(visitor):
    """Every danger is asked and answered; the interview ends by itself and says what it found."""
    screens = 0
    while visitor.asked():
        answer_screen(visitor, RESTLESS)
        screens += 1
        assert screens < 27
    assert visitor.urgency() == say("self_care_head")
    assert visitor.text("#enough") == say("enough")
    first = visitor.text("#answer .bars summary").splitlines()[0]
    assert WORDING.label("restless_legs_syndrome") in first
    assert "not an all-clear" in visitor.text("#answer")
    visitor.press("#answer .bars li:first-child summary")
    assert WORDING.usually("restless_legs_syndrome") in visitor.text("#answer")


def test_back_and_change_keep_every_other_answer(visitor):
    """By the button of the page and by that of the browser."""
    first = visitor.asked()
    visitor.press(f"#{first[0]} label:first-of-type")
    second = visitor.go_on()
    assert visitor.go_on("#back") == first
    assert visitor.all(f"#{first[0]} input")[0].is_selected()
    assert visitor.go_on() == second
    visitor.driver.back()
    visitor.until(lambda: visitor.asked() == first)
    visitor.press("#now")
    visitor.urgency()
    visitor.press(f"#answer [data-do={first[0]}]")
    visitor.until(lambda: visitor.asked() == first[:1])
    labels = visitor.seen(f"#{first[0]} label")
    chosen = labels[1].text
    labels[1].click()
    visitor.press("#go")
    visitor.urgency()
    assert chosen in visitor.text("#answer")
    visitor.driver.back()
    visitor.until(lambda: visitor.asked() == first[:1])


def test_what_is_not_known_is_not_asked_again_and_not_a_no(visitor):
    """Left open or told so, it is unknown."""
    seen = set()
    for finding in visitor.asked():
        seen.add(finding)
        if visitor.seen(f"#{finding} label:has([value=''])"):
            visitor.tell(finding, "")
    for _ in range(4):
        now = set(visitor.go_on())
        assert not now <= seen
        seen |= now
    visitor.press("#now")
    visitor.urgency()
    assert say("nothing_answered") in visitor.text("#answer")


def test_how_many_screens_are_left_is_said(visitor):
    """From the first screen on."""
    assert "more screens" in visitor.text("#left")


def test_the_bars_move_with_each_answer_until_they_are_switched_off(visitor):
    """Alerts are told all the same."""
    first = visitor.asked()[0]
    visitor.press(f"#{first} label:nth-of-type(2)")
    visitor.until(lambda: visitor.seen("#bars li"))
    before = visitor.text("#bars")
    visitor.press(f"#{first} label:nth-of-type(1)")
    visitor.until(lambda: visitor.text("#bars") != before)
    visitor.press(".switch")
    assert not visitor.seen("#bars")


def test_all_questions_at_once_can_be_searched(visitor):
    """For clinicians; the answers are the same ones, and the interview goes on with them."""
    visitor.press("#all")
    visitor.until(lambda: len(visitor.asked()) == len(FINDINGS))
    (field,) = visitor.seen("#find")
    field.send_keys("swollen")
    visitor.until(lambda: "leg_swelling" in visitor.asked() and len(visitor.asked()) < 10)
    assert visitor.text("#found") == say("found", n=len(visitor.asked()), all=len(FINDINGS))
    visitor.tell("leg_swelling", "one_lower_leg")
    visitor.until(lambda: "blood clot" in visitor.alert())
    visitor.press("#go")
    assert visitor.urgency() == say("same_day_head")
    visitor.press("[data-do=more]")
    visitor.until(lambda: 0 < len(visitor.asked()) < 20)
    assert "leg_swelling" not in visitor.asked()


def test_without_a_model_alerts_are_told_and_the_reason_too(visitor_without_model):
    """The safety net does not depend on it, and the interview goes on."""
    visitor = visitor_without_model
    while "leg_swelling" not in visitor.asked():
        visitor.go_on()
    visitor.tell("leg_swelling", "one_lower_leg")
    visitor.until(lambda: "blood clot" in visitor.alert())
    visitor.until(lambda: "no trained model" in visitor.text("#bars"))
    visitor.go_on()
    visitor.press("#now")
    assert visitor.urgency() == say("same_day_head")
    assert WORDING.service("model_missing") in visitor.text("#answer")


def test_without_scripts_it_is_one_page_with_all_questions(stranger):
    """And a button; the answer stands above the same questions."""
    visitor = stranger.look_through(scripts=False).open(ready=False)
    assert len(visitor.asked()) == len(FINDINGS)
    visitor.tell("leg_swelling", "one_lower_leg")
    visitor.tell("age", 58)
    visitor.press("#go")
    assert visitor.urgency() == say("same_day_head")
    assert len(visitor.asked()) == len(FINDINGS)
    assert visitor.all("[name=leg_swelling][value=one_lower_leg]")[0].is_selected()
    assert not visitor.seen("[data-do=print], [data-do=copy], #all, #back, #now")


def test_the_printed_command_gets_the_answer_that_is_shown(visitor):
    """What a developer is handed reproduces what the person saw."""
    while "leg_swelling" not in visitor.asked():
        visitor.go_on()
    visitor.tell("leg_swelling", "one_lower_leg")
    visitor.press("#now")
    visitor.urgency()
    visitor.press("summary:has(+ #curl)")
    _, _, url, _, header, _, body = shlex.split(visitor.text("#curl"))
    name, value = header.split(": ")
    with urlopen(Request(url, body.encode(), {name: value})) as response:  # noqa: S310 - our own
        assert json.load(response) == json.loads(visitor.all("#json")[0].text)


def test_a_copy_is_the_text(visitor):
    """By the clipboard where the browser lets us."""
    visitor.command(
        "Browser.grantPermissions",
        permissions=["clipboardReadWrite", "clipboardSanitizedWrite"], origin=visitor.url,
    )  # fmt: skip
    visitor.press("#now")
    visitor.urgency()
    visitor.press("summary:has(+ #text)")
    visitor.press("[data-of=text]")
    visitor.until(lambda: visitor.text("[data-of=text]") == say("copied"))
    copied = visitor.driver.execute_async_script(
        "navigator.clipboard.readText().then(arguments[0], () => arguments[0](null))"
    )
    assert copied is None or copied == visitor.all("#text")[0].get_property("textContent")


def test_nothing_is_kept_and_nobody_else_is_asked(visitor):
    """No cookie, nothing in storage, every request to this address; the console is silent."""
    visitor.press("#now")
    visitor.urgency()
    script = (
        "return [document.cookie, localStorage.length, sessionStorage.length,"
        " performance.getEntriesByType('resource').map((entry) => entry.name)]"
    )
    cookie, kept, kept_for_now, asked = visitor.driver.execute_script(script)
    assert (cookie, kept, kept_for_now) == ("", 0, 0)
    assert asked
    assert all(name.startswith(visitor.url) for name in asked)
    assert visitor.complaints() == []
