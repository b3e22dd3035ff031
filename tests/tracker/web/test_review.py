import random
import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Measure, Pledge
from tests.factories import UnitFactory, actor, government, moment
from tests.tracker.web.documents import FIRST, SECOND, TEXT, THIRD, document, found, measure
from tracker.web import measure_form, source_text
from workflow import measure_decisions
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-02-01")
    return government()


def page(client, post, made, **asked):
    client.force_login(post.holder)
    return client.get(reverse("web:review", args=[made.pk]), asked)


def decide(client, post, one, decision, **typed):
    client.force_login(post.holder)
    form = {"version": one.version, "in_fate": "pending", "in_q": "", **typed}
    return client.post(reverse("web:measure", args=[one.pk, decision]), form)


ACCEPTED = {
    "title": FIRST,
    "form": "quantified",
    "firmness": "firm",
    "due_date": "2020-11-30",
    "targets.0.origin": "0",
    "targets.0.comparator": "ge",
    "targets.0.value": "355",
    "targets.0.scale": "1",
    "targets.0.unit": "公里",
    "targets.0.object": "灌渠",
    "targets.0.quantity_kind": "amount",
    "targets.1.value": "",
}


def titles(response):
    return [row["words"].measure.title for row in response.context["rows"]]


def test_the_source_carries_every_measure_by_its_fate(client, city):
    made = document(city)
    Measure.objects.filter(document=made, position=2).update(fate="rejected", reason="重复")
    text = page(client, city.supervisor, made).text
    first, second, third = (measure(made, position) for position in (1, 2, 3))
    assert f'<mark class="measure measure--pending is-selected" id="m{first.pk}">' in text
    assert f'<mark class="measure measure--rejected" id="m{second.pk}">' in text
    assert f'<mark class="measure measure--principle" id="m{third.pk}">' in text


def test_the_list_shows_what_waits_and_hides_principles_behind_their_filter(client, city):
    made = document(city)
    assert titles(page(client, city.supervisor, made)) == [FIRST, SECOND]
    assert titles(page(client, city.supervisor, made, fate="principle")) == [THIRD]
    assert titles(page(client, city.supervisor, made, fate="all")) == [FIRST, SECOND, THIRD]
    assert titles(page(client, city.supervisor, made, fate="accepted")) == []


def test_a_number_finds_its_measure(client, city):
    made = document(city)
    response = page(client, city.supervisor, made, q="355")
    assert titles(response) == [FIRST]
    assert "不少于355公里" in response.text
    assert titles(page(client, city.supervisor, made, q="355")) == [FIRST]
    assert "没有含“999”的条目。" in page(client, city.supervisor, made, q="999").text


def test_a_measure_that_the_filter_hides_is_shown_when_its_address_asks_for_it(client, city):
    made = document(city)
    hidden = measure(made, 3)
    response = page(client, city.supervisor, made, m=hidden.pk)
    assert response.context["selected"].measure == hidden
    assert response.context["view"].kind == "all"


def test_accepting_makes_a_draft_pledge_with_what_was_corrected_and_goes_on_to_the_next(client, city):
    made = document(city)
    typed = {**ACCEPTED, "lead_unit": city.housing.pk, "support_units": [city.water.pk], "leader": city.leader.pk}
    response = decide(client, city.supervisor, measure(made), "accept", **typed)
    following = measure(made, 2)
    assert response.status_code == 302
    assert f"m={following.pk}#d{following.pk}" in response.url
    pledge = Pledge.objects.get()
    assert (pledge.state, pledge.lead_unit, pledge.leader) == ("draft", city.housing, city.leader)
    assert (pledge.due_date.isoformat(), pledge.quote) == ("2020-11-30", FIRST)
    assert [party.unit for party in pledge.parties.filter(part="support")] == [city.water]
    target = pledge.targets.get()
    assert (target.value, target.unit, target.comparator, target.quote) == (355, "公里", "ge", "355公里")
    assert Event.objects.filter(stream__name=f"document:{made.pk}", action="accept_measure").count() == 1
    listed = page(client, city.supervisor, made, fate="accepted").text
    assert reverse("web:pledge", args=[pledge.pk]) in listed


