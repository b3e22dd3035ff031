"""Test data: units, people, programmes and pledges, and the two helpers that act on them.

    government()                 one city with everybody in it (`Government`), its calendar and its 2020 programme
    drafted(government)          a draft pledge as the import leaves it: with its first event and the task to assign it
    pledge_in(state, government) the same, walked through the gate to a state
    perform("sign", pledge, post, at="2020-02-10", person="…")    one act, with the version that the database has

Everything happens in 2020 unless said otherwise. `moment("2020-09-15")` is ten in the morning in Shanghai.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import factory
from django.db import transaction

from pledges import calendars, services
from pledges.actors import SYSTEM, Actor
from pledges.models import (
    Deputy,
    Milestone,
    Pledge,
    Post,
    Programme,
    Role,
    State,
    Target,
    Unit,
    User,
)
from workflow import measure_decisions
from workflow import services as gate
from workflow.permissions import by_granted_request
from workflow.transitions import BY_NAME

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "a-long-test-password"


def day(value: datetime.date | str) -> datetime.date:
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)


def moment(value: datetime.datetime | datetime.date | str) -> datetime.datetime:
    """A day as ten in the morning in Shanghai; a moment as it is."""
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime.combine(day(value), datetime.time(10), tzinfo=SHANGHAI)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"干部{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.invalid")
    password = factory.django.Password(PASSWORD)


class UnitFactory(factory.django.DjangoModelFactory):
    """A unit; its ``path`` follows from its parent."""

    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"单位{n}")
    kind = Unit.Kind.BUREAU
    parent = None
    position = factory.Sequence(lambda n: n)

    @classmethod
    def _create(cls, model_class: type[Unit], *args: Any, **kwargs: Any) -> Unit:
        unit = model_class(*args, **kwargs)
        unit.path = f"new-{id(unit)}"
        unit.save()
        unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        return unit


class CityFactory(UnitFactory):
    name = factory.Sequence(lambda n: f"云溪市{n or ''}")
    kind = Unit.Kind.CITY


class PostFactory(factory.django.DjangoModelFactory):
    """``PostFactory(unit=…, role=Role.HEAD)``: a post and its holder."""

    class Meta:
        model = Post

    unit = factory.SubFactory(UnitFactory)
    role = Role.COORDINATOR
    title = factory.Sequence(lambda n: f"岗位{n}")
    holder = factory.SubFactory(UserFactory)


class ProgrammeFactory(factory.django.DjangoModelFactory):
    """Made by `pledges.services.create_programme`, with its four periods, by the working days of the table."""

    class Meta:
        model = Programme

    government = factory.SubFactory(CityFactory)
    year = 2020

    @classmethod
    def _create(cls, model_class: type[Programme], *args: Any, **kwargs: Any) -> Programme:
        for year in (kwargs["year"], kwargs["year"] + 1):
            calendars.ensure_year(year)
        return services.create_programme(calendar=calendars.current(), **kwargs)


class PledgeFactory(factory.django.DjangoModelFactory):
    """A bare draft: facts alone, no target, no event and no task (see `drafted`)."""

    class Meta:
        model = Pledge

    programme = factory.SubFactory(ProgrammeFactory)
    title = factory.Sequence(lambda n: f"完成{n + 1}个行政村的管网改造")
    form = Pledge.Form.QUANTIFIED

    @classmethod
    def _create(cls, model_class: type[Pledge], *args: Any, **kwargs: Any) -> Pledge:
        if "number" not in kwargs:
            programme = kwargs["programme"]
            programme.refresh_from_db(fields=["next_number"])
            kwargs["number"] = f"{programme.year}-{programme.next_number:03d}"
            programme.next_number += 1
            programme.save(update_fields=["next_number"])
        return super()._create(model_class, *args, **kwargs)


class TargetFactory(factory.django.DjangoModelFactory):
    """355个 by default."""

    class Meta:
        model = Target

    pledge = factory.SubFactory(PledgeFactory)
    position = factory.LazyAttribute(lambda target: target.pledge.targets.count() + 1)
    value = Decimal(355)
    unit = "个"


class MilestoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Milestone

    pledge = factory.SubFactory(PledgeFactory, form=Pledge.Form.MILESTONE)
    position = factory.LazyAttribute(lambda stage: stage.pledge.milestones.count() + 1)
    title = factory.Sequence(lambda n: f"节点{n}")
    planned_date = datetime.date(2020, 6, 30)


@dataclass(frozen=True)
class Government:
    """A city: its supervision office, two bureaus, a county with a bureau of its own, and the posts in them."""

    city: Unit
    office: Unit
    housing: Unit
    water: Unit
    county: Unit
    county_housing: Unit
    programme: Programme
    director: Post
    supervisor: Post
    supervisor_2: Post
    leader: Post
    auditor: Post
    statistician: Post
    system_admin: Post
    security_admin: Post
    coordinator: Post  # of housing, the usual lead unit
    head: Post
    water_coordinator: Post  # of water, the usual supporting unit
    water_head: Post
    county_coordinator: Post
    county_housing_coordinator: Post

    @property
    def posts(self) -> dict[str, Post]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Post)}


def government(year: int = 2020) -> Government:
    city = CityFactory()
    office = UnitFactory(name="督查室", kind=Unit.Kind.OFFICE, parent=city)
    housing = UnitFactory(name="住房城乡建设局", parent=city, aliases=["住建局"])
    water = UnitFactory(name="水务局", parent=city)
    county = UnitFactory(name="清河县", kind=Unit.Kind.COUNTY, parent=city)
    county_housing = UnitFactory(name="县住房城乡建设局", parent=county)
    return Government(
        city=city,
        office=office,
        housing=housing,
        water=water,
        county=county,
        county_housing=county_housing,
        programme=ProgrammeFactory(government=city, year=year),
        director=PostFactory(unit=office, role=Role.DIRECTOR, title="主任"),
        supervisor=PostFactory(unit=office, role=Role.SUPERVISOR, title="督查一科"),
        supervisor_2=PostFactory(unit=office, role=Role.SUPERVISOR, title="督查二科"),
        leader=PostFactory(unit=city, role=Role.LEADER, title="副市长"),
        auditor=PostFactory(unit=city, role=Role.AUDITOR, title="审计管理员"),
        statistician=PostFactory(unit=city, role=Role.STATISTICIAN, title="统计数据员"),
        system_admin=PostFactory(unit=city, role=Role.SYSTEM_ADMINISTRATOR, title="系统管理员"),
        security_admin=PostFactory(unit=city, role=Role.SECURITY_ADMINISTRATOR, title="安全管理员"),
        coordinator=PostFactory(unit=housing, role=Role.COORDINATOR, title="联络员"),
        head=PostFactory(unit=housing, role=Role.HEAD, title="局长"),
        water_coordinator=PostFactory(unit=water, role=Role.COORDINATOR, title="联络员"),
        water_head=PostFactory(unit=water, role=Role.HEAD, title="局长"),
        county_coordinator=PostFactory(unit=county, role=Role.COORDINATOR, title="联络员"),
        county_housing_coordinator=PostFactory(unit=county_housing, role=Role.COORDINATOR, title="联络员"),
    )


def actor(post: Post | Actor, *, deputy: Post | None = None) -> Actor:
    """The holder of a post acting from it; with ``deputy`` the deputy's holder acting for it (AB岗)."""
    if isinstance(post, Actor):
        return post
    if deputy is not None:
        return Actor(user=deputy.holder, post=deputy, acting_for=post)
    return Actor(user=post.holder, post=post)


