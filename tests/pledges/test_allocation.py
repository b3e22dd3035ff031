"""The arithmetic of splitting, the pasted column, and the days of a template, by hand."""

import datetime
from decimal import Decimal

import pytest

from pledges import share_column
from pledges.allocation import Part, Summary, course_of_share, equal_shares, precision, written
from pledges.matching import Directory, Entry
from pledges.milestone_templates import TEMPLATES, spread
from pledges.working_days import default_calendar, is_working

# Equal parts


@pytest.mark.parametrize(
    ("total", "parts", "scale", "expected"),
    [
        ("355", 12, 1, ["30"] * 7 + ["29"] * 5),
        ("12", 12, 1, ["1"] * 12),
        ("5", 2, 1, ["3", "2"]),
        ("355", 1, 1, ["355"]),
        ("12.5", 3, 1, ["4.2", "4.2", "4.1"]),
        ("75000", 12, 10_000, ["7000"] * 3 + ["6000"] * 9),  # 7.5万 goes down by thousands
        ("70000", 4, 10_000, ["20000"] * 3 + ["10000"]),
        ("70000", 12, 10_000, ["6000"] * 10 + ["5000"] * 2),  # 7万 is too coarse for twelve
        ("10000", 30_000, 10_000, []),
        ("5", 12, 1, []),
        ("0.5", 12, 1, []),
        ("-5", 2, 1, []),
        ("5", 0, 1, []),
    ],
)
def test_equal_parts_sum_exactly(total, parts, scale, expected):
    found = equal_shares(Decimal(total), parts, scale=scale)
    assert found == [Decimal(one) for one in expected]
    assert not found or sum(found) == Decimal(total)


def test_a_rest_is_split_as_finely_as_the_target_is_written():
    assert equal_shares(Decimal(10), 4, written=Decimal("100.5")) == [Decimal("2.5")] * 4
    assert equal_shares(Decimal("0.5"), 5, written=Decimal(100)) == [Decimal("0.1")] * 5


@pytest.mark.parametrize(
    ("value", "scale", "step"),
    [("355", 1, "1"), ("350", 1, "1"), ("12.5000", 1, "0.1"), ("75000", 10_000, "1000"), ("80000", 10_000, "10000")],
)
def test_the_precision_is_that_of_the_writing(value, scale, step):
    assert precision(Decimal(value), scale) == Decimal(step)


def test_a_share_of_a_planned_course_ends_at_the_share():
    march, december = datetime.date(2020, 3, 31), datetime.date(2020, 12, 15)
    points = [(march, Decimal(100)), (december, Decimal(355))]
    course = course_of_share(points, share=Decimal(30), total=Decimal(355), scale=1)
    assert course == [(march, Decimal(8)), (december, Decimal(30))]


def test_amounts_as_text():
    assert written(Decimal(75000), unit="户", scale=10_000) == "7.5万户"
    assert written(Decimal("30.0000"), unit="个", scale=1) == "30个"


# Sum and gap


def test_sum_gap_and_what_counts():
    found = Summary(
        Decimal(355),
        (
            Part(Decimal(100), accepted=Decimal(40), newest=Decimal(50), is_checked=False),
            Part(Decimal(100), accepted=Decimal(20), newest=Decimal(20)),
            Part(Decimal(100), newest=Decimal(30), is_checked=False, missed=1),
            Part(Decimal(50), missed=2),
        ),
    )
    assert (found.allotted, found.gap) == (350, 5)
    assert (found.counted, found.accepted_count) == (60, 2)
    assert (found.waiting, found.waiting_count) == (80, 2)
    assert found.late_count == 2
    assert Summary(Decimal(10), (Part(Decimal(12)),)).gap == -2


# A pasted column

UNITS = Directory(
    [
        Entry(1, "云溪市", kind="city"),
        Entry(2, "清河县", aliases=("清河",), kind="county"),
        Entry(3, "东湖区", kind="county"),
        Entry(4, "三门县", kind="county"),
        Entry(5, "住房和城乡建设局", aliases=("住建局",)),
    ]
)


def read(text, unit="个", scale=1):
    column = share_column.read(text, UNITS, unit=unit, scale=scale)
    return [(line.unit_id, line.value) for line in column.lines], {
        number: str(fault) for number, fault in column.faults.items()
    }


