"""Where an undertaking begins and ends."""

import pytest

from tests.pledges.extraction.helpers import plan, spoken


def quotes(text: str) -> list[str]:
    return [measure.quote for measure in plan(text)]


def test_two_undertakings_are_two_clauses() -> None:
    assert quotes("完成60个村的污水治理任务,新建改建农村户厕4万座。") == [
        "完成60个村的污水治理任务",
        "新建改建农村户厕4万座",
    ]


def test_an_object_list_stays_together() -> None:
    assert quotes("开工建设东风路、胜利路、解放路。") == ["开工建设东风路、胜利路、解放路"]


def test_coordinated_figures_under_one_verb_are_one_pledge() -> None:
    [measure] = plan("打造示范镇12个、示范村120个。")
    assert [target.value for target in measure.targets] == [12, 120]


def test_a_new_verb_in_a_list_of_figures_is_a_new_pledge() -> None:
    assert quotes("确保省级项目完成投资60亿元以上、市级项目完成投资200亿元以上。") == [
        "确保省级项目完成投资60亿元以上",
        "市级项目完成投资200亿元以上",
    ]


def test_a_bare_must_is_left_out_and_a_modal_taken_in() -> None:
    assert [m.quote for m in spoken("要建立项目台账。务必完成清淤任务。")] == ["建立项目台账", "务必完成清淤任务"]


def test_a_lead_in_set_off_by_a_comma_is_left_out() -> None:
    assert quotes("按照上级统一部署,完成第五次经济普查登记。") == ["完成第五次经济普查登记"]


def test_an_object_put_first_is_taken_in() -> None:
    assert [m.quote for m in spoken("对排查发现的问题,要建立清单限期整改。")] == ["对排查发现的问题,要建立清单限期整改"]


def test_a_result_is_left_out() -> None:
    assert quotes("建成社区食堂20个,让老年人就近用餐。") == ["建成社区食堂20个"]


def test_a_comma_inside_quotes_cuts_nothing() -> None:
    assert quotes("开展“访企业,送服务”专项行动。") == ["开展“访企业,送服务”专项行动"]


def test_the_owners_bracket_is_left_out() -> None:
    assert quotes("建成智慧停车平台(市城管局牵头)。") == ["建成智慧停车平台"]


def test_a_heading_is_no_pledge() -> None:
    assert quotes("(一)推动产业升级\n新建标准厂房30万平方米。") == ["新建标准厂房30万平方米"]


@pytest.mark.parametrize("text", ["加强作风建设是做好工作的关键。", "重点抓好以下八个方面工作。"])
def test_talk_about_the_work_is_no_clause(text: str) -> None:
    assert quotes(text) == []


def test_a_quote_is_the_original_text_at_its_span() -> None:
    text = "二、2024年工作安排\n完成老旧小区改\n造任务，涉及居民三千户。"
    from tests.pledges.extraction.helpers import extract

    for measure in extract(text).measures:
        assert measure.quote == text[measure.start : measure.end]
