"""管理: units, posts and accounts, for the system administrator. Nothing of any item's content stands here."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from pledges.errors import BadInput, Invisible
from pledges.models import Deputy, Post, Role, Unit, User
from tracker.web import organisation_forms as forms
from tracker.web.fields import Field
from tracker.web.requests import PageRequest
from workflow import organisation as organising
from workflow import posts

PAGE = 50
DEEPEST = 3  # levels that are drawn further in


@dataclass(frozen=True)
class Branch:
    """A unit in the tree with its posts."""

    unit: Unit
    depth: int
    posts: list[Post]


@login_required
@require_safe
def organisation(request: PageRequest) -> HttpResponse:
    forms.demand_administrator(request.actor)
    branches = _tree(request)
    held = [post for branch in branches for post in branch.posts]
    vacant = sum(post.holder is None or not post.holder.is_active for post in held)
    faults = posts.faults(today=clock.today())
    return render(
        request,
        "tracker/organisation/tree.html",
        {"branches": branches, "why": _why(len(branches), len(held), vacant), "faults": faults},
    )


def _tree(request: PageRequest) -> list[Branch]:
    """Every unit after the one above it, in the units' own order; a fixed number of queries."""
    today = clock.today()
    deputies = Deputy.objects.filter(end_date__gte=today).select_related("user").order_by("start_date", "pk")
    seats = (
        Post.objects.filter(is_active=True)
        .select_related("holder", "unit")
        .annotate(waiting=Count("tasks", filter=Q(tasks__closed_at=None)))
        .prefetch_related(Prefetch("deputies", queryset=deputies, to_attr="deputies_now"))
        .order_by("pk")
    )
    units = Unit.objects.visible_to(request.actor).prefetch_related(Prefetch("posts", queryset=seats))
    below: dict[int | None, list[Unit]] = {}
    for unit in units.order_by("position", "pk"):
        below.setdefault(unit.parent_id, []).append(unit)
    found: list[Branch] = []

    def grow(parent_id: int | None, depth: int) -> None:
        for unit in below.get(parent_id, []):
            found.append(Branch(unit, min(depth, DEEPEST), list(unit.posts.all())))
            grow(unit.pk, depth + 1)

    grow(None, 0)
    return found


def _why(units: int, held: int, vacant: int) -> str:
    told = _("%(units)d 个单位,%(posts)d 个岗位") % {"units": units, "posts": held}
    return told + (ngettext(",%d 个岗位空缺", ",%d 个岗位空缺", vacant) % vacant if vacant else "")


# Units


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_unit(request: PageRequest) -> HttpResponse:
    forms.demand_administrator(request.actor)
    fields = [
        Field("parent", _("上级单位"), "select", required=True, options=forms.unit_options(request.actor)),
        Field("name", _("单位名称"), "text", required=True),
        Field("name_en", _("英文名称"), "text"),
        Field("kind", _("类别"), "radios", required=True, value=Unit.Kind.BUREAU, options=_kinds()),
        Field("aliases", _("别名"), "text", hint=_("简称和曾用名,用顿号隔开;导入文件时据此认出单位。")),
    ]
    typed = forms.typed_in(request, fields)

    def make() -> Unit:
        parent = forms.unit(request.actor, typed["parent"])
        if parent is None:
            raise BadInput({"parent": _("请选择上级单位。")})
        if typed["kind"] not in dict(_kinds()):
            raise BadInput({"kind": _("请选择类别。")})
        return organising.add_unit(
            actor=request.actor,
            at=clock.now(),
            name=typed["name"],
            name_en=typed["name_en"][:160],
            kind=Unit.Kind(typed["kind"]),
            aliases=[one.strip() for one in typed["aliases"].split("、") if one.strip()],
            parent=parent,
            position=Unit.objects.below(parent).count(),
        )

    return _form(
        request,
        make,
        done=lambda unit: _("已新增单位:%(unit)s") % {"unit": unit},
        title=_("新增单位"),
        why=_("新单位立项前要有联络员:新增后再设岗位。"),
        fields=fields,
        button=_("新增"),
    )


def _kinds() -> list[tuple[str, Any]]:
    return [(kind.value, kind.label) for kind in Unit.Kind if kind != Unit.Kind.CITY]


