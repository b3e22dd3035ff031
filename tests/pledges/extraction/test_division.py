"""Task-division tables: columns by their headings, rows as measures."""

from datetime import date
from typing import Any

import pytest

from pledges.extraction import division, reading
from pledges.extraction.division import Columns
from pledges.extraction.formats.document import Composer, Merge, Reading
from pledges.extraction.records import Measure
from tests.pledges.extraction.formats import making
from tests.pledges.extraction.formats.making import DIVISION


def read(*grid: tuple[str, ...], merges: tuple[Merge, ...] = ()) -> Reading:
    composer = Composer()
    composer.table(grid, merges)
    return composer.reading("test")


def found(*grid: tuple[str, ...], merges: tuple[Merge, ...] = (), year: int = 2024) -> tuple[Measure, ...]:
    given = read(*grid, merges=merges)
    return division.extract(given, division.guesses(given), year).measures


def fields(*headings: str, **more: Any) -> tuple[str, ...]:
    row = tuple(f"内容{number}" for number in range(len(headings)))
    return division.guess(read(headings, row, **more).tables[0]).fields


def test_columns_are_recognised_by_their_headings() -> None:
    assert fields("序号", "工作任务", "牵头单位", "责任单位", "配合单位", "完成时限", "责任领导", "备注") == (
        "number", "task", "lead", "support", "support", "due", "person", "note",
    )  # fmt: skip
    assert fields("编号", "主 要\n任 务", "主办单位", "协办单位", "时间要求", "牵头领导", "责任人") == (
        "number", "task", "lead", "support", "due", "person", "person",
    )  # fmt: skip


def test_spaces_and_brackets_in_a_heading_do_not_matter() -> None:
    assert fields("序 号", "目标任务(2024年)", "牵头(责任)单位", "完成\n时限") == ("number", "task", "lead", "due")


def test_a_column_of_responsible_bodies_leads_where_no_other_does() -> None:
    assert fields("序号", "重点工作", "责任单位") == ("number", "task", "lead")
    assert fields("序号", "重点工作", "责任单位", "牵头单位") == ("number", "task", "support", "lead")


def test_of_two_columns_of_tasks_the_finer_holds_them_and_the_other_is_the_section() -> None:
    grid = (
        ("序号", "重点工作", "具体措施", "责任单位"),
        ("1", "治水", "清淤八条", "市水利局"),
        ("2", "", "建闸两座", "市水利局"),
    )
    one, two = found(*grid, merges=((1, 1, 2, 1),))
    assert (one.quote, one.section, two.quote, two.section) == ("清淤八条", "治水", "建闸两座", "治水")


@pytest.mark.parametrize(
    "headings",
    [("姓名", "单位", "电话"), ("年份", "产值", "增速"), ("工作任务", "备注"), ("序号", "牵头单位", "完成时限")],
)
def test_other_tables_are_no_division_of_tasks(headings: tuple[str, ...]) -> None:
    assert not any(fields(*headings))


def test_titles_stand_above_the_heading() -> None:
    columns = division.guess(read(("分解表",), ("单位:市府办",), *DIVISION).tables[0])
    assert columns == Columns(3, ("number", "task", "lead", "support", "due", "person"))


def test_a_heading_of_two_lines_is_read_together() -> None:
    grid = (
        ("序号", "工作任务", "责任分工", "", "完成时限"),
        ("", "", "牵头单位", "配合单位", ""),
        ("1", "架桥两座", "市交通局", "市水利局", "6月底前"),
    )
    given = read(*grid, merges=((0, 0, 1, 0), (0, 1, 1, 1), (0, 4, 1, 4), (0, 2, 0, 3)))
    columns = division.guess(given.tables[0])
    assert columns == Columns(2, ("number", "task", "lead", "support", "due"))
    [one] = division.measures(given.tables[0], columns, 2024)
    assert (one.lead, one.support, one.deadline) == (("市交通局",), ("市水利局",), date(2024, 6, 30))


def test_rows_become_measures_with_owners_days_and_figures() -> None:
    given = read(*DIVISION)
    first, second = division.extract(given, division.guesses(given), 2024).measures
    assert (first.quote, first.deadline, first.form) == ("新建滨河步道12公里", date(2024, 9, 30), "quantified")
    assert (first.lead, first.support, first.person) == (("市城管局",), ("市水利局", "东湖区政府"), ("周明",))
    assert (second.support, second.deadline, second.trackable) == ((), date(2024, 12, 31), True)
    [target] = first.targets
    assert (target.quote, target.value, target.unit, target.deadline) == ("12公里", 12, "公里", date(2024, 9, 30))
    for one in (first, second, *first.targets, *second.targets):
        assert given.text[one.start : one.end] == one.quote


