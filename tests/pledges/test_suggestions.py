from pledges import suggestions
from pledges.suggestions import Assignment, Past, Suggestion

WATER, HOUSING, CULTURE = 1, 2, 3
PAST = [
    (11, WATER, "整治清河黑臭水体", "生态建设"),
    (12, WATER, "建成东湖泵站", "生态建设"),
    (13, HOUSING, "改造老旧小区一百个", "城市更新"),
    (14, CULTURE, "举办云溪龙舟节", "文化惠民"),
]


def past(*rows: tuple[int, int, str, str]) -> Past:
    return Past([Assignment(pk, unit, suggestions.words_of(title, section)) for pk, unit, title, section in rows])


def suggested(title: str, section: str = "", **more: int) -> list[Suggestion]:
    return suggestions.suggest(suggestions.words_of(title, section), past(*PAST), **more)


def test_who_led_the_like_is_suggested_with_the_pledge_that_says_so() -> None:
    (one,) = suggested("加快推进城区黑臭水体整治")
    assert (one.unit_id, one.pledge_id) == (WATER, 11)
    assert 2500 <= one.confidence_bp <= 10_000


def test_the_same_words_are_certain() -> None:
    assert suggested("举办云溪龙舟节", "文化惠民") == [Suggestion(CULTURE, 14, 10_000)]


def test_of_a_unit_only_its_likest_pledge_speaks() -> None:
    assert [(one.unit_id, one.pledge_id) for one in suggested("整治黑臭水体,新建泵站", "生态建设")] == [(WATER, 11)]


def test_words_that_every_undertaking_has_suggest_nobody() -> None:
    assert suggested("全面推进重点工作,确保完成年度任务") == []
    assert suggested("") == []


def test_a_section_speaks_too() -> None:
    assert [one.unit_id for one in suggested("提升水平", "文化惠民")] == [CULTURE]


def test_the_measure_s_own_pledge_is_no_reason() -> None:
    assert suggested("举办云溪龙舟节", without=14) == []


def test_nothing_is_suggested_where_nothing_was_assigned() -> None:
    assert suggestions.suggest(suggestions.words_of("举办云溪龙舟节"), past()) == []
