"""The REST API. Names are ``api:pledges-list``, ``api:pledge-assign`` (an act), ``api:quarter`` …"""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from tracker.api.views import (
    deliveries,
    documents,
    events,
    inbox,
    indicators,
    instructions,
    many,
    organisation,
    periods,
    plan,
    pledges,
    posts,
    programme_acts,
    programmes,
    questions,
    requests,
    robots,
    root,
    sheets,
    signed_pages,
    tasks,
    tokens,
)
from workflow.programme_table import ACTS
from workflow.transitions import TRANSITIONS

app_name = "api"

router = SimpleRouter()
router.register("programmes", programmes.Programmes, "programmes")
router.register("units", organisation.Units, "units")
router.register("documents", documents.Documents, "documents")
router.register("measures", documents.Measures, "measures")
router.register("pledges", pledges.Pledges, "pledges")
router.register("tasks", tasks.Tasks, "tasks")
router.register("requests", requests.Requests, "requests")
router.register("sheets", sheets.Sheets, "sheets")
router.register("instructions", instructions.Instructions, "instructions")
router.register("signed-pages", signed_pages.SignedPages, "signed-pages")
router.register("indicators", indicators.Indicators, "indicators")
router.register("posts", posts.Posts, "posts")
router.register("deputies", posts.Deputies, "deputies")
router.register("rollups", programmes.Rollups, "rollups")
router.register("digests", inbox.Digests, "digests")
router.register("alerts", inbox.Alerts, "alerts")
router.register("robots", robots.Robots, "robots")
router.register("deliveries", deliveries.Deliveries, "deliveries")

urlpatterns = [
    path("", root.Root.as_view(), name="root"),
    path("tokens/", tokens.Tokens.as_view(), name="tokens"),
    path("tokens/logout/", tokens.Logout.as_view(), name="logout"),
    path("tokens/logoutall/", tokens.LogoutAll.as_view(), name="logoutall"),
    path("events/", events.Events.as_view(), name="events"),
    path("me/", organisation.MeView.as_view(), name="me"),
    path("inbox/", inbox.Inbox.as_view(), name="inbox"),
    path("inbox/read/", inbox.Read.as_view(), name="inbox-read"),
    path("preferences/", inbox.Preferences.as_view(), name="preferences"),
    path("preferences/<slug:channel>/<slug:group>/", inbox.PreferenceView.as_view(), name="preference"),
    *[
        path(f"pledges/<int:pk>/actions/{row.name}/", pledges.act(row).as_view(), name=f"pledge-{row.name}")
        for row in TRANSITIONS
    ],
    path("pledges/<int:pk>/report/questions/", questions.ReportQuestions.as_view(), name="report-questions"),
    path("pledges/<int:pk>/plan/", plan.PlanView.as_view(), name="pledge-plan"),
    path("pledges/<int:pk>/source/", indicators.TargetSource.as_view(), name="target-source"),
    path("pledges/<int:pk>/allocation/", plan.AllocationView.as_view(), name="pledge-allocation"),
    *[
        path(
            f"programmes/<int:pk>/{programme_acts.SLUGS[row.name]}/",
            programme_acts.act(row).as_view(),
            name=f"programme-{programme_acts.SLUGS[row.name]}",
        )
        for row in ACTS
    ],
    path("programmes/<int:pk>/agree/", programme_acts.Agree.as_view(), name="programme-agree"),
    path("programmes/<int:pk>/sign/", programme_acts.Sign.as_view(), name="programme-sign"),
    path("pledges/bulk/<slug:act>/", many.BulkAct.as_view(), name="pledges-bulk"),
    path("approvals/<int:programme>/", many.Approvals.as_view(), name="approvals"),
    path("quarter/<int:programme>/<slug:period>/", programmes.Quarter.as_view(), name="quarter"),
    path("periods/<int:pk>/", periods.PeriodView.as_view(), name="period"),
    path("periods/<int:pk>/check/", periods.Check.as_view(), name="period-check"),
    path("periods/<int:pk>/settle/", periods.Settle.as_view(), name="period-settle"),
    path("periods/<int:pk>/close/", periods.Close.as_view(), name="period-close"),
    path("periods/<int:pk>/reopen/", periods.Reopen.as_view(), name="period-reopen"),
    path("periods/<int:pk>/snapshot/", periods.SnapshotView.as_view(), name="period-snapshot"),
    path("schema/", root.schema_document, name="schema"),
    path("docs/", root.docs, name="docs"),
    *router.urls,
    re_path(r"^.*/$", root.Nothing.as_view()),
]
