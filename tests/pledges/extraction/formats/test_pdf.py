"""PDF: reading order, paragraphs, what belongs to the page and not to the text, tables."""

from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas

from pledges.extraction import reading
from pledges.extraction.formats import pdf
from tests.pledges.extraction.formats import making
from tests.pledges.extraction.formats.making import HEIGHT, WIDTH, wrapped

FIRST = (
    "城南片区今年开工建设学校六所，新增学位九千个，其中小学四所、初中两所，全部按绿色建筑标准设计，"
    "暑期结束前交付使用，不让一个孩子在秋季开学时没有座位。"
)
SECOND = (
    "城北片区打通断头路十一条，整修背街小巷四十条，安装路灯三千盏，沿街管线一次入地，雨季到来之前恢复路面，"
    "请沿线商户和居民监督。"
)
THIRD = "两个片区的工程都由住建部门统一调度，每月公布一次进度，资金按进度拨付，结余部分用于绿化养护。"


def test_the_lines_of_a_paragraph_are_joined_and_paragraphs_kept_apart() -> None:
    def page(canvas: Canvas) -> None:
        making.lines(canvas, wrapped(FIRST, 37) + wrapped(SECOND, 37))

    found = reading.read_document(making.pdf(page), "报告.pdf")
    assert found.text == f"{FIRST}\n{SECOND}\n"
    assert found.format == "pdf"


def test_a_paragraph_goes_on_over_a_page_break_past_headers_and_page_numbers() -> None:
    whole = wrapped(FIRST + SECOND + THIRD, 37)
    halves = whole[:3], whole[3:]

    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(230, HEIGHT - 40, "云溪市重点工程简报")
            canvas.drawString(260, 40, f"— {number + 1} —")
            making.lines(canvas, halves[number])

        return draw

    found = pdf.read(making.pdf(page(0), page(1)))
    assert found.text == f"{FIRST}{SECOND}{THIRD}\n"
    assert "云溪市重点工程简报" in found.beside


def test_numbers_of_pages_are_dropped_in_every_dress_and_numbers_of_the_text_stay() -> None:
    dressed = ("- 1 -", "第2页", "3/9", "第 4 页 共 9 页", "5", "—6—")

    def page(words: str) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(270, 40, words)
            making.lines(canvas, ["三件大事", "修渠", "2024"], top=300)

        return draw

    found = pdf.read(making.pdf(*map(page, dressed)))
    assert found.text == "三件大事\n修渠\n2024\n" * len(dressed)


def test_two_columns_are_read_one_after_the_other_below_a_title_over_both() -> None:
    left, right = wrapped(FIRST, 18), wrapped(SECOND, 18)

    def page(canvas: Canvas) -> None:
        canvas.setFont(making.FONT, 20)
        canvas.drawCentredString(WIDTH / 2, HEIGHT - 90, "云溪市城南城北两个片区建设安排公告")
        canvas.setFont(making.FONT, making.SIZE)
        making.lines(canvas, left + wrapped(THIRD, 18), x=60, top=140)
        making.lines(canvas, right + wrapped(THIRD, 18), x=310, top=140)

    assert pdf.read(making.pdf(page)).text.splitlines() == [
        "云溪市城南城北两个片区建设安排公告", FIRST, THIRD, SECOND, THIRD,
    ]  # fmt: skip


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    whole = wrapped(FIRST + SECOND + THIRD, 18)

    def page(canvas: Canvas) -> None:
        making.lines(canvas, whole[:6], x=60)
        making.lines(canvas, whole[6:], x=310)

    assert pdf.read(making.pdf(page)).text == f"{FIRST}{SECOND}{THIRD}\n"


def test_a_table_is_read_by_its_lines_between_the_paragraphs_around_it() -> None:
    rows = [("序号", "任务", "单位"), ("1", "整治河道八条,清\n淤三万方", "市水利局"), ("2", "植树十万株", "市林业局")]

    def page(canvas: Canvas) -> None:
        making.lines(canvas, ["任务分工如下"])
        making.table(canvas, rows, (40, 110, 90), top=150, high=30)
        making.lines(canvas, ["联系人另行通知"], top=300)

    found = pdf.read(making.pdf(page))
    assert found.text == (
        "任务分工如下\n序号\t任务\t单位\n1\t整治河道八条,清淤三万方\t市水利局\n2\t植树十万株\t市林业局\n联系人另行通知\n"
    )
    [table] = found.tables
    assert [cell.text for cell in table.rows[1]] == ["1", "整治河道八条,清淤三万方", "市水利局"]


def test_a_merged_cell_of_a_pdf_is_filled_down() -> None:
    def merged(canvas: Canvas) -> None:
        across, high = (72, 132, 252), 28
        top = HEIGHT - 100
        for line in ((72, top, 252, top), (72, top - high, 252, top - high), (132, top - 2 * high, 252, top - 2 * high),
                     (72, top - 3 * high, 252, top - 3 * high)):  # fmt: skip
            canvas.line(*line)
        for x in across:
            canvas.line(x, top, x, top - 3 * high)
        for x, row, words in ((75, 0, "板块"), (135, 0, "任务"), (75, 1.5, "交通"), (135, 1, "修路"), (135, 2, "架桥")):
            canvas.drawString(x, top - row * high - 16, words)

    [table] = pdf.read(making.pdf(merged)).tables
    assert [[cell.text for cell in row] for row in table.rows] == [["板块", "任务"], ["交通", "修路"], ["交通", "架桥"]]


def test_a_table_that_goes_on_over_the_page_is_one() -> None:
    head = ("序号", "任务", "单位")

    def page(row: tuple[str, str, str]) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            making.table(canvas, [head, row], (40, 110, 90), top=100)
            canvas.drawString(280, 40, "1")

        return draw

    [table] = pdf.read(making.pdf(page(("1", "修路", "甲局")), page(("2", "架桥", "乙局")))).tables
    assert [row[1].text for row in table.rows] == ["任务", "修路", "任务", "架桥"]


def test_a_page_that_is_turned_reads_as_it_is_seen() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(WIDTH, 0)
        canvas.rotate(90)
        for number, line in enumerate(("横排的第一行", "横排的第二行")):
            canvas.drawString(72, WIDTH - 100 - number * 24, line)

    assert pdf.read(making.pdf(page)).text == "横排的第一行\n横排的第二行\n"


def test_latin_words_keep_the_spaces_between_them() -> None:
    def page(canvas: Canvas) -> None:
        making.lines(canvas, ["引进 Blue Whale 公司"])

    assert pdf.read(making.pdf(page)).text == "引进Blue Whale公司\n"
