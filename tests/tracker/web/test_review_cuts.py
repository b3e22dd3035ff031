"""Splitting, merging and marking on the review page; and two people at one document."""

import pytest
from django.urls import reverse

from pledges.models import Measure, Pledge
from tests.factories import actor, government, moment
from tests.tracker.web.documents import FIRST, SECOND, TEXT, THIRD, document, found, measure
from workflow import measure_cuts, measure_decisions

pytestmark = pytest.mark.django_db
WHOLE = "新修灌渠355公里,建成云溪体育馆;办好赛事"
LONG = f"重点工作\n{WHOLE}。\n"
AT = moment("2020-02-01")


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


def add(client, post, made, **typed):
    client.force_login(post.holder)
    return client.post(reverse("web:measure-add", args=[made.pk]), {"in_fate": "pending", "in_q": "", **typed})


def titles(response):
    return [row["words"].measure.title for row in response.context["rows"]]


def whole(city):
    return document(city, found(WHOLE, LONG), text=LONG)


# Splitting


def test_the_cuts_are_offered_between_the_pieces_and_one_alone_is_chosen_already(client, city):
    made = whole(city)
    response = page(client, city.supervisor, made)
    assert [piece["text"] for piece in response.context["pieces"]] == [
        "新修灌渠355公里,",
        "建成云溪体育馆;",
        "办好赛事",
    ]
    for words in ("建成云溪", "办好赛事"):
        assert f'type="radio" name="at_offset" value="{LONG.index(words)}" required' in response.text
    start = LONG.index("建成")
    decide(client, city.supervisor, measure(made), "split", at_offset=start)
    text = page(client, city.supervisor, made, m=measure(made, 2).pk).text
    assert f'name="at_offset" value="{LONG.index("办好")}" required checked data-first' in text


def test_splitting_stays_at_the_first_part_and_lists_the_second_after_it(client, city):
    made = document(city, found(WHOLE, LONG), found(THIRD, f"{LONG}{THIRD}。"), text=f"{LONG}{THIRD}。")
    one = measure(made)
    response = decide(client, city.supervisor, one, "split", at_offset=LONG.index("建成"))
    assert (response.status_code, f"m={one.pk}#d{one.pk}" in response.url) == (302, True)
    shown = client.get(response.url)
    assert titles(shown) == ["新修灌渠355公里", "建成云溪体育馆；办好赛事", THIRD]
    assert "已拆成两条,都待核定:“新修灌渠355公里”和“建成云溪体育馆；办好赛事”。" in shown.text


@pytest.mark.parametrize("typed", [{}, {"at_offset": "x"}, {"at_offset": "3"}, {"at_offset": "99999"}])
def test_without_a_place_inside_nothing_is_split(client, city, typed):
    made = whole(city)
    response = decide(client, city.supervisor, measure(made), "split", **typed)
    assert response.status_code == 422
    assert 'href="#split-at_offset"' in response.text
    assert Measure.objects.count() == 1


def test_a_measure_without_punctuation_says_that_it_cannot_be_split(client, city):
    assert "这一条中间没有标点,不能拆分。" in page(client, city.supervisor, document(city, found(FIRST))).text


# Merging


def test_the_next_one_is_shown_before_it_is_merged(client, city):
    made = document(city)
    one, other = measure(made), measure(made, 2)
    response = page(client, city.supervisor, made, m=one.pk)
    assert response.context["following"] == {"measure": other, "obstacle": None}
    assert f'name="next" value="{other.pk}"' in response.text
    merged = decide(client, city.supervisor, one, "merge", next=other.pk, next_version=1)
    shown = client.get(merged.url)
    assert titles(shown) == [f"{FIRST}，{SECOND}"]
    assert "已合并为一条,待核定" in shown.text
    everything = page(client, city.supervisor, made, fate="merged")
    assert titles(everything) == [SECOND]
    assert f"并入第 1 条:{FIRST}，{SECOND}" in everything.text
    assert f'id="m{other.pk}"' not in everything.text


