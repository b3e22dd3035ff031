"""Which words are a classification mark and which only speak of secrets."""

import pytest

from pledges.extraction import secrecy

PROSE = "一、加快建设滨河公园,年内完成绿化三十公顷。\n二、改造泵站五座。\n"

HITS = [
    ("机密★10年", "机密"),
    ("绝密★长期", "绝密"),
    ("秘密★", "秘密"),
    ("秘密☆1年6个月", "秘密"),
    ("内部★3年", "内部"),
    ("内部资料★长期", "内部"),
    ("机 密 ★ 20 年", "机密"),
    ("機密★十年", "机密"),
    ("祕密★5年", "秘密"),
    ("机密\n★\n10年", "机密"),
    ("机密*10年", "机密"),
    ("秘密?5年", "秘密"),
    ("秘密★5年 特急", "秘密"),
    ("000123\t机密★１０年", "机密"),
    ("绝密", "绝密"),
    ("　　机　密", "机密"),
    ("机密 10年", "机密"),
    ("秘密 长期 加急", "秘密"),
    ("特急\t秘密", "秘密"),
    ("机密级 20年", "机密"),
    ("内部 2年", "内部"),
    ("【机密】滨河新区建设要点", "机密"),
    ("滨河新区建设要点(秘密)", "秘密"),
    ("密级:机密", "机密"),
    ("档号:12  密级:秘密  页数:8", "秘密"),
    ("工作秘密★5年", "秘密"),
]

NO_HITS = [
    "依法保护商业秘密和个人隐私。",
    "商业秘密",
    "国家秘密",
    "保守秘密",
    "工作秘密",
    "严守工作秘密,加强机密文件管理。",
    "泄露国家秘密的,依法追究责任;绝密级载体由专人保管10年。",
    "机密文件管理",
    "签订保守商业秘密(机密)协议的企业达到五十家。",
    "培训时讲到,封面印有“机密★10年”字样的文件,一律由机要室登记、传递和销毁,不得拍照。",
    "密级:绝密□ 机密□ 秘密□",
    "内部资料 注意保存",
    "内部资料,免费交流",
    "加强内部管理,内部审计3年全覆盖。",
    "内部",
    "开展★级饭店评定5家。",
    "国家机密级密码产品检测中心开工。",
    "秘密通道改造工程",
]


@pytest.mark.parametrize(("line", "level"), HITS)
def test_a_mark_is_found_wherever_marks_stand(line: str, level: str) -> None:
    for text in (f"{line}\n\n{PROSE}", f"{PROSE}{line}", line):
        [mark] = secrecy.marks(text)
        assert mark.level == level
        assert text[mark.start : mark.end] == mark.quote
        assert mark.quote in line


@pytest.mark.parametrize("line", NO_HITS)
def test_words_about_secrets_are_no_mark(line: str) -> None:
    assert secrecy.marks(PROSE + line + "\n" + PROSE) == []


def test_every_mark_is_given_once_and_in_order() -> None:
    found = secrecy.marks(f"秘密★\n{PROSE}\n密级:机密\n{PROSE}")
    assert [mark.level for mark in found] == ["秘密", "机密"]


@pytest.mark.parametrize("piece", ["机 ", "密级:", "机密?", "( 秘密", "密\t", "秘密★", "“秘密★"])
def test_a_long_text_of_almost_marks_comes_to_an_end(piece: str) -> None:
    """Quadratic work on a million characters would run into the suite's timeout."""
    assert len(secrecy.marks(piece * (1_000_000 // len(piece)))) <= 300