def test_numbers_are_typed_in_the_shown_unit_and_kept_in_base_units(client, city):
    made = document(city)
    typed = {**ACCEPTED, "targets.0.value": "7.5", "targets.0.scale": "10000", "targets.0.unit": "户"}
    decide(client, city.supervisor, measure(made), "accept", **typed)
    target = Pledge.objects.get().targets.get()
    assert (target.value, target.scale, target.unit) == (75000, 10000, "户")
    assert "不少于7.5万户" in page(client, city.supervisor, made, fate="accepted").text


def test_a_target_can_be_struck_out_and_another_added(client, city):
    made = document(city)
    added = {"value": "12", "unit": "座", "scale": "1", "comparator": "eq", "quantity_kind": "amount"}
    typed = {**ACCEPTED, "targets.0.removed": "1", **{f"targets.1.{name}": value for name, value in added.items()}}
    decide(client, city.supervisor, measure(made), "accept", **typed)
    target = Pledge.objects.get().targets.get()
    assert (target.value, target.unit, target.quote) == (12, "座", "")


def test_a_fault_stands_at_its_field_and_everything_typed_is_kept(client, city):
    made = document(city)
    typed = {**ACCEPTED, "targets.0.value": "三百", "due_date": "年底", "deliverable": "验收报告"}
    response = decide(client, city.supervisor, measure(made), "accept", **typed)
    assert response.status_code == 422
    assert "“三百”不是数字" in response.text
    assert "请按“2020-09-15”的样式填写日期。" in response.text
    form = response.context["forms"]["accept"]
    assert form["typed"]["deliverable"] == "验收报告"
    assert form["targets"][0]["target"]["value"] == "三百"
    assert "value" in form["targets"][0]["faults"]
    assert measure(made).fate == "pending"
    assert not Pledge.objects.exists()


def test_a_fault_in_a_later_target_is_shown_at_its_own_row(client, city):
    made = document(city)
    typed = {**ACCEPTED, "targets.0.removed": "1", "targets.1.value": "9", "targets.1.scale": "1"}
    response = decide(client, city.supervisor, measure(made), "accept", **typed)
    rows = response.context["forms"]["accept"]["targets"]
    assert [sorted(row["faults"] or {}) for row in rows[:2]] == [[], ["unit"]]


def test_a_stale_form_is_told_what_changed_and_keeps_what_was_typed(client, city):
    made = document(city)
    opened = measure(made)
    measure_decisions.edit_measure(
        opened.pk,
        actor=actor(city.supervisor_2),
        version=opened.version,
        payload={"title": "新修灌渠三百五十五公里"},
        at=moment("2020-02-01"),
    )
    response = decide(client, city.supervisor, opened, "accept", **{**ACCEPTED, "title": "我的写法"})
    assert response.status_code == 409
    assert "这一条现为“待定”:新修灌渠三百五十五公里" in response.text
    form = response.context["forms"]["accept"]
    assert form["typed"]["title"] == "我的写法"
    assert f'name="version" value="{opened.version + 1}"' in response.text


def test_what_another_has_decided_meanwhile_is_not_decided_again(client, city):
    made = document(city)
    opened = measure(made)
    decide(client, city.supervisor_2, opened, "reject", reason="重复")
    response = decide(client, city.supervisor, opened, "accept", **{**ACCEPTED, "deliverable": "竣工图"})
    assert response.status_code == 409
    assert "竣工图" in response.text
    assert measure(made).fate == "rejected"
    again = decide(client, city.supervisor, measure(made), "reject", reason="再来一次")
    assert again.status_code == 409
    assert "再来一次" in again.text


def test_rejecting_wants_a_reason_and_can_be_taken_back(client, city):
    made = document(city)
    refused = decide(client, city.supervisor, measure(made), "reject", reason=" ")
    assert refused.status_code == 422
    assert "请填写不立项的理由。" in refused.text
    decide(client, city.supervisor, measure(made), "reject", reason="与其他条目重复")
    assert (measure(made).fate, measure(made).reason) == ("rejected", "与其他条目重复")
    decide(client, city.supervisor, measure(made), "reopen")
    assert measure(made).fate == "pending"