def test_what_cannot_be_merged_says_why_instead_of_a_button(client, city):
    text = f"{FIRST}。\n另外\n{SECOND}。"
    made = document(city, found(FIRST, text), found(SECOND, text), text=text)
    response = page(client, city.supervisor, made)
    assert "下一条在另一段,两条之间还有别的内容,不能合并。" in response.text
    assert 'name="next_version"' not in response.text
    refused = decide(client, city.supervisor, measure(made), "merge", next=measure(made, 2).pk, next_version=1)
    assert refused.status_code == 422
    assert "不能合并。</li>" in refused.text
    last = page(client, city.supervisor, made, m=measure(made, 2).pk)
    assert "没有可以合并的。" in last.text


def test_a_merge_without_its_second_version_is_refused(client, city):
    made = document(city)
    assert decide(client, city.supervisor, measure(made), "merge").status_code == 422
    assert not Measure.objects.filter(fate="merged").exists()


# Marking what was overlooked


def test_a_selected_passage_becomes_a_measure_in_hand(client, city):
    made = document(city, found(FIRST))
    start = TEXT.index(SECOND)
    response = add(client, city.supervisor, made, start=start, end=start + len(SECOND) + 1)
    marked = Measure.objects.get(quote=SECOND)
    assert response.url.endswith(f"m={marked.pk}#d{marked.pk}")
    assert "已标为条目,待核定:建成云溪体育馆" in client.get(response.url).text


def test_a_passage_can_be_typed_and_spaces_do_not_matter(client, city):
    text = "重点工作\n把云溪\n体育馆建好。"
    made = document(city, found("重点工作", text), text=text)
    add(client, city.supervisor, made, passage=" 把云溪体育馆 建好 ")
    assert Measure.objects.get(position=2).quote == "把云溪\n体育馆建好"


@pytest.mark.parametrize(
    ("passage", "fault"),
    [
        ("", "请照原文抄一句话(不超过 400 字)。"),
        ("建成云霞体育馆", "原文中没有这句话,请照原文逐字填写。"),
        ("神", "请照原文逐字填写"),
        ("。", "这句话在原文中不止一处,请多填几个字。"),
        (FIRST, f"这一句已经是条目:{FIRST}"),
        ("很" * 401, "请照原文抄一句话(不超过 400 字)。"),
    ],
)
def test_a_passage_that_is_not_there_once_is_kept_and_says_what_to_do(client, city, passage, fault):
    made = document(city, text=TEXT.replace("精神", "风尚"))
    response = add(client, city.supervisor, made, passage=passage)
    assert response.status_code == 422
    assert fault in response.text
    assert f">{passage}</textarea>" in response.text
    assert Measure.objects.count() == 3


def test_only_the_office_marks(client, city):
    made = document(city)
    assert add(client, city.auditor, made, passage="重点工作").status_code == 403
    assert add(client, city.coordinator, made, passage="重点工作").status_code == 404
    shown = page(client, city.auditor, made).text
    assert reverse("web:measure-add", args=[made.pk]) not in shown
    assert "整节立项" not in shown


# Coverage


def test_the_page_says_how_much_was_read_and_lists_what_gave_nothing(client, city):
    made = document(city, found(FIRST))
    response = page(client, city.supervisor, made)
    assert "计划部分 2 句,已读出 1 句,1 句没有条目。" in response.text
    assert 'class="gap"' not in response.text
    gaps = page(client, city.supervisor, made, fate="gaps")
    start = TEXT.index(THIRD)
    assert f'<span class="gap" id="g{start}">{THIRD}。</span>' in gaps.text
    assert f'href="#g{start}"' in gaps.text
    marked = add(client, city.supervisor, made, start=start, end=start + len(THIRD) + 1, in_fate="gaps")
    assert marked.url.endswith("?fate=gaps")
    after = client.get(marked.url).text
    assert "计划部分 2 句,都读出了条目。" in after
    assert "计划部分每一句都读出了条目。" in after


