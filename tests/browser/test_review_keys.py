"""The review screen by keyboard alone on the sample report, and what a mouse or a finger adds to it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from pledges.models import Document, Measure, Pledge
from tests.browser.conftest import import_for_2020

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REPORT = Path(__file__).resolve().parents[2] / "samples" / "report.txt"


@pytest.fixture
def review(visit: Callable[[str], Page], live_server: Any, organisation: Any, set_today: Any) -> Page:
    """The sample report's review page, as the supervisor has just imported it."""
    set_today("2020-02-03")
    page = visit("supervisor")
    import_for_2020(page, live_server.url, REPORT)
    page.wait_for_load_state("load")
    return page


def title(page: Page) -> str:
    return page.locator(".measure-row.is-selected .measure-title").inner_text()


def waiting(page: Page) -> list[str]:
    return page.locator(".measure-row .measure-title").all_inner_texts()


def press(page: Page, key: str) -> None:
    """A key whose effect is another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def fold(page: Page, act: str) -> Locator:
    opened = page.locator(f".measure-row.is-selected details[data-act={act}]")
    expect(opened).to_have_attribute("open", "")
    return opened


def test_a_person_decides_without_touching_the_mouse(review: Page) -> None:
    page, document = review, Document.objects.get()
    first, second, third = waiting(page)[:3]
    assert title(page) == first

    press(page, "j")
    assert title(page) == second
    press(page, "j")
    assert title(page) == third
    press(page, "k")
    assert title(page) == second
    press(page, "k")

    page.keyboard.press("a")
    expect(page.locator("#accept-lead_unit")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    field = fold(page, "edit").locator("[name=title]")
    expect(field).to_be_focused()
    field.fill("改过的任务")
    press(page, "Control+Enter")
    assert title(page) == "改过的任务"

    page.keyboard.press("a")
    fold(page, "accept")
    press(page, "Control+Enter")
    assert Pledge.objects.get().title == "改过的任务"
    assert title(page) == second

    page.keyboard.press("m")
    expect(fold(page, "merge").get_by_role("button", name="合并")).to_be_focused()
    press(page, "Enter")
    assert document.measures.filter(fate="merged").count() == 1
    merged = title(page)
    assert merged.startswith(second)
    assert third not in waiting(page)

    page.keyboard.press("s")
    expect(fold(page, "split").locator("input[type=radio]").first).to_be_focused()
    page.keyboard.press("Space")
    before = document.measures.count()
    press(page, "Enter")
    assert document.measures.count() == before + 1
    assert title(page) == second
    assert waiting(page)[1] == third

    page.keyboard.press("r")
    reason = fold(page, "reject").locator("[name=reason]")
    expect(reason).to_be_focused()
    reason.fill("与其他条目重复")
    press(page, "Enter")
    rejected = Measure.objects.get(fate="rejected")
    assert (rejected.title, rejected.reason) == (second, "与其他条目重复")
    assert title(page) == third


def test_a_key_pressed_while_typing_is_a_letter(review: Page) -> None:
    page = review
    page.keyboard.press("e")
    field = fold(page, "edit").locator("[name=title]")
    field.fill("")
    page.keyboard.type("jkaesmr")
    expect(field).to_have_value("jkaesmr")


def test_a_section_is_accepted_after_its_preview(review: Page) -> None:
    page = review
    page.locator(".measure-section a").first.click()
    expect(page.get_by_role("heading", name="整节立项")).to_be_visible()
    count = page.locator(".measure-row").count()
    page.locator("main form button").click()
    expect(page.locator(".message").first).to_contain_text(f"已立项 {count} 条")
    assert Pledge.objects.count() == count


SELECT = """line => {
  const range = document.createRange();
  range.selectNodeContents(line);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def test_a_passage_selected_in_the_source_becomes_a_measure_of_those_very_words(review: Page) -> None:
    page, document = review, Document.objects.get()
    line = page.locator(".source-text p", has_text="城乡面貌明显改观").first
    words = line.inner_text()
    line.evaluate(SELECT)
    bar = page.locator("[data-selection]")
    expect(bar).to_contain_text(words[:12])
    with page.expect_navigation():
        bar.get_by_role("button", name="标为条目").click()
    marked = document.measures.latest("pk")
    assert marked.quote == words.strip("。")
    assert document.text[marked.start : marked.end] == marked.quote
    assert title(page).startswith("城乡面貌明显改观")


def test_offsets_are_right_behind_characters_that_scripts_count_twice(
    visit: Callable[[str], Page], live_server: Any, organisation: Any, set_today: Any, tmp_path: Path
) -> None:
    set_today("2020-02-03")
    file = tmp_path / "report.txt"
    file.write_text(
        "云溪市政府工作报告\n一、今年工作安排\n\n𠮷𠮷村、𠮷山镇新建公园3个,办好盛会。另外一句话。\n", "utf-8"
    )
    page = visit("supervisor")
    import_for_2020(page, live_server.url, file)
    page.wait_for_load_state("load")
    line = page.locator(".source-text p", has_text="另外一句话")
    line.evaluate(
        """line => {
          const text = line.lastChild, words = "另外一句话", range = document.createRange();
          const at = text.data.indexOf(words);
          range.setStart(text, at);
          range.setEnd(text, at + words.length);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }"""
    )
    with page.expect_navigation():
        page.locator("[data-selection]").get_by_role("button", name="标为条目").click()
    assert Measure.objects.latest("pk").quote == "另外一句话"


def test_a_sentence_that_gave_nothing_is_marked_in_one_click(review: Page) -> None:
    page, document = review, Document.objects.get()
    page.get_by_role("link", name="看没有条目的句子").click()
    rows = page.locator(".gap-row")
    count, before = rows.count(), document.measures.count()
    assert page.locator(".source-text .gap").count() >= count > 0
    rows.first.get_by_role("button", name="标为条目").click()
    expect(rows).to_have_count(count - 1)
    assert document.measures.count() == before + 1
