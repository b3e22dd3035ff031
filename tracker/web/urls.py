"""The pages. One module of views a subject; names are what templates and the process reverse."""

from django.urls import path

from tracker.web import (
    accounts,
    acts,
    columns,
    desk,
    documents,
    inbox,
    ledger,
    links,
    pledge,
    quarter,
    review,
    review_section,
    supervision,
    units,
)

app_name = "web"

urlpatterns = [
    path("", accounts.home, name="home"),
    path("sign-in/", accounts.SignIn.as_view(), name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("language/", accounts.choose_language, name="language"),
    path("post/", accounts.choose_post, name="post"),
    path("desk/", desk.desk, name="desk"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("pledges/", ledger.ledger, name="ledger"),
    path("pledges/<int:pk>/", pledge.pledge, name="pledge"),
    path("pledges/<int:pk>/acts/<slug:act>/", acts.act, name="act"),
    path("supervision/", supervision.supervision, name="supervision"),
    path("units/", units.units, name="units"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("quarter/", quarter.latest, name="quarter-latest"),
    path("quarter/<int:programme>/<slug:period>/", quarter.quarter, name="quarter"),
    path("quarter/<int:programme>/<slug:period>/ledger.xlsx", quarter.workbook, name="quarter-workbook"),
    path("documents/", documents.documents, name="documents"),
    path("documents/import/", documents.import_document, name="document-import"),
    path("documents/<int:pk>/", review.review, name="review"),
    path("measures/<int:pk>/link/<slug:kind>/", links.link, name="measure-link"),
    path("documents/<int:pk>/columns/", columns.columns, name="columns"),
    path("documents/<int:pk>/section/", review_section.section, name="review-section"),
    path("documents/<int:pk>/measures/", review.add, name="measure-add"),
    path("measures/<int:pk>/<slug:decision>/", review.decide, name="measure"),
]
