"""What happens in the demo year beside the reports: the programme is put to the units and issued, one pledge is split
among the counties, a leader instructs, a unit asks, sheets go out. Through the services, as people do it.
"""

import datetime
from collections.abc import Iterator
from functools import partial

from pledges import calendars
from pledges.models import Pledge, Unit
from pledges.working_days import add_workdays
from tracker.demo import closing, figures
from tracker.demo.world import Happen, World
from workflow import (
    instructions,
    organisation,
    programmes,
    requests,
    sheet_answers,
    sheet_proposals,
    sheets,
)
from workflow.models import Sheet

ISSUED_ON = "02-25"
SPLIT, INSTRUCTED, REFUSED, URGED, HANDED_OVER = (
    "完成355个行政村的生活污水治理",
    "城区雨污管网260公里",
    "改造城镇老旧小区218个",
    "挂牌运行",
    "高标准农田38万亩",
)
# What the counties had done together when each quarter was asked about.
COUNTIES_DID = (("04-01", "Q1", 28), ("07-01", "Q2", 98), ("10-07", "Q3", 196))


def of_the_year(world: World, year: int, today: datetime.date) -> list[tuple[datetime.date, Happen]]:
    """Every occasion with its day, in order; those after ``today`` too, which the caller leaves out."""
    dated: list[tuple[str, Happen]] = [
        ("02-05", partial(_begin, world)),
        ("02-10", partial(_answer, world)),
        ("02-14", partial(_settle, world)),
        ("02-20", partial(_approve, world)),
        (ISSUED_ON, partial(_issue, world)),
        ("03-05", partial(_split, world)),
        ("05-11", partial(_ask_for_another_person, world)),
        ("05-14", partial(_grant, world)),
        ("06-15", partial(_instruct, world)),
        ("06-24", partial(_answer_instruction, world)),
        ("07-13", partial(_send_sheet, world)),
        ("07-17", partial(_answer_sheet, world)),
        ("07-20", partial(_judge_sheet, world)),
        ("09-10", partial(_ask_for_more_time, world)),
        ("09-15", partial(_refuse, world)),
        ("09-29", partial(_name_deputy, world)),
    ]
    found: list[tuple[datetime.date, Happen]] = [
        (datetime.date.fromisoformat(f"{year}-{day}"), happen) for day, happen in dated
    ]
    for day, quarter, together in COUNTIES_DID:
        on = datetime.date.fromisoformat(f"{year}-{day}")
        found.append((on, partial(_counties_report, world, quarter, together)))
    found += figures.of_the_year(world, year)
    found += closing.occasions_of(world.programme, world.actor, calendars.current())
    if today.year == year:
        calendar = calendars.current()
        found += [
            (add_workdays(today, -2, calendar), partial(_ask_for_help, world)),
            (add_workdays(today, -1, calendar), partial(_urge, world)),
            (add_workdays(today, -1, calendar), partial(_override, world)),
        ]
    return sorted(found, key=lambda one: one[0])


def _move(world: World, name: str, username: str, at: datetime.datetime, **payload: object) -> None:
    world.programme.refresh_from_db()
    programmes.perform(
        name,
        programme_id=world.programme.pk,
        actor=world.actor(username),
        payload=payload,
        version=world.programme.version,
        at=at,
    )


def _begin(world: World, at: datetime.datetime) -> None:
    _move(world, "begin_consulting", "supervisor", at)


def _answer(world: World, at: datetime.datetime) -> None:
    """Every unit agrees, but one suggests a change to one of its rows."""
    doubted = world.pledge("村庄清洁行动")
    if doubted is not None:
        world.act("answer_row", doubted, "nyncj-head", at, answer="adjust", words="建议增加市住房城乡建设局配合")
    leads = Unit.objects.filter(led_pledges__programme=world.programme, led_pledges__state="draft").distinct()
    for unit in leads:
        code = next(code for code, one in world.city.units.items() if one == unit)
        programmes.agree_to_rest(world.programme.pk, actor=world.actor(f"{code}-head"), at=at, may_be_none=True)


