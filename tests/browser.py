"""A browser without a window for tests, what it asked for and what it complained of."""

import json
import platform
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from selenium import webdriver
from selenium.common.exceptions import ElementNotInteractableException
from selenium.webdriver.chrome.service import Service

OPTIONS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio")


@contextmanager
def chromium(*options: str) -> Iterator[webdriver.Chrome]:
    """A browser that keeps a log of its network and its console."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if not (program and driver):
        do_without("chromium and chromedriver are")
    wanted = webdriver.ChromeOptions()
    wanted.binary_location = program
    for option in (*OPTIONS, *options):
        wanted.add_argument(option)
    wanted.add_experimental_option("excludeSwitches", ["disable-popup-blocking"])  # people's browsers block, too
    wanted.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    browser = webdriver.Chrome(wanted, Service(driver))
    try:
        browser.set_window_size(1280, 800)
        yield browser
    finally:
        browser.quit()


def requested(browser: webdriver.Chrome) -> list[str]:
    """Every address that was asked for since the last look."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]


def complaints(browser: webdriver.Chrome) -> list[str]:
    """Warnings and errors on the console since the last look."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]


class Deck:
    """A deck in the browser: keys are pressed, and what is to be seen is looked up."""

    def __init__(self, browser, address):
        self.browser = browser
        browser.get("about:blank")
        requested(browser), complaints(browser)
        browser.get(address)

    def press(self, key):
        try:
            self.browser.switch_to.active_element.send_keys(key)
        except ElementNotInteractableException:  # what has the focus is just being hidden
            self.browser.find_element("tag name", "body").send_keys(key)

    def ask(self, script):
        return self.browser.execute_script(f"const video = document.querySelector('.shown video'); return {script}")

    def wait(self, script, seconds=120):
        """Until the script, in which `video` is the one shown, gives something true; that is returned."""
        deadline = time.monotonic() + seconds
        while not (found := self.ask(script)):
            assert time.monotonic() < deadline, f"never: {script}"
            time.sleep(0.05)
        return found

    def at(self, number):
        """Wait until a slide is shown."""
        self.wait(
            f"[...document.querySelectorAll('section')].indexOf(document.querySelector('.shown')) === {number - 1}"
        )


def do_without(programs: str) -> None:
    """On Debian the programs can be had, and a test that lacks them fails; elsewhere it is skipped."""
    missing = f"{programs} not installed"
    if platform.system() == "Linux" and platform.freedesktop_os_release()["ID"] == "debian":
        pytest.fail(f"{missing}; ./bootstrap.sh dev does it")
    pytest.skip(missing)
