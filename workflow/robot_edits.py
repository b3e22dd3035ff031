"""群机器人: the system administrator sets them up, changes and tries them. Events never name address or secret."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from pledges.actors import Actor
from pledges.errors import BadInput, Invisible
from pledges.models import Unit
from workflow import channels, organisation, webhooks, wording
from workflow.models import Robot

WANTS = ("wants_overdue", "wants_coming", "wants_at_once")
FIELDS = ("unit", "name", "kind", "url", "secret", "language", *WANTS, "is_active")
SECRET = ("url", "secret")


def visible_to(actor: Actor) -> Any:
    return Robot.objects.filter(unit__in=Unit.objects.visible_to(actor)).select_related("unit")


def add(given: Mapping[str, Any], *, actor: Actor, at: datetime.datetime) -> Robot:
    """A new robot of ``FIELDS``. Raises Forbidden, Invisible or BadInput."""
    organisation.demand_administrator(actor, given.get("unit"))
    fields = _read(given, None)
    with transaction.atomic():
        robot: Robot = Robot.objects.create(**fields, created_at=at)
        organisation.record("add_robot", actor, at, _told(robot, fields))
    return robot


def change(robot_id: int, given: Mapping[str, Any], *, actor: Actor, at: datetime.datetime) -> Robot:
    """The given ``FIELDS`` anew, the others stay; an empty address or secret leaves what was there, another address
    without a secret has none."""
    organisation.demand_administrator(actor, given.get("unit"))
    with transaction.atomic():
        robot = _locked(robot_id, actor)
        fields = _read(given, robot)
        changed = [name for name, value in fields.items() if getattr(robot, name) != value]
        for name, value in fields.items():
            setattr(robot, name, value)
        robot.save()
        if changed:
            organisation.record("change_robot", actor, at, {**_told(robot, fields), "changed": sorted(changed)})
    return robot


def test(robot_id: int, *, actor: Actor, at: datetime.datetime) -> str:
    """Have the robot say in its group that it works; why it did not, or an empty text. The try is on record."""
    organisation.demand_administrator(actor, None)
    robot: Robot | None = visible_to(actor).filter(pk=robot_id).first()
    if robot is None:
        raise Invisible()
    with translation.override(robot.language):
        text = wording.with_link(_("任务提醒:测试消息"))
    key = f"robot:{robot.pk}:test:{int(at.timestamp())}"
    fault = ""
    try:  # no transaction is open meanwhile
        channels.call(channels.Call(key=key, robot=robot, text=text, at=at))
    except (channels.Unreachable, channels.NotTaken, webhooks.Refused) as error:
        fault = f"{type(error).__name__}: {error}"[:300]
    with transaction.atomic():
        organisation.record("test_robot", actor, at, {"robot": robot.pk, "taken": not fault})
    return fault


def _locked(robot_id: int, actor: Actor) -> Robot:
    found: Robot | None = visible_to(actor).select_for_update(of=("self",)).filter(pk=robot_id).first()
    if found is None:
        raise Invisible()
    return found


def _read(given: Mapping[str, Any], robot: Robot | None) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: given.get(name) if robot is None or name in given or name in SECRET else getattr(robot, name)
        for name in FIELDS
    }
    for name in ("name", "url", "secret"):
        fields[name] = str(fields[name] or "").strip()
    if robot is not None and not fields["url"]:
        fields["url"] = robot.url
        fields["secret"] = fields["secret"] or robot.secret
    faults: dict[str, Any] = {}
    if fields["unit"] is None:
        faults["unit"] = _("请选择单位。")
    if not 0 < len(fields["name"]) <= 60:
        faults["name"] = _("请填写群名,最多 60 字。")
    if fields["kind"] not in Robot.Kind.values:
        faults["kind"] = _("请选择平台。")
    if fields["language"] not in dict(settings.LANGUAGES):
        faults["language"] = _("请选择语言。")
    if not fields["url"] or len(fields["url"]) > 500 or webhooks.fault_of(fields["url"]):
        faults["url"] = _("请粘贴平台给出的完整地址,以 https:// 开头。")
    if len(fields["secret"]) > 200:
        faults["secret"] = _("加签密钥最多 200 字。")
    if not faults and _is_taken(fields, robot):
        faults["name"] = _("这个单位已有同名的群,请换一个名称。")
    if faults:
        raise BadInput(faults)
    return fields | {name: bool(fields[name]) for name in (*WANTS, "is_active")}


def _is_taken(fields: Mapping[str, Any], robot: Robot | None) -> bool:
    same = Robot.objects.filter(unit=fields["unit"], name=fields["name"])
    return (same.exclude(pk=robot.pk) if robot is not None else same).exists()


def _told(robot: Robot, fields: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in fields.items() if name not in SECRET}
    return {"robot": robot.pk, "host": robot.host, **told}
