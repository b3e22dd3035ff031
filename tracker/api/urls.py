"""The REST API. Names are ``api:pledges-list``, ``api:pledge-assign`` (an act), ``api:quarter`` …"""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from tracker.api.views import documents, organisation, pledges, programmes, root, tasks, tokens
from workflow.transitions import TRANSITIONS

app_name = "api"

router = SimpleRouter()
router.register("programmes", programmes.Programmes, "programmes")
router.register("units", organisation.Units, "units")
router.register("documents", documents.Documents, "documents")
router.register("measures", documents.Measures, "measures")
router.register("pledges", pledges.Pledges, "pledges")
router.register("tasks", tasks.Tasks, "tasks")
router.register("rollups", programmes.Rollups, "rollups")

urlpatterns = [
    path("", root.Root.as_view(), name="root"),
    path("tokens/", tokens.Tokens.as_view(), name="tokens"),
    path("tokens/logout/", tokens.Logout.as_view(), name="logout"),
    path("tokens/logoutall/", tokens.LogoutAll.as_view(), name="logoutall"),
    path("me/", organisation.MeView.as_view(), name="me"),
    *[
        path(f"pledges/<int:pk>/actions/{row.name}/", pledges.act(row).as_view(), name=f"pledge-{row.name}")
        for row in TRANSITIONS
    ],
    path("quarter/<int:programme>/<slug:period>/", programmes.Quarter.as_view(), name="quarter"),
    path("schema/", root.schema_document, name="schema"),
    path("docs/", root.docs, name="docs"),
    *router.urls,
    re_path(r"^.*/$", root.Nothing.as_view()),
]
