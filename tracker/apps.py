from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from tracker import erased_rollups, erased_snapshots, receivers, snapshot_triggers
        from workflow.signals import changed, erasing_copies, moved

        changed.connect(receivers.mark_stale, dispatch_uid="tracker.receivers.mark_stale")
        moved.connect(receivers.mark_all_stale, dispatch_uid="tracker.receivers.mark_all_stale")
        erasing_copies.connect(erased_rollups.copies, dispatch_uid="tracker.erased_rollups.copies")
        erasing_copies.connect(erased_snapshots.copies, dispatch_uid="tracker.erased_snapshots.copies")
        pre_migrate.connect(snapshot_triggers.step_aside, sender=self)
        post_migrate.connect(snapshot_triggers.protect, sender=self)