def _settle(world: World, at: datetime.datetime) -> None:
    doubted = world.pledge("村庄清洁行动")
    if doubted is not None:
        support = [party.unit_id for party in doubted.parties.filter(part="support")]
        support.append(world.city.units["zjj"].pk)
        world.act("settle_row", doubted, "supervisor", at, settlement="adopted", support=support)


def _approve(world: World, at: datetime.datetime) -> None:
    approved = {"approved_by": "市政府常务会议", "approval_document": "会议纪要第4期", "approved_date": at.date()}
    _move(world, "approve_programme", "director", at, **approved)


def _issue(world: World, at: datetime.datetime) -> None:
    number = f"泽政发〔{world.programme.year}〕5号"
    _move(world, "issue_programme", "director", at, document_number=number, issued_date=at.date())


def _split(world: World, at: datetime.datetime) -> None:
    """355 villages over the counties, as evenly as villages go."""
    pledge = world.pledge(SPLIT)
    if pledge is None:
        return
    counties = _counties(world)
    each, over = divmod(int(pledge.targets.get().value), len(counties))
    shares = {str(unit.pk): str(each + (turn < over)) for turn, unit in enumerate(counties.values())}
    world.act("allocate", pledge, "sthjj", at, shares=shares)
    for share in pledge.children.order_by("pk"):
        code = next(code for code, unit in counties.items() if unit.pk == share.lead_unit_id)
        world.act("sign", share, code, at, person=world.city.posts[f"{code}-head"].holder.name)  # type: ignore[union-attr]


def _counties(world: World) -> dict[str, Unit]:
    return {code: unit for code, unit in world.city.units.items() if unit.kind == Unit.Kind.COUNTY}


def _counties_report(world: World, quarter: str, together: int, at: datetime.datetime) -> None:
    """Each county reports its villages, its head approves, the lead unit checks."""
    pledge = world.pledge(SPLIT)
    if pledge is None:
        return
    each, over = divmod(together, pledge.children.count())
    codes = {unit.pk: code for code, unit in _counties(world).items()}
    for turn, share in enumerate(pledge.children.order_by("pk")):
        code, done = codes[share.lead_unit_id or 0], each + (turn < over)
        values = {str(share.targets.get().pk): str(done)}
        period = f"{world.programme.year}-{quarter}"
        world.act("report", share, code, at, sentence=f"累计完工{done}个村。", values=values, period=period)
        world.act("approve", share, f"{code}-head", at)
        world.act("accept", share, "sthjj", at)


def _instruct(world: World, at: datetime.datetime) -> None:
    pledge = world.pledge(INSTRUCTED)
    if pledge is not None:
        instructions.give(
            "pledge",
            pledge.pk,
            actor=world.actor("mayor"),
            payload={
                "kind": "action",
                "words": "雨季前要把易涝点的管网先改完,请住建局列出清单,逐点报进度。",
                "given_date": at.date(),
                "post": world.city.posts["zjj-head"].pk,
                "due_date": at.date() + datetime.timedelta(days=14),
            },
            at=at,
        )


def _answer_instruction(world: World, at: datetime.datetime) -> None:
    pledge = world.pledge(INSTRUCTED)
    given = pledge.instructions.first() if pledge else None
    if given is not None:
        words = {"words": "已列出易涝点17处,其中9处完成改造,其余8处7月底前完成,每周报一次进度。"}
        instructions.answer(given.pk, actor=world.actor("zjj-head"), version=given.version, payload=words, at=at)


def _send_sheet(world: World, at: datetime.datetime) -> None:
    """The week's list; the director sends the longest sheet and drops the others."""
    sheet_proposals.propose(at=at)
    proposed = sorted(Sheet.objects.filter(status=Sheet.Status.PROPOSED), key=lambda one: (-one.rows.count(), one.pk))
    for turn, sheet in enumerate(proposed):
        if turn == 0:
            words = {"words": "请逐项说明滞后原因和赶上序时的措施。"}
            sheets.issue(sheet.pk, actor=world.actor("director"), version=sheet.version, payload=words, at=at)
        else:
            dropped = {"words": "已当面督促,本周不发"}
            sheets.drop(sheet.pk, actor=world.actor("director"), version=sheet.version, payload=dropped, at=at)


def _sent(world: World) -> Iterator[tuple[Sheet, str]]:
    for sheet in Sheet.objects.filter(programme=world.programme).issued():
        yield sheet, next(code for code, unit in world.city.units.items() if unit.pk == sheet.unit_id)