@pytest.mark.parametrize(
    "text",
    [
        "清河县\t30\n东湖区\t29",
        "清河县 30\n\n东湖区 29\n",
        "清河县,30\r\n东湖区,29",
        "清河县，30\n东湖区、29",
        "清河县:30个\n东湖区：29 个",
        "单位\t数量\n清河县\t30\n东湖区\t29",
        "清河县\t30\n东湖区\t29\n合计\t59",
        "1 清河县 30\n2、东湖区 29",
        "清河县政府\t３０\n 东湖区人民政府 \t二十九",
        "清河\t30\n东湖区\t29.0",
    ],
)
def test_a_good_column(text):
    assert read(text) == ([(2, Decimal(30)), (3, Decimal(29))], {})


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2.5", 25000),
        ("2.5万", 25000),
        ("2.5万户", 25000),
        ("2.5 万户", 25000),
        ("25000户", 25000),
        ("25,000户", 25000),
        ("二万五千户", 25000),
        ("两万户", 20000),
    ],
)
def test_amounts_in_chinese_units(cell, value):
    assert read(f"住建局\t{cell}", unit="户", scale=10_000) == ([(5, Decimal(value))], {})


def test_a_name_that_begins_like_a_number_is_a_name():
    assert read("三门县 1,200") == ([(4, Decimal(1200))], {})


def test_every_line_that_is_not_understood_is_named_and_none_is_taken():
    lines, faults = read("清河县\t30\n南山县\t10\n东湖区\t三十座\n清河\t5\n东湖区")
    assert lines == []
    assert faults == {
        2: "第 2 行:没有找到单位“南山县”,请按单位名称填写。",
        3: "第 3 行:“三十座”读不出以“个”计的数量。",
        4: "第 4 行:“清河”在第 1 行已经有了。",
        5: "第 5 行:“东湖区”读不出以“个”计的数量。",
    }


def test_a_total_that_is_not_the_sum_is_a_fault():
    assert read("清河县 30\n东湖区 29\n合计 60") == ([], {3: "第 3 行:合计与各行之和不一致,请核对。"})


@pytest.mark.parametrize("text", ["", "  \n\t\n", "单位\t数量", "合计 0", "\n".join(["清河县 1"] * 501)])
def test_nothing_to_read_is_a_fault_of_the_whole(text):
    lines, faults = read(text)
    assert lines == []
    assert set(faults) == {0}


@pytest.mark.parametrize(
    "text", ["清河县 -3", "清河县 1.2.3", "清河县 1,2", "清河县 3O", ",,,", "　", "\u0661 \u0662", "%s %d"]
)
def test_odd_text_is_refused_and_never_breaks(text):
    lines, faults = read(text)
    assert lines == []
    assert faults


# Templates


def test_the_templates():
    assert TEMPLATES["decision"].stages == ("起草", "征求意见", "审议", "印发")
    assert len(TEMPLATES["project"].stages) == 11
    assert TEMPLATES["project"].stages[0] == "立项"
    assert TEMPLATES["project"].stages[-2:] == ("竣工", "投产")


@pytest.mark.parametrize("count", [1, 4, 11])
@pytest.mark.parametrize(
    ("start", "due"), [("2020-01-01", "2020-12-31"), ("2020-02-03", "2020-10-04"), ("2020-09-28", "2020-10-09")]
)
def test_days_go_forward_over_working_days_and_end_on_the_due_date(count, start, due):
    calendar = default_calendar([2020, 2021])
    first, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(due)
    days = spread(count, start=first, due=last, calendar=calendar)
    assert len(days) == count
    assert days == sorted(days)
    assert days[-1] == last
    assert all(first <= day <= last for day in days)
    assert all(is_working(day, calendar) for day in days[:-1] if day != last)


def test_the_days_of_a_decision():
    calendar = default_calendar([2020])
    days = spread(4, start=datetime.date(2020, 3, 2), due=datetime.date(2020, 3, 30), calendar=calendar)
    assert [day.isoformat() for day in days] == ["2020-03-09", "2020-03-16", "2020-03-23", "2020-03-30"]


def test_a_span_without_a_working_day_gives_the_due_date():
    calendar = default_calendar([2020])
    saturday = datetime.date(2020, 3, 7)
    assert spread(3, start=saturday, due=saturday, calendar=calendar) == [saturday] * 3
