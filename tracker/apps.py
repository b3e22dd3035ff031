from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from tracker import receivers, snapshot_triggers
        from workflow.signals import changed, moved

        changed.connect(receivers.mark_stale, dispatch_uid="tracker.receivers.mark_stale")
        moved.connect(receivers.mark_all_stale, dispatch_uid="tracker.receivers.mark_all_stale")
        pre_migrate.connect(snapshot_triggers.step_aside, sender=self)
        post_migrate.connect(snapshot_triggers.protect, sender=self)