def _answer_sheet(world: World, at: datetime.datetime) -> None:
    for sheet, code in _sent(world):
        words = {"words": "已重排工期,增加作业面,下月底前赶上序时。"}
        answers = {row.pk: words for row in sheet.rows.all()}
        sheet_answers.answer(sheet.pk, actor=world.actor(code), version=sheet.version, answers=answers, at=at)


def _judge_sheet(world: World, at: datetime.datetime) -> None:
    for sheet, _code in _sent(world):
        verdicts = {row.pk: {"verdict": "accepted", "words": "措施具体,继续跟踪"} for row in sheet.rows.all()}
        sheet_answers.judge(sheet.pk, actor=world.actor("supervisor"), version=sheet.version, verdicts=verdicts, at=at)


def _ask_for_more_time(world: World, at: datetime.datetime) -> None:
    pledge = world.pledge(REFUSED)
    if pledge is not None:
        requests.ask(
            "extension",
            pledge_id=pledge.pk,
            actor=world.actor("zjj"),
            payload={
                "due_date": f"{world.programme.year + 1}-03-31",
                "reason": "12个小区涉及燃气管道同步改造,需要跨年施工",
            },
            version=pledge.version,
            at=at,
        )


def _refuse(world: World, at: datetime.datetime) -> None:
    pledge = world.pledge(REFUSED)
    asked = pledge.requests.filter(status="open").first() if pledge else None
    if asked is not None:
        requests.decide(
            asked.pk,
            actor=world.actor("mayor"),
            version=asked.version,
            grant=False,
            words="民生实事年内必须完成,燃气改造由副市长牵头协调",
            at=at,
        )


def _ask_for_another_person(world: World, at: datetime.datetime) -> None:
    pledge = world.pledge(HANDED_OVER)
    if pledge is not None and pledge.state == "in_progress":
        requests.ask(
            "person_change",
            pledge_id=pledge.pk,
            actor=world.actor("nyncj"),
            payload={"person": "尚庆余", "reason": "禹丰年同志调任,由农田建设科负责人接手"},
            version=pledge.version,
            at=at,
        )


def _grant(world: World, at: datetime.datetime) -> None:
    pledge = world.pledge(HANDED_OVER)
    asked = pledge.requests.filter(status="open").first() if pledge else None
    if asked is not None:
        requests.decide(asked.pk, actor=world.actor("vm4"), version=asked.version, grant=True, words="同意", at=at)


def _name_deputy(world: World, at: datetime.datetime) -> None:
    """The head of housing is away for training in October; the head of ecology stands in."""
    post, stands_in = world.city.posts["zjj-head"], world.city.posts["sthjj-head"].holder
    first, last = (datetime.date(at.year, 10, day) for day in (8, 30))
    organisation.appoint_deputy(post, stands_in, first, last, actor=world.actor("zjj-head"), at=at)


def _ask_for_help(world: World, at: datetime.datetime) -> None:
    pledge = world.pledge(INSTRUCTED)
    if pledge is not None and pledge.state == "in_progress":
        calendar = calendars.current()
        requests.ask(
            "coordination",
            pledge_id=pledge.pk,
            actor=world.actor("zjj"),
            payload={
                "reason": "请协调财政局落实管网改造资金2亿元",
                "wanted_by": add_workdays(at.date(), 6, calendar).isoformat(),
            },
            version=pledge.version,
            at=at,
        )


def _urge(world: World, at: datetime.datetime) -> None:
    pledge = world.pledge(URGED)
    if pledge is not None and pledge.state == "in_progress":
        world.act("urge", pledge, "supervisor", at, words="请本周内补报挂牌时间和设备到位情况")


def _override(world: World, at: datetime.datetime) -> None:
    """The director looks at the last of the red ones and knows what the numbers do not."""
    red = Pledge.objects.filter(programme=world.programme, state="in_progress", light_reason="far_behind")
    pledge = red.order_by("number").last()
    if pledge is not None:
        reason = "用地已经市政府专题会协调解决,年底前可以追回"
        world.act("override_light", pledge, "director", at, light="yellow", reason=reason)