def make_deputy(post: Post, user: User, start: str, end: str) -> Deputy:
    return Deputy.objects.create(post=post, user=user, start_date=day(start), end_date=day(end))


def perform(
    name: str,
    pledge: Pledge,
    by: Post | Actor = SYSTEM,
    *,
    at: datetime.datetime | datetime.date | str = "2020-02-10",
    version: int | None = -1,
    **payload: Any,
) -> Pledge:
    """One act through the gate. Without ``version`` the one that the database has now."""
    if version == -1:
        version = None if by == SYSTEM else Pledge.objects.values_list("version", flat=True).get(pk=pledge.pk)
    return gate.perform(name, pledge_id=pledge.pk, actor=actor(by), payload=payload, version=version, at=moment(at))


def drafted(at: Government, *, on: str = "2020-02-01", target: str | None = "355", **fields: Any) -> Pledge:
    """A draft pledge with one target (``target=None``: none), its first event and its first task."""
    kwargs = {"programme": at.programme, **fields}
    pledge: Pledge = PledgeFactory(**kwargs)
    if target is not None:
        TargetFactory(pledge=pledge, value=Decimal(target))
    with transaction.atomic():
        measure_decisions._draft(pledge, actor(at.supervisor), moment(on))
    return pledge


def payload_for(name: str, at: Government, pledge: Pledge) -> dict[str, Any]:
    """What each act is usually told: the least that it takes."""
    payloads: dict[str, dict[str, Any]] = {
        "assign": {"lead_unit": at.housing.pk, "due_date": "2020-12-15", "basis": "市政府督〔2020〕1号"},
        "amend": {"lead_unit": at.water.pk, "goal": "三年消除黑臭水体"},
        "sign": {"person": "王敏"},
        "report": {"sentence": "管网已铺到村口", "values": {str(target.pk): "120" for target in pledge.targets.all()}},
        "accept": {},
        "return_report": {"reason": "请补充分县数据"},
        "claim": {"reason": "其余村并入明年工程", "evidence": "验收报告已归档"},
        "return_claim": {"reason": "现场有两处未通水"},
        "draft_verification": {"method": "site", "finding": "抽查十个村均已通水", "outcome": "met"},
        "verify": {},
        "approve": {},
        "propose_claim": {"reason": "其余村并入明年工程", "evidence": "验收报告已归档"},
        "return_proposal": {"reason": "请先补齐验收意见"},
        "settle": {"reason": "用地手续未批"},
        "carry_over": {"due_date": "2021-09-30"},
        "recheck": {"held": "held", "finding": "设施运行正常"},
        "reopen": {"reason": "两处设施停运"},
        "change_lead": {"lead_unit": at.water.pk, "basis": "机构职能调整"},
        "tag": {"add": ["民生实事"]},
        "allocate": {"shares": {str(at.water.pk): "100", str(at.county.pk): "255"}},
        "urge": {"words": "请尽快填报"},
        "answer_urge": {"words": "本周内补齐数据"},
        "override_light": {"light": "yellow", "reason": "汛期停工经批准"},
        "lift_override": {"reason": "汛期已过,恢复规则判定"},
        "answer_row": {"answer": "agree"},
        "settle_row": {"settlement": "adopted"},
    }
    # What only a granted request brings about is told through the request.
    return {} if BY_NAME[name].who == (by_granted_request,) else payloads[name]