def test_a_principle_is_accepted_only_after_an_edit(client, city):
    made = document(city)
    one = measure(made, 3)
    response = page(client, city.supervisor, made, m=one.pk)
    assert reverse("web:measure", args=[one.pk, "accept"]) not in response.text
    typed = {"title": THIRD, "form": "ongoing", "firmness": "process"}
    decide(client, city.supervisor, one, "edit", **typed)
    edited = measure(made, 3)
    assert (edited.form, edited.quote) == ("ongoing", THIRD)
    assert titles(page(client, city.supervisor, made)) == [FIRST, SECOND, THIRD]
    decide(client, city.supervisor, edited, "accept", **typed, deliverable="活动总结")
    assert Pledge.objects.get().deliverable == "活动总结"


def test_the_next_one_is_taken_up_even_when_the_search_has_run_dry(client, city):
    made = document(city)
    response = decide(client, city.supervisor, measure(made), "reject", reason="重复", in_q="355")
    following = measure(made, 2)
    assert response.url == f"{reverse('web:review', args=[made.pk])}?fate=pending&m={following.pk}#d{following.pk}"


def test_the_last_decision_leads_to_a_list_that_says_so(client, city):
    made = document(city, found(FIRST))
    response = decide(client, city.supervisor, measure(made), "reject", reason="重复")
    text = client.get(response.url).text
    assert "可督办的条目都已核定:立项 0 条,不立项 1 条。" in text
    assert "没有待核定的条目。" in text


def test_a_unit_that_the_text_names_is_offered_and_never_taken_by_itself(client, city):
    made = document(city, found(FIRST, lead=("市住建局",)), found(SECOND, lead=("文旅局",)))
    one, other = measure(made), measure(made, 2)
    response = page(client, city.supervisor, made, m=one.pk)
    assert f'<option value="{city.housing.pk}" selected>' in response.text
    assert "原文写明 住房城乡建设局,请确认。" in response.text
    assert "原文写的是 文旅局,没有对应的单位。" in page(client, city.supervisor, made, m=other.pk).text
    decide(client, city.supervisor, one, "accept", **ACCEPTED)
    assert Pledge.objects.get().lead_unit is None


def test_a_name_that_two_units_bear_is_not_guessed():
    two = [UnitFactory.build(name="水务局", pk=1), UnitFactory.build(name="县水务局", aliases=["水务局"], pk=2)]
    assert measure_form.matching_unit(["水务局"], two) is None
    assert measure_form.matching_unit(["县水务局"], two) == two[1]


def test_the_auditor_looks_and_decides_nothing(client, city):
    made = document(city)
    response = page(client, city.auditor, made)
    assert "只有督查室可以导入文件和核定条目。" in response.text
    assert 'name="version"' not in response.text
    assert decide(client, city.auditor, measure(made), "reject", reason="重复").status_code == 403


@pytest.mark.parametrize("who", ["coordinator", "leader", "statistician"])
def test_who_does_not_import_does_not_know_of_the_document(client, city, who):
    made = document(city)
    assert page(client, getattr(city, who), made).status_code == 404
    assert decide(client, getattr(city, who), measure(made), "reject", reason="重复").status_code == 404


def test_another_city_s_document_does_not_exist(client, city):
    made = document(government())
    assert page(client, city.supervisor, made).status_code == 404


def test_an_unknown_decision_does_not_exist_and_a_decision_is_posted(client, city):
    one = measure(document(city))
    assert decide(client, city.supervisor, one, "burn").status_code == 404
    assert client.get(reverse("web:measure", args=[one.pk, "accept"])).status_code == 405


def test_a_form_without_a_version_is_refused_and_kept(client, city):
    made = document(city)
    response = decide(client, city.supervisor, measure(made), "accept", **{**ACCEPTED, "version": ""})
    assert response.status_code == 422
    assert "请求没有带上版本号" in response.text