def test_what_was_rejected_or_merged_was_read(client, city):
    made = document(city)
    decide(client, city.supervisor, measure(made), "merge", next=measure(made, 2).pk, next_version=1)
    decide(client, city.supervisor, measure(made), "reject", reason="重复")
    assert page(client, city.supervisor, made).context["coverage"].uncovered == 0


# Two people


def test_a_stale_split_or_merge_shows_what_the_other_did_and_keeps_the_choice(client, city):
    made = document(city, found(WHOLE, LONG), text=LONG)
    seen = page(client, city.supervisor, made).context["seen"]
    opened = measure(made)
    measure_decisions.edit_measure(
        opened.pk, actor=actor(city.supervisor_2), version=1, payload={"title": "修渠建馆"}, at=AT
    )
    offset = LONG.index("办好")
    response = decide(client, city.supervisor, opened, "split", at_offset=offset, seen=seen)
    assert response.status_code == 409
    assert "这一条现为“待定”:修渠建馆" in response.text
    other = city.supervisor_2
    assert f"您打开之后,{other.holder}({other}):修改“修渠建馆”" in response.text
    assert f'value="{offset}" required checked' in response.text
    assert response.context["opened"] == "split"


def test_a_merge_into_what_another_split_meanwhile_is_told_so(client, city):
    made = document(city)
    one, other = measure(made), measure(made, 2)
    measure_decisions.reject_measure(other.pk, actor=actor(city.supervisor_2), version=1, reason="重复", at=AT)
    response = decide(client, city.supervisor, one, "merge", next=other.pk, next_version=1)
    assert response.status_code == 409
    assert f"这一条的下一条现为:{THIRD}" in response.text
    assert measure(made).version == 1


def test_after_ones_own_decision_the_others_decisions_are_told_and_listed(client, city):
    made = document(city)
    seen = page(client, city.supervisor, made).context["seen"]
    by = actor(city.supervisor_2)
    measure_decisions.reject_measure(measure(made, 2).pk, actor=by, version=1, reason="重复", at=AT)
    response = decide(client, city.supervisor, measure(made), "accept", title=FIRST, seen=seen)
    shown = client.get(response.url).text
    assert f"您打开之后,{by.user}({by.post}):不立项“{SECOND}”" in shown
    assert "已立项 1 条" in shown or "立项 1 条,不立项 1 条" in shown
    again = page(client, city.supervisor, made, fate="rejected")
    assert titles(again) == [SECOND]
    assert Pledge.objects.get().title == FIRST


def test_many_decisions_of_another_are_counted(client, city):
    lines = [f"新修灌渠{number}公里" for number in range(1, 7)]
    text = "\n".join(lines)
    made = document(city, *(found(line, text) for line in lines), text=text)
    by = actor(city.supervisor_2)
    for position in range(2, 7):
        measure_decisions.reject_measure(measure(made, position).pk, actor=by, version=1, reason="重复", at=AT)
    response = decide(client, city.supervisor, measure(made), "reject", reason="重复", seen=0)
    shown = client.get(response.url).text
    assert "处理了 5 次,最近是:不立项“新修灌渠4公里”、不立项“新修灌渠5公里”、不立项“新修灌渠6公里”" in shown


def test_one_s_own_earlier_decisions_are_no_news(client, city):
    made = document(city)
    decide(client, city.supervisor, measure(made), "reject", reason="重复", seen=0)
    response = decide(client, city.supervisor, measure(made, 2), "reject", reason="重复", seen=0)
    assert "您打开之后" not in client.get(response.url).text


def test_a_doubt_is_shown_in_words_after_a_merge(client, city):
    made = document(city)
    for position, day in ((1, "2020-06-30"), (2, "2020-09-30")):
        Measure.objects.filter(document=made, position=position).update(deadline=day)
    measure_cuts.merge_measures(
        measure(made).pk,
        actor=actor(city.supervisor),
        version=1,
        next_id=measure(made, 2).pk,
        next_version=1,
        at=AT,
    )
    assert "合并的两条时限不同,取了较晚的" in page(client, city.supervisor, made).text