def pledge_in(
    state: State | str, at: Government, *, reported: bool = False, support: tuple[Unit, ...] = (), **fields: Any
) -> Pledge:
    """A pledge led by housing, walked through the gate: drafted 1, assigned 3, signed 4 February, (reported on 20 and
    approved by the head on 21 March,) claimed on 10, drafted for verification on 16 and verified on 20 November 2020.
    """
    pledge = drafted(at, **fields)
    last = {"draft": "", "assigned": "assign", "in_progress": "sign", "claimed": "claim", "closed": "verify"}[
        str(state)
    ]
    walk = {
        "assign": (at.director, "2020-02-03", {"support": [unit.pk for unit in support]}),
        "sign": (at.coordinator, "2020-02-04", {}),
        "report": (at.coordinator, "2020-03-20", {}),
        "approve": (at.head, "2020-03-21", {}),
        "claim": (at.head, "2020-11-10", {}),
        "draft_verification": (at.supervisor, "2020-11-16", {}),
        "verify": (at.director, "2020-11-20", {}),
    }
    names = list(walk)
    for name in names[: names.index("approve" if last == "sign" and reported else last) + 1] if last else []:
        if name not in ("report", "approve") or reported:
            post, on, more = walk[name]
            pledge = perform(name, pledge, post, at=on, **{**payload_for(name, at, pledge), **more})
    return pledge
