"""DOCX: what Word shows, in the order in which it shows it."""

from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from pledges.extraction import reading
from pledges.extraction.formats import docx
from tests.pledges.extraction.formats import making


def test_paragraphs_and_tables_stand_where_they_stood() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("二〇二四年城建要点")
        table = document.add_table(2, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "任务", "单位"
        table.cell(1, 0).text, table.cell(1, 1).text = "修桥两座", "市交通局"
        document.add_paragraph("以上各项按季通报。")

    found = reading.read_document(making.word(fill), "要点.docx")
    assert found.text == "二〇二四年城建要点\n任务\t单位\n修桥两座\t市交通局\n以上各项按季通报。\n"
    assert found.format == "docx"
    [table] = found.tables
    assert [[cell.text for cell in row] for row in table.rows] == [["任务", "单位"], ["修桥两座", "市交通局"]]
    assert all(found.text[cell.start : cell.end] == cell.text for row in table.rows for cell in row)


def test_merged_cells_are_filled_down_and_across_and_written_once() -> None:
    def fill(document: Any) -> None:
        table = document.add_table(4, 3)
        for row in range(4):
            for column in range(3):
                table.cell(row, column).text = f"格{row}{column}"
        down = table.cell(1, 0).merge(table.cell(3, 0))
        down.text = "城建"
        across = table.cell(0, 0).merge(table.cell(0, 2))
        across.text = "任务表"

    found = docx.read(making.word(fill))
    [table] = found.tables
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["任务表"] * 3,
        ["城建", "格11", "格12"],
        ["城建", "格21", "格22"],
        ["城建", "格31", "格32"],
    ]
    assert [row[0].is_first for row in table.rows] == [True, True, False, False]
    assert found.text.count("城建") == 1
    assert {row[0].start for row in table.rows[1:]} == {found.text.index("城建")}


def test_tracked_deletions_and_hidden_words_are_skipped_and_insertions_read() -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("建成公园")
        for tag, inner, words in (("del", "delText", "九"), ("ins", "t", "三"), ("moveFrom", "t", "四")):
            paragraph._p.append(
                parse_xml(f'<w:{tag} {nsdecls("w")} w:id="1"><w:r><w:{inner}>{words}</w:{inner}></w:r></w:{tag}>')
            )
        paragraph.add_run("座")
        paragraph.add_run("(底稿)").font.hidden = True

    assert docx.read(making.word(fill)).text == "建成公园三座\n"


def test_line_breaks_tabs_and_content_controls_are_kept() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("第一行").add_run("\n第二行\t后")
        document.element.body.insert(
            1,
            parse_xml(
                f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>控件里的话</w:t></w:r></w:p></w:sdtContent>"
                "</w:sdt>"
            ),
        )

    assert docx.read(making.word(fill)).text == "第一行\n第二行\t后\n控件里的话\n"


NUMBERING = (
    '<w:abstractNum {ns} w:abstractNumId="77">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl>'
    "</w:abstractNum>"
)


def test_the_numbers_that_word_shows_are_written_out() -> None:
    def fill(document: Any) -> None:
        numbering = document.part.numbering_part.element
        first = numbering.find(qn("w:abstractNum"))
        first.addprevious(parse_xml(NUMBERING.format(ns=nsdecls("w"))))
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
        for level, words in (
            (0, "抓城建"),
            (1, "修路"),
            (1, "架桥"),
            (2, "细项"),
            (0, "抓水利"),
            (1, "清淤"),
            (None, "完"),
        ):
            paragraph = document.add_paragraph(words)
            if level is not None:
                properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                properties.get_or_add_ilvl().val = level
                properties.get_or_add_numId().val = 77

    assert docx.read(making.word(fill)).text.splitlines() == [
        "一、抓城建", "1.修路", "2.架桥", "细项", "二、抓水利", "1.清淤", "完",
    ]  # fmt: skip


def test_headers_and_footers_go_beside_the_text() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("正文在此。")
        document.sections[0].header.paragraphs[0].text = "内部★2年"
        document.sections[0].footer.paragraphs[0].text = "第一页"

    found = reading.read_document(making.word(fill))
    assert found.text == "正文在此。\n"
    assert set(found.beside.split("\n")) >= {"内部★2年", "第一页"}


def test_a_table_inside_a_cell_becomes_lines_of_that_cell() -> None:
    def fill(document: Any) -> None:
        outer = document.add_table(1, 2)
        outer.cell(0, 0).text = "外"
        inner = outer.cell(0, 1).add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "甲", "乙"

    [table] = docx.read(making.word(fill)).tables
    assert [cell.text for cell in table.rows[0]] == ["外", "甲\n乙"]


def test_a_text_box_is_read_once() -> None:
    box = (
        "<w:r {ns} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><mc:AlternateContent>"
        "<mc:Choice Requires='wps'><w:txbxContent><w:p><w:r><w:t>框中字</w:t></w:r></w:p></w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:txbxContent><w:p><w:r><w:t>框中字</w:t></w:r></w:p></w:txbxContent></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )

    def fill(document: Any) -> None:
        document.add_paragraph("段落")._p.append(parse_xml(box.format(ns=nsdecls("w"))))

    assert docx.read(making.word(fill)).text == "段落\n框中字\n"
