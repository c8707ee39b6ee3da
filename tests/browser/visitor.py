"""A real browser before the real server, and somebody who uses it."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parents[2]
AXE = ROOT / ".axe" / "axe_playwright_python" / "axe.min.js"
PATIENCE = 20  # seconds until what should come has come; only a failure waits that long
OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # so that root may run it, in containers
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--hide-scrollbars",
)


def programs():
    """Paths of browser and driver; without them a loud skip, or a failure where they must be."""
    found = [shutil.which("chromium"), shutil.which("chromedriver")]
    if not all(found):
        not_tested("THE PAGE", "no chromium or no chromedriver (in Debian: chromium-driver)")
    return found


def axe():
    """The script of axe-core."""
    if not AXE.exists():
        not_tested("WHETHER EVERYBODY CAN USE THE PAGE", "no axe-core (make .axe/ready)")
    return AXE.read_text("utf-8")


def not_tested(what, why):
    """A loud skip, or a failure where the browser has to be there."""
    missing = f"{what} IS NOT TESTED: {why}"
    if os.environ.get("BROWSER_REQUIRED"):
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def serving(models, **variables):
    """Address of the real service with the models of this folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service"],
        cwd=ROOT,
        env={**os.environ, "HOST": "127.0.0.1", "PORT": "0", "MODELS": str(models), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield line.split()[3]
    finally:
        process.terminate()
        process.communicate()


class Visitor:
    """Somebody at the page, who sees what is shown and presses what is there."""

    def __init__(self, driver, url):
        self.driver, self.url = driver, url

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def look_through(self, width=390, height=844, scripts=True, **features):
        """Size of the window, whether scripts run, and media features, such as dark mode."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)
        listed = [{"name": n.replace("_", "-"), "value": v} for n, v in features.items()]
        self.command("Emulation.setEmulatedMedia", features=listed)
        return self

    def open(self, path="/", ready=True):
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get(self.url + path)
        if ready:
            self.until(lambda: self.all("body.ready"))
        return self

    def until(self, holds):
        return WebDriverWait(self.driver, PATIENCE, 0.05).until(lambda _: holds())

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def seen(self, css):
        """Those that are displayed; asked in one go, as there are many."""
        return self.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].filter("
            "(e) => e.checkVisibility({visibilityProperty: true}))", css
        )  # fmt: skip

    def text(self, css="main"):
        return "\n".join(element.get_property("innerText") for element in self.seen(css))

    def press(self, css):
        """What a finger does: it has to be in sight, and uncovered once it is scrolled to."""
        (element,) = self.seen(css)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def tell(self, finding, level):
        """Answer a question that is shown; a number is typed."""
        if self.seen(f"#{finding} [inputmode]"):
            (field,) = self.seen(f"#{finding} [inputmode]")
            field.clear()
            field.send_keys(str(level), Keys.TAB)
        else:
            self.press(f"#{finding} label:has([value='{level}'])")

    def asked(self):
        """Ids of the questions that are shown."""
        return self.driver.execute_script(
            "return [...document.querySelectorAll('fieldset')].filter("
            "(e) => e.checkVisibility()).map((e) => e.id)"
        )

    def go_on(self, css="#go"):
        """Press, and wait until another screen or the answer is there."""
        before = self.asked()
        self.press(css)
        self.until(lambda: self.asked() != before)
        return self.asked()

    def alert(self):
        return self.text("#alert")

    def connect(self, connected=True):
        """Take the connection away, or bring it back."""
        self.command("Network.enable")
        through = -1 if connected else 0
        self.command(
            "Network.emulateNetworkConditions",
            offline=not connected, latency=0, downloadThroughput=through, uploadThroughput=through,
        )  # fmt: skip

    def served(self, answer=None):
        """Let every request of the page end like this expression; without one, as it should."""
        fetch = f"() => {answer}" if answer else "window.real"
        self.driver.execute_script(f"window.real ??= window.fetch; window.fetch = {fetch}")

    def in_sight(self, css):
        """Text of what is in the window from its first to its last line."""
        return self.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].filter((e) => {"
            "const b = e.getBoundingClientRect();"
            "return e.checkVisibility({visibilityProperty: true}) && b.height && b.top >= 0"
            " && b.bottom <= innerHeight}).map((e) => e.innerText).join('\\n')", css
        )  # fmt: skip

    def urgency(self):
        """Heading of the answer, once it is there."""
        self.until(lambda: self.seen("#urgency"))
        return self.text("#urgency")

    def faults(self):
        """What axe-core finds, each with where."""
        self.driver.execute_script(axe())
        found = self.driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run(document, {resultTypes: ['violations']}).then((r) => done(r.violations))"
        )
        return [(f["id"], f["help"], [n["html"] for n in f["nodes"]]) for f in found]

    def complaints(self):
        """What the browser wrote on its console."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def too_wide(self):
        """By how many pixels the page has to be scrolled sideways."""
        return self.driver.execute_script(
            "const e = document.scrollingElement; return e.scrollWidth - e.clientWidth"
        )
