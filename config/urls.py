"""Addresses: pages at the root, the API under /api/, and one address for machines that watch."""

from django.urls import include, path

from tracker.web import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("api/", include("tracker.api.urls")),
    path("", include("tracker.web.urls")),
]

handler500 = "tracker.faults.answer"