# Posts


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_post(request: PageRequest) -> HttpResponse:
    forms.demand_administrator(request.actor)
    asked = request.GET.get("unit", "")
    fields = [
        Field("unit", _("单位"), "select", required=True, value=asked, options=forms.unit_options(request.actor)),
        Field("role", _("角色"), "select", required=True, options=forms.role_options()),
        Field("title", _("职务"), "text", required=True),
        Field("holder", _("现任"), "select", required=True, options=forms.person_options(request.actor)),
    ]
    typed = forms.typed_in(request, fields)

    def make() -> Post:
        unit, holder = forms.unit(request.actor, typed["unit"]), forms.person(request.actor, typed["holder"])
        faults = {
            "unit": _("请选择单位。") if unit is None else "",
            "role": "" if typed["role"] in Role.values else _("请选择角色。"),
            "title": "" if typed["title"] else _("请填写职务。"),
            "holder": _("请选择任职的人。") if holder is None else "",
        }
        faults = {name: words for name, words in faults.items() if words}
        if not faults and Post.objects.filter(unit=unit, role=typed["role"], title=typed["title"]).exists():
            faults["title"] = _("这个单位已有这个岗位,请在岗位页更换现任。")
        if faults or unit is None:
            raise BadInput(faults)
        return organising.appoint(
            actor=request.actor,
            at=clock.now(),
            unit=unit,
            role=Role(typed["role"]),
            title=typed["title"],
            holder=holder,
        )

    return _form(
        request,
        make,
        done=lambda post: _("已设岗位:%(post)s") % {"post": post},
        title=_("设岗位"),
        why=_("待办绑定岗位:换人时待办随岗位转给继任者。"),
        fields=fields,
        button=_("设岗位"),
    )


# Accounts


@login_required
@require_safe
def accounts(request: PageRequest) -> HttpResponse:
    forms.demand_administrator(request.actor)
    page = Paginator(known_accounts(request).order_by("-is_active", "username"), PAGE).get_page(request.GET.get("page"))
    count = page.paginator.count
    why = ngettext("%d 个账号", "%d 个账号", count) % count
    return render(request, "tracker/organisation/accounts.html", {"page": page, "why": why})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_account(request: PageRequest) -> HttpResponse:
    forms.demand_administrator(request.actor)
    fields = [
        Field("username", _("账号"), "text", required=True),
        Field("name", _("姓名"), "text", required=True),
        Field("email", _("电子邮箱"), "text"),
        Field(
            "password", _("初始密码"), "password", required=True, hint=_("告知本人;本人登录后在右上角的菜单中更改。")
        ),
    ]
    typed = forms.typed_in(request, fields)

    def make() -> User:
        return organising.add_user(
            actor=request.actor,
            at=clock.now(),
            username=typed["username"],
            name=typed["name"],
            email=typed["email"],
            password=request.POST.get("password", ""),
        )

    return _form(
        request,
        make,
        done=lambda user: _("已新增账号:%(user)s") % {"user": user.username},
        title=_("新增账号"),
        why=_("一人一个账号;权限来自岗位,新增后再设岗位。"),
        fields=fields,
        button=_("新增"),
        onward="web:organisation-accounts",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: PageRequest, pk: int) -> HttpResponse:
    """Close an account, with a successor for its posts where one is needed; or open it again."""
    forms.demand_administrator(request.actor)
    found: User | None = known_accounts(request).filter(pk=pk).first()
    if found is None:
        raise Invisible()
    options = forms.person_options(request.actor, but=found)
    hint = _("所任岗位及其待办全部转给继任者;没有待办的岗位可以不选。")
    fields = [Field("successor", _("继任者"), "select", hint=hint, options=options)] if found.is_active else []
    typed = forms.typed_in(request, fields)

    def make() -> User:
        if not found.is_active:
            return organising.reactivate(found.pk, actor=request.actor, at=clock.now())
        successor = forms.person(request.actor, typed["successor"])
        return organising.deactivate(found.pk, actor=request.actor, at=clock.now(), successor=successor)

    done = _("已停用账号:%(user)s") if found.is_active else _("已启用账号:%(user)s")
    return _form(
        request,
        make,
        done=lambda user: done % {"user": user.username},
        title=_("停用账号") if found.is_active else _("启用账号"),
        why=f"{found.name}({found.username})" + "".join(f" · {post}" for post in found.posts.all()),
        fields=fields,
        button=_("停用") if found.is_active else _("启用"),
        onward="web:organisation-accounts",
    )


def known_accounts(request: PageRequest) -> Any:
    """The accounts of the administrator's government, and those without a post."""
    units = Unit.objects.visible_to(request.actor)
    held = Post.objects.filter(is_active=True).select_related("unit")
    found = User.objects.filter(Q(posts__unit__in=units) | Q(posts=None)).distinct()
    return found.prefetch_related(Prefetch("posts", queryset=held))


def _form(request: PageRequest, make: Any, *, done: Any, onward: str = "web:organisation", **page: Any) -> HttpResponse:
    """Show the form; on POST do it and go on, or show it again with what is in the way."""
    page["back"] = reverse(onward)
    if request.method != "POST":
        return forms.page(request, **page)
    try:
        made = make()
    except BadInput as refusal:
        typed = forms.typed_in(request, page["fields"])
        typed.pop("password", None)
        return forms.page(request, typed=typed, faults=refusal.fields, **page)
    messages.success(request, done(made))
    return redirect(onward)
