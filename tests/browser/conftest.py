"""Debian's Chromium, headless, driven by Selenium; nothing is downloaded for it."""

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.browser.visitor import OPTIONS, Visitor, programs, serving


@pytest.fixture(scope="session")
def driver():
    chromium, chromedriver = programs()
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for option in OPTIONS:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def address(models_dir):
    with serving(models_dir, EMERGENCY_NUMBER="112") as address:
        yield address


@pytest.fixture(scope="session")
def address_without_model(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("none")) as address:
        yield address


@pytest.fixture
def stranger(driver, address):
    """Somebody who has not come to the page yet."""
    return Visitor(driver, address)


@pytest.fixture
def visitor(stranger):
    """Somebody on a phone, at the start, who wants nothing to move, so that no test has to wait."""
    return stranger.look_through(prefers_reduced_motion="reduce").open()


@pytest.fixture
def visitor_without_model(driver, address_without_model):
    return Visitor(driver, address_without_model).look_through().open()
