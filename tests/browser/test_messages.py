"""Every mail in every language as a browser shows it: on a phone, on a desk, and in the dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from calendars.wording import LANGUAGES
from tests.scheduler.messages.scenes import SCENES, flood, speaking

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONTRASTS = """() => {
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility()) continue;
    if (node.closest('[style*="display:none"]')) continue;
    const [a, b] = [light(parts(getComputedStyle(node).color)), light(ground(node))];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), walker.currentNode.data.trim()]);
  }
  return found;
}"""
"""The contrast of each text with what is behind it (WCAG 2.2, 1.4.3)."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all, 320 px wide."""
    opened = browser.new_page(viewport={"width": 320, "height": 800})
    yield opened
    opened.close()


def mails(language: str) -> dict[str, str]:
    """The HTML of each scene, and of a very long message."""
    with speaking(language):
        found = {name: make().html or "" for name, make in SCENES.items()}
        return {**found, "flood": flood(40).html or ""}


def show(page: Page, html: str, width: int, *, dark: bool = False) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_a_small_phone_and_every_button_can_be_hit(
    page: Page, language: str
) -> None:
    for name, html in mails(language).items():
        show(page, html, 320)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, name
        buttons = page.eval_on_selector_all(".b, .o", "all => all.map((one) => one.offsetHeight)")
        assert all(height >= 44 for height in buttons), (name, buttons)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_has_room_for_its_word(page: Page, language: str) -> None:
    for name in ("before-near-reported", "moved", "deputy-uncertain-quarter", "done-watcher"):
        show(page, mails(language)[name], 700)
        labels = page.eval_on_selector_all(".k", "all => all.map((one) => one.offsetHeight)")
        assert labels
        assert all(height <= 25 for height in labels), (name, labels)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_and_its_direction_hold_within_the_body(page: Page, language: str) -> None:
    """Some mail programs take off what stands on <html> and <body>."""
    start, end = ("right", "left") if language == "ar" else ("left", "right")
    show(page, mails(language)["before-near-reported"], 700)
    page.evaluate(
        "for (const name of ['lang', 'dir']) document.documentElement.removeAttribute(name)"
    )
    style = page.eval_on_selector(
        "blockquote",
        "(one) => { const found = getComputedStyle(one); return Object.fromEntries("
        "['direction', 'textAlign', 'borderLeftWidth', 'borderRightWidth']"
        ".map((name) => [name, found[name]])) }",
    )
    assert style["direction"] == ("rtl" if language == "ar" else "ltr")
    assert style["textAlign"] == start
    assert style[f"border{start.title()}Width"] == "3px"
    assert style[f"border{end.title()}Width"] == "0px"
    assert page.locator(".c").get_attribute("lang") == language


def test_an_arabic_line_begins_at_the_right_and_a_latin_name_in_it_keeps_its_order(
    page: Page,
) -> None:
    show(page, mails("ar")["on-the-day-watcher"], 700)
    label, value = (page.locator(f".{name}").first.bounding_box() for name in ("k", "k + .t"))
    assert label is not None
    assert value is not None
    assert label["x"] > value["x"]
    order = page.evaluate("""() => {
      const node = document.querySelector('blockquote span').firstChild;
      const place = (sign) => {
        const range = document.createRange();
        const at = node.data.indexOf(sign);
        range.setStart(node, at); range.setEnd(node, at + sign.length);
        return range.getBoundingClientRect().x;
      };
      return [place('Zero'), place('draft'), place('2024')];
    }""")
    assert order == sorted(order)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_text_stands_out_from_its_ground(page: Page, language: str, dark: bool) -> None:
    for name, html in mails(language).items():
        show(page, html, 375, dark=dark)
        found = page.evaluate(CONTRASTS)
        assert len(found) > 3, name
        assert min(found)[0] >= 4.5, (name, min(found))


def test_nothing_is_fetched(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for language in LANGUAGES:
        show(page, mails(language)["many"], 375)
    assert asked == []


def test_a_list_in_arabic_begins_at_the_right_whatever_its_first_thing_is(page: Page) -> None:
    show(page, mails("ar")["escalation-coordinator"], 700)
    first, second = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll("bdi")];
          const listed = all.find((one) => one.textContent.includes("OP 3")).firstChild;
          return ["OP 3", "OP 7"].map((text) => {
            const range = document.createRange();
            range.setStart(listed, listed.data.indexOf(text));
            range.setEnd(listed, listed.data.indexOf(text) + text.length);
            return range.getBoundingClientRect().left;
          });
        }"""
    )
    assert first > second