def test_the_zones_partition_the_text_and_the_table_is_the_assignment() -> None:
    composer = Composer()
    composer.line("通知")
    composer.table(DIVISION)
    composer.line("附件另发")
    given = composer.reading("test")
    zones = division.extract(given, division.guesses(given), 2024).zones
    assert [zone.label for zone in zones] == ["other", "assignment", "other"]
    assert [zone.end for zone in zones[:-1]] == [zone.start for zone in zones[1:]]
    assert (zones[0].start, zones[-1].end) == (0, len(given.text))


def test_merged_owners_and_days_hold_for_every_row_that_they_span() -> None:
    grid = (
        ("序号", "任务", "牵头单位", "完成时限"),
        ("1", "修渠", "市水利局", "5月底前"),
        ("2", "建闸", "", ""),
    )
    for one in found(*grid, merges=((1, 2, 2, 2), (1, 3, 2, 3))):
        assert (one.lead, one.deadline) == (("市水利局",), date(2024, 5, 31))


def test_where_merging_was_lost_a_row_without_a_number_goes_on_with_the_item_above() -> None:
    grid = (
        ("序号", "类别", "任务", "牵头单位", "完成时限"),
        ("1", "水利", "修渠", "市水利局", "5月底前"),
        ("", "", "建闸", "", ""),
        ("2", "", "清淤", "", ""),
    )
    _first, second, third = found(*grid)
    assert (second.section, second.lead, second.deadline) == ("水利", ("市水利局",), date(2024, 5, 31))
    assert (third.section, third.lead, third.deadline) == ("水利", (), None)
    assert third.doubts == ("no_lead",)


def test_rows_over_the_whole_width_are_sections_and_repeated_headings_and_totals_are_skipped() -> None:
    grid = (
        ("序号", "任务", "牵头单位"),
        ("一、治水", "", ""),
        ("1", "修渠", "市水利局"),
        ("序号", "任务", "牵头单位"),
        ("二、修路", "", ""),
        ("2", "铺油", "市交通局"),
        ("", "合计:2项", ""),
        ("", "", ""),
    )
    one, two = found(*grid, merges=((1, 0, 1, 2), (4, 0, 4, 2)))
    assert [(one.section, one.quote), (two.section, two.quote)] == [("一、治水", "修渠"), ("二、修路", "铺油")]


def test_a_task_that_spans_rows_is_one_measure() -> None:
    grid = (("序号", "任务", "牵头单位", "备注"), ("1", "修渠", "市水利局", "甲"), ("", "", "", "乙"))
    assert len(found(*grid, merges=((1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2)))) == 1


@pytest.mark.parametrize(
    ("cell", "lead", "support"),
    [
        ("市发改委、市财政局", ("市发改委", "市财政局"), ()),
        ("市发改委,市财政局;市统计局", ("市发改委", "市财政局", "市统计局"), ()),
        ("市发改委\n市财政局", ("市发改委", "市财政局"), ()),
        ("市发改委 市财政局", ("市发改委", "市财政局"), ()),
        ("市发改委(牵头)、市财政局(配合)", ("市发改委",), ("市财政局",)),
        ("市发改委牵头,市财政局、市统计局配合", ("市发改委",), ("市财政局", "市统计局")),
        ("牵头单位:市发改委;配合单位:市财政局", ("市发改委",), ("市财政局",)),
        ("各县市区政府", ("各县市区政府",), ()),
        ("市交通局、各县(市、区)政府", ("市交通局", "各县(市、区)政府"), ()),
        ("市公安局(交警支队)", ("市公安局(交警支队)",), ()),
        ("市重点项目推进专班", ("市重点项目推进专班",), ()),
        ("—", (), ()),
    ],
)
def test_owners_are_read_as_people_write_them(cell: str, lead: tuple[str, ...], support: tuple[str, ...]) -> None:
    [one] = found(("序号", "任务", "责任单位"), ("1", "修渠", cell))
    assert (one.lead, one.support) == (lead, support)