def test_markup_in_a_document_is_text(client, city):
    text = "<script>alert(1)</script>新修灌渠9公里<b>好</b>。"
    made = document(city, found("新修灌渠9公里<b>好</b>", text), text=text)
    shown = page(client, city.supervisor, made).text
    assert "<script>alert" not in shown
    assert "&lt;b&gt;好&lt;/b&gt;" in shown


def test_the_page_costs_as_many_queries_for_3_measures_as_for_300(client, city):
    lines = [f"新修灌渠{number}公里" for number in range(1, 304)]
    text = "\n".join(lines)
    few, many = (document(city, *(found(line, text) for line in some), text=text) for some in (lines[:3], lines[3:]))
    for made in (few, many):
        decide(client, city.supervisor, measure(made), "accept", **{**ACCEPTED, "title": "灌渠"})

    def cost(made):
        page(client, city.supervisor, made)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse("web:review", args=[made.pk]), {"fate": "all"})
        assert len(response.context["rows"]) == min(made.measures.count(), 50)
        return len(queries)

    assert cost(many) == cost(few)


def test_a_measure_far_down_is_on_the_page_that_its_address_asks_for(client, city):
    lines = [f"新修灌渠{number}公里" for number in range(1, 121)]
    text = "\n".join(lines)
    made = document(city, *(found(line, text) for line in lines), text=text)
    response = page(client, city.supervisor, made, m=measure(made, 77).pk)
    assert lines[76] in titles(response)
    assert response.context["page"].number == 2


# The highlighting, as a pure function


def span(pk, start, end):
    return SimpleNamespace(pk=pk, start=start, end=end)


def told(text, *spans, headings=()):
    return [
        [(one.text, one.measure.pk if one.measure else None) for one in paragraph.segments]
        for paragraph in source_text.paragraphs(text, spans, headings=headings)
    ]


def test_text_is_cut_at_the_borders_of_measures_and_at_line_ends():
    assert told("甲乙丙丁\n\n戊己庚", span(1, 1, 3), span(2, 6, 8)) == [
        [("甲", None), ("乙丙", 1), ("丁", None)],
        [("戊己", 2), ("庚", None)],
    ]


def test_of_overlapping_measures_the_later_begun_is_on_top_and_none_is_lost():
    assert told("甲乙丙丁戊", span(1, 0, 4), span(2, 1, 3)) == [
        [("甲", 1), ("乙丙", 2), ("丁", 1), ("戊", None)],
    ]
    assert told("甲乙丙丁戊", span(1, 0, 3), span(2, 2, 5)) == [[("甲乙", 1), ("丙丁戊", 2)]]


def test_a_line_that_repeats_a_section_s_title_is_a_heading():
    (first, second) = source_text.paragraphs("一、改善环境:\n改善环境和交通", [], headings=["一、改善环境："])
    assert (first.is_heading, second.is_heading) == (True, False)


def test_whatever_the_spans_the_text_stays_whole_and_every_measure_has_one_anchor():
    rng = random.Random(7)
    for _ in range(300):
        text = "".join(rng.choice("甲乙丙\n") for _ in range(rng.randint(1, 60)))
        spans = []
        for pk in range(rng.randint(0, 8)):
            start = rng.randrange(len(text))
            spans.append(span(pk, start, rng.randint(start + 1, len(text))))
        segments = [one for paragraph in source_text.paragraphs(text, spans) for one in paragraph.segments]
        assert "".join(one.text for one in segments) == re.sub("\n", "", text)
        anchors = [pk for one in segments for pk in one.other_anchors]
        anchors += [one.measure.pk for one in segments if one.is_first]
        assert sorted(anchors) == [one.pk for one in spans]


def test_a_long_document_is_cut_in_one_pass():
    text = "甲乙丙丁戊己庚辛。" * 20_000
    spans = [span(pk, pk * 9, pk * 9 + 8) for pk in range(20_000)]
    assert sum(1 for one in source_text.paragraphs(text, spans)[0].segments if one.measure) == 20_000
    assert TEXT
