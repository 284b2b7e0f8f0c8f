"""The page of a review, as text and in a real browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from accord.review import html
from tests.unit.diff.report_support import HOSTILE, review, shop

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def page_of(folder: Path) -> str:
    """A page with two breaks, compatible changes, and text that wants out."""
    old = shop(maximum=100, note="a note")
    new = shop(
        maximum=50, note=f"another note {HOSTILE}", **{HOSTILE: {"type": "string", "description": HOSTILE}}
    )
    new["components"]["schemas"]["Item"]["properties"]["size"] = {"type": "string"}
    new["components"]["schemas"]["Item"]["required"].append("size")
    new["tags"] = [{"name": HOSTILE}]
    return html.render(review(old, new, folder, semver=True))


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_text_of_a_contract_is_no_markup_and_no_place_of_the_template(tmp_path: Path) -> None:
    text = page_of(tmp_path)
    elements = Elements()
    elements.feed(text)
    tags = [tag for tag, _ in elements.seen]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert not any(name.startswith("on") for _, attributes in elements.seen for name in attributes)
    assert "{{script}}" in text


def test_nothing_is_loaded(tmp_path: Path) -> None:
    elements = Elements()
    elements.feed(page_of(tmp_path))
    addresses = [a.get("href") or a.get("src") for _, a in elements.seen if "href" in a or "src" in a]
    assert addresses
    assert all(str(address).startswith(("#", "data:")) for address in addresses)


def test_the_same_review_is_the_same_page(tmp_path: Path) -> None:
    assert page_of(tmp_path) == page_of(tmp_path)


def test_anchors_are_the_fingerprints_and_differ(tmp_path: Path) -> None:
    found = review(shop(), shop(maximum=50, name={"type": "integer"}), tmp_path)
    anchors = re.findall(r'<article id="([^"]+)"', html.render(found))
    assert len(anchors) == len(set(anchors)) == len(list(found.changes()))
    assert {anchor.split("-")[0] for anchor in anchors} == {
        change.fingerprint for _, change in found.changes()
    }


def test_nothing_changed_is_a_page_too(tmp_path: Path) -> None:
    assert "No changes" in html.render(review(shop(), shop(), tmp_path))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: run `make browser`")
        pytest.skip("Chromium is missing: run `make browser`")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    (folder / "report.html").write_text(page_of(folder), encoding="utf-8")
    return (folder / "report.html").as_uri()


@pytest.fixture
def page(browser: Browser, file: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1100, "height": 800}, reduced_motion="reduce")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.goto(file)
    yield opened
    assert faults == []
    context.close()


def shown(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.change')].filter(c => !c.hidden).map(c => c.id)"
    )
    return found


def test_hostile_text_does_not_run(page: Page) -> None:
    assert page.evaluate("window.ran") is None
    assert page.locator("h3", has_text="</script>").count() > 0


def test_filters_by_verdict_and_by_operation(page: Page) -> None:
    everything = shown(page)
    page.locator(".tile.breaking").click()
    breaking = shown(page)
    assert 0 < len(breaking) < len(everything)
    assert page.locator(".change.compatible:visible").count() == 0
    assert page.locator("#shown").inner_text() == f"{len(breaking)} of {len(everything)} changes"
    page.locator(".operation", has_text="GET").click()
    assert page.locator(".operation[aria-pressed=true]").count() == 1
    assert len(breaking) == 2
    assert len(shown(page)) == 1
    page.locator("#reset").click()
    assert shown(page) == everything


def test_searches(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("maximum limit")
    assert len(shown(page)) == 1
    page.locator("#search").fill("no such words")
    assert shown(page) == []
    assert page.locator("#none").is_visible()
    page.keyboard.press("Escape")
    assert len(shown(page)) == page.locator(".change").count()


def test_a_link_leads_to_a_change_and_unfolds_it(page: Page, file: str) -> None:
    anchor = page.locator(".change.compatible").first.get_attribute("id")
    assert not page.locator(f"#{CSS(anchor)} > details").evaluate("d => d.open")
    page.goto("about:blank")
    page.goto(f"{file}#{anchor}")
    target = page.locator(f"#{CSS(anchor)}")
    assert target.locator("> details").evaluate("d => d.open")
    assert target.evaluate("e => e.getBoundingClientRect().top < innerHeight")
    assert "current" in (target.get_attribute("class") or "")


def CSS(name: str | None) -> str:  # noqa: N802 (as in the browser)
    assert name is not None
    return f"\\3{name[0]} {name[1:]}" if name[0].isdigit() else name


def test_is_used_by_keys(page: Page) -> None:
    anchors = shown(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator(".change.current").get_attribute("id") == anchors[1]
    page.keyboard.press("k")
    assert page.locator(".change.current").get_attribute("id") == anchors[0]
    folded = page.locator(".change.current > details")
    before = folded.evaluate("d => d.open")
    page.keyboard.press("Enter")
    assert folded.evaluate("d => d.open") is not before
    assert page.url.endswith(f"#{anchors[0]}")
    page.keyboard.press("?")
    assert page.locator("#help").evaluate("d => d.open")
    page.keyboard.press("Escape")
    assert not page.locator("#help").evaluate("d => d.open")


@pytest.mark.parametrize("width", [375, 768, 1440])
def test_is_read_without_scrolling_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".witness").first.is_visible()


def test_is_dark_where_people_want_it_and_can_be_turned(browser: Browser, file: str) -> None:
    back = "getComputedStyle(document.body).backgroundColor"
    colours: dict[str, str] = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
        opened = context.new_page()
        opened.goto(file)
        colours[scheme] = opened.evaluate(back)
        if scheme == "dark":
            opened.keyboard.press("t")
            assert opened.evaluate(back) == colours["light"]
            opened.reload()
            assert opened.evaluate(back) == colours["light"]
        context.close()
    assert colours["light"] != colours["dark"]


def test_text_has_contrast_in_both_schemes(browser: Browser, file: str) -> None:
    script = """
    (selector) => {
      const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
      const rgb = (c) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data]; };
      const light = (c) => rgb(c).slice(0, 3).map((v) => v / 255)
        .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const element = document.querySelector(selector);
      let behind = element;
      while (rgb(getComputedStyle(behind).backgroundColor)[3] < 250 && behind.parentElement) behind = behind.parentElement;
      const [a, b] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(light).sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    }"""
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
        opened = context.new_page()
        opened.goto(file)
        for selector in (
            "h3",
            ".banner p",
            ".status",
            ".tag",
            ".clause mark",
            ".method",
            "output",
            ".pill",
            ".change footer a",
        ):
            assert opened.evaluate(script, selector) >= 4.5, (scheme, selector)
        context.close()


def test_is_read_without_javascript(browser: Browser, file: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(file)
    assert opened.locator(".change:visible").count() == opened.locator(".change").count() > 0
    assert opened.locator(".witness").first.is_visible()
    assert opened.locator(".bar").is_hidden()
    context.close()


def test_prints_what_is_folded_and_leaves_out_what_is_clicked(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".bar").is_hidden()
    assert page.locator(".change.compatible .because").first.is_visible()


def test_marks_the_clause_and_the_value_it_rejects(page: Page) -> None:
    card = page.locator(".change", has_text="maximum").first
    assert card.locator(".refuses .clause mark").inner_text() == "maximum"
    assert '"maximum": 50' in card.locator(".refuses pre mark").first.inner_text()
    assert card.locator(".side.old .line.changed").count() > 0
    assert card.locator(".side.new .line.changed").count() > 0
    lacks = page.locator(".change", has_text="size").first
    assert lacks.locator(".refuses pre mark").all_inner_texts() == ['"size"']
