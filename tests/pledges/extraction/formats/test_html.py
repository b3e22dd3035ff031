"""HTML: the article without the page around it."""

from pledges.extraction import reading
from pledges.extraction.formats import html

BODY = "今年全市改造供热管网六十公里,新增集中供热面积三百万平方米。"
MORE = "各县区于月底前报送清单,逾期不报的,在全市通报。"
PAGE = f"""<!DOCTYPE html>
<html><head><meta charset="CHARSET"><meta name="ArticleTitle" content="关于冬季供热改造的安排"><title>门户</title>
<script>var 变量 = "脚本里的话";</script><style>p {{ }}</style></head>
<body>
<div class="top-nav"><a href="/">首页</a><a href="/a">政务公开</a><a href="/b">办事服务</a></div>
<div id="header">云溪市人民政府门户网站</div>
<div class="wrap">
  <div class="left"><ul><li><a href="1">关于防汛的通知要点之一</a></li>
    <li><a href="2">关于抗旱的通知要点之二</a></li></ul></div>
  <div class="content">
    <p style="text-indent:2em">{BODY}</p>
    <p>　　{MORE}<br>联系人另附。</p>
    <p hidden>看不见的话</p>
    <table><tr><th>序号</th><th>单位</th></tr>
    <tr><td rowspan="2">1</td><td>东湖区</td></tr><tr><td>西山区</td></tr></table>
  </div>
  <div class="related"><a href="3">相关阅读一篇</a></div>
</div>
<footer>主办单位信息中心</footer><div class="copyright">版权所有</div>
</body></html>"""
TEXT = f"关于冬季供热改造的安排\n{BODY}\n{MORE}\n联系人另附。\n序号\t单位\n1\t东湖区\n\t西山区\n"


def page(charset: str = "utf-8") -> bytes:
    return PAGE.replace("CHARSET", charset).encode(charset)


def test_the_article_is_read_and_the_page_around_it_is_not() -> None:
    found = reading.read_document(page())
    assert found.text == TEXT
    assert found.format == "html"
    [table] = found.tables
    assert [[cell.text for cell in row] for row in table.rows] == [["序号", "单位"], ["1", "东湖区"], ["1", "西山区"]]


def test_the_usual_charsets_are_read_a_few_broken_bytes_too() -> None:
    assert html.read(page("gb18030")).text == TEXT
    assert html.read(page("utf-16")).text == TEXT
    damaged = PAGE.replace("CHARSET", "gb2312").encode("gb18030").replace("联系人".encode("gb18030"), b"\xff\xff\xff")
    assert BODY in html.read(damaged).text


def test_an_article_in_a_table_that_only_lays_out_the_page_is_found() -> None:
    markup = f"""<html><body><table><tr><td><a href="1">首页</a></td><td><div><p>{BODY}</p><p>{MORE}</p></div></td></tr>
    <tr><td>地址</td><td>邮编</td></tr></table></body></html>"""
    assert html.read(markup.encode()).text == f"{BODY}\n{MORE}\n"


def test_words_inside_a_paragraph_stay_on_its_line() -> None:
    markup = "<html><body><p>完成 <b>投资</b>\n三亿元,<span>新建</span>厂房。</p>正文尾</body></html>"
    assert html.read(markup.encode()).text == "完成 投资 三亿元,新建厂房。\n正文尾\n"


def test_a_page_with_a_form_around_it_all_is_still_read() -> None:
    markup = f"<html><body><form id='f'><div><p>{BODY}</p></div></form></body></html>"
    assert html.read(markup.encode()).text == f"{BODY}\n"


def test_markup_without_a_head_is_html_and_prose_about_tags_is_not() -> None:
    assert reading.read_document(f"<div><p>{BODY}</p></div>".encode()).format == "html"
    assert reading.read_document(f"{BODY}<div>".encode()).format == "text"
