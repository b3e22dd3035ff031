"""What is offered beside measures: owners, past assignments, likely duplicates."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from pledges.models import Document, Measure, Pledge, PledgeLink
from tests.factories import Government, PledgeFactory, ProgrammeFactory, TargetFactory, actor, government, moment
from tracker.web import hints

AT = moment("2020-02-01")
CANAL = "新修清河县灌渠355公里"


@pytest.fixture
def city(db: None) -> Government:
    return government()


def document(city: Government, *titles: str, name: str = "工作报告", **fields: Any) -> Document:
    made = Document.objects.create(
        programme=city.programme, title=name, kind="report", filename="a.txt", content=b"x", sha256=f"{name:0>64}",
        text="\n".join(titles), imported_at=AT,
    )  # fmt: skip
    for position, title in enumerate(titles, start=1):
        Measure.objects.create(
            document=made, position=position, start=position, end=position + 1, quote=title, title=title,
            form="milestone", firmness="firm", **fields,
        )  # fmt: skip
    return made


def pledge(city: Government, title: str, year: int = 2019, **fields: Any) -> Pledge:
    programme = type(city.programme).objects.filter(government=city.city, year=year).first()
    made: Pledge = PledgeFactory(
        programme=programme or ProgrammeFactory(government=city.city, year=year), title=title, **fields
    )
    return made


def canal(city: Government, value: int, year: int = 2019, **fields: Any) -> Pledge:
    made = pledge(city, f"新修清河县灌渠{value}公里", year, **fields)
    TargetFactory(pledge=made, value=Decimal(value), unit="公里")
    return made


def target(value: int) -> dict[str, Any]:
    return {"value": str(value), "unit": "公里", "comparator": "eq", "quantity_kind": "amount", "scale": 1}


def of(city: Government, made: Document, by: Any = None) -> list[hints.Hints]:
    measures = list(made.measures.order_by("position"))
    found = hints.of(made, measures, actor(by or city.supervisor))
    return [found[one.pk] for one in measures]


def test_a_name_is_shown_with_the_unit_that_it_means_and_why(city: Government) -> None:
    made = document(city, "建成云溪体育馆", lead=["市住建局", "各县市区"], support=["水务"])
    (found,) = of(city, made)
    assert [(one.part, one.name, one.unit, one.confidence, one.why) for one in found.owners] == [
        ("牵头", "市住建局", city.housing, 95, "与单位名称只差级别或个别字"),
        ("牵头", "各县市区", None, 100, "泛指多个单位,请选定牵头的一个"),
        ("配合", "水务", city.water, 70, "像是单位名称的简称"),
    ]


def test_where_nobody_is_named_the_past_suggests_a_unit_with_its_pledge(city: Government) -> None:
    past = pledge(city, "疏浚清河河道", lead_unit=city.water)
    made = document(city, "完成清河河道疏浚")
    (found,) = of(city, made)
    assert [(one.unit, one.pledge) for one in found.suggested] == [(city.water, past)]
    Measure.objects.update(lead=["水务局"])
    assert of(city, made)[0].suggested == []


def test_a_unit_that_is_gone_is_not_suggested(city: Government) -> None:
    pledge(city, "疏浚清河河道", lead_unit=city.water)
    type(city.water).objects.filter(pk=city.water.pk).update(is_active=False)
    assert of(city, document(city, "完成清河河道疏浚"))[0].suggested == []


def test_last_year_s_undertaking_is_offered_to_go_on_from(city: Government) -> None:
    last = canal(city, 300)
    (found,) = of(city, document(city, CANAL, targets=[target(355)]))
    (one,) = found.duplicates
    assert (one.pledge, one.label, one.offers, one.may_continue) == (last, "要求提高", "continues", True)
    assert "地点同为清河县" in one.why
    assert "数字由 300公里 变为 355公里" in one.why


def test_this_year_s_is_offered_as_the_same(city: Government) -> None:
    canal(city, 355, year=2020)
    (found,) = of(city, document(city, CANAL, targets=[target(355)]))
    (one,) = found.duplicates
    assert (one.label, one.offers, one.may_continue) == ("内容相同", "same", False)
    assert "数字同为 355公里" in one.why


def test_what_cannot_be_it_is_not_offered(city: Government) -> None:
    other = government()
    pledge(other, CANAL)
    pledge(city, CANAL, year=2021)
    pledge(city, CANAL, year=2020 - hints.YEARS_BACK)
    gone = pledge(city, CANAL, lead_unit=city.water)
    Pledge.objects.filter(pk=gone.pk).update(state="withdrawn", due_date="2019-12-31", assigned_date="2019-02-03")
    made = document(city, CANAL)
    Pledge.objects.filter(pk=pledge(city, CANAL, year=2020).pk).update(measure=made.measures.get())
    assert of(city, made)[0].duplicates == []


def test_the_same_in_another_document_is_named_while_it_waits(city: Government) -> None:
    other = document(city, CANAL, name="任务分解")
    made = document(city, CANAL)
    assert [one.measure for one in of(city, made)[0].elsewhere] == [other.measures.get()]
    Measure.objects.filter(document=other).update(fate="rejected")
    assert of(city, made)[0].elsewhere == []


def test_a_link_that_was_made_is_shown_and_no_longer_offered(city: Government) -> None:
    last = canal(city, 355)
    made = document(city, CANAL, targets=[target(355)])
    link = PledgeLink.objects.create(measure=made.measures.get(), pledge=last, kind="same", made_at=AT)
    (found,) = of(city, made)
    assert (found.same, found.links, found.duplicates) == (link, [link], [])


def test_nothing_to_say_is_said_with_nothing(city: Government) -> None:
    (found,) = of(city, document(city, "保持安静"))
    assert not found
    shown = render_to_string("tracker/review/hints.html", {"hints": found})
    assert shown.strip() == ""


@pytest.mark.parametrize(("refusal", "buttons"), [(None, 2), ("只有督查室可以这样做。", 0)])
def test_the_buttons_are_for_those_who_may(city: Government, refusal: str | None, buttons: int) -> None:
    canal(city, 355)
    made = document(city, CANAL, targets=[target(355)])
    shown = render_to_string(
        "tracker/review/hints.html",
        {"hints": of(city, made)[0], "measure": made.measures.get(), "refusal": refusal, "view": None},
    )
    assert "2019-001" in shown
    assert shown.count("<form") == buttons


def test_the_number_of_queries_is_the_same_for_any_number_of_measures(city: Government) -> None:
    def queries(made: Document) -> int:
        measures = list(made.measures.all())
        with CaptureQueriesContext(
            connection,
        ) as captured:
            found = hints.of(made, measures, actor(city.supervisor))
            assert all(found[one.pk].duplicates for one in measures)
            for one in measures:
                render_to_string("tracker/review/hints.html", {"hints": found[one.pk], "measure": one, "view": None})
        return len(captured)

    canal(city, 300, lead_unit=city.water)
    few = document(city, *[CANAL] * 3, name="少")
    before = queries(few)
    for year in (2018, 2020):
        canal(city, 200, year=year, lead_unit=city.water)
    many = document(city, *[CANAL] * 60, name="多")
    last = Pledge.objects.first()
    PledgeLink.objects.bulk_create(
        PledgeLink(measure=one, pledge=last, kind="continues", made_at=AT) for one in many.measures.all()[:30]
    )
    assert queries(many) == before