def test_a_persons_name_with_a_space_inside_is_one_name() -> None:
    [one] = found(("任务", "牵头单位", "责任领导"), ("修渠", "市水利局", "周　明、何青山"))
    assert one.person == ("周明", "何青山")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024年6月底前", date(2024, 6, 30)),
        ("6月底", date(2024, 6, 30)),
        ("2024年6月", date(2024, 6, 30)),
        ("6月", date(2024, 6, 30)),
        ("2024.6", date(2024, 6, 30)),
        ("2024-06-15", date(2024, 6, 15)),
        ("2024/6/15", date(2024, 6, 15)),
        ("2024年", date(2024, 12, 31)),
        ("2025年", date(2025, 12, 31)),
        ("年底", date(2024, 12, 31)),
        ("第二季度", date(2024, 6, 30)),
        ("3月底前出方案,11月底前完工", date(2024, 11, 30)),
        ("长期坚持", None),
        ("全年", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_write_them(cell: str, day: date | None) -> None:
    [one] = found(("任务", "牵头单位", "完成时限"), ("修渠", "市水利局", cell))
    assert one.deadline == day
    assert "unread_deadline" not in one.doubts


def test_a_day_that_cannot_be_read_is_a_doubt() -> None:
    [one] = found(("任务", "牵头单位", "完成时限"), ("修渠", "市水利局", "视来水情况另定"))
    assert (one.deadline, one.doubts) == (None, ("unread_deadline",))


def test_figures_of_the_target_column_count_too() -> None:
    given = read(("任务", "年度目标", "牵头单位"), ("农村改厕", "完成3万户", "市农业农村局"))
    [one] = division.extract(given, division.guesses(given), 2024).measures
    assert [(target.quote, target.value) for target in one.targets] == [("3万户", 30_000)]
    assert given.text[one.targets[0].start : one.targets[0].end] == "3万户"


def test_the_number_of_an_item_is_no_part_of_the_task() -> None:
    [one] = found(("任务", "牵头单位"), ("1.修建渡槽", "市水利局"))
    assert one.quote == "修建渡槽"


def test_a_person_may_say_what_the_columns_hold() -> None:
    given = read(("甲栏", "乙栏", "丙栏"), ("修渠", "市水利局", "5月底前"))
    assert not division.guess(given.tables[0]).is_division
    [one] = division.measures(given.tables[0], Columns(1, ("task", "support", "due")), 2024)
    assert (one.quote, one.lead, one.support, one.deadline) == ("修渠", (), ("市水利局",), date(2024, 5, 31))


def test_a_table_that_goes_on_below_takes_the_columns_of_the_one_above() -> None:
    composer = Composer()
    composer.table(DIVISION[:2])
    composer.table((*DIVISION[2:], ("3", "植树十万株", "市林业局", "", "3月", "周明")))
    given = composer.reading("test")
    assert [one.quote for one in division.extract(given, division.guesses(given), 2024).measures] == [
        "新建滨河步道12公里", "改造泵站5座", "植树十万株",
    ]  # fmt: skip


def test_the_same_table_reads_alike_from_word_excel_csv_and_pdf() -> None:
    def in_word(document: Any) -> None:
        table = document.add_table(len(DIVISION), len(DIVISION[0]))
        for row, cells in enumerate(DIVISION):
            for column, words in enumerate(cells):
                table.cell(row, column).text = words

    def in_excel(book: Any) -> None:
        sheet = book.add_worksheet()
        for row, cells in enumerate(DIVISION):
            sheet.write_row(row, 0, cells)

    def in_pdf(canvas: Any) -> None:
        making.table(canvas, DIVISION, (30, 125, 65, 135, 75, 60), top=100)

    files = {
        "分解.docx": making.word(in_word),
        "分解.xlsx": making.workbook(in_excel),
        "分解.csv": "\n".join(",".join(row) for row in DIVISION).encode("gb18030"),
        "分解.pdf": making.pdf(in_pdf),
    }
    for name, data in files.items():
        given = reading.read_document(data, name)
        one, two = division.extract(given, division.guesses(given), 2024).measures
        assert (one.quote, one.lead, one.support) == (
            "新建滨河步道12公里",
            ("市城管局",),
            ("市水利局", "东湖区政府"),
        ), name
        assert (two.quote, two.deadline, two.person) == ("改造泵站5座", date(2024, 12, 31), ("何青",)), name
