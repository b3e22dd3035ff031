from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from tracker import receivers
        from workflow.signals import changed

        changed.connect(receivers.mark_stale, dispatch_uid="tracker.receivers.mark_stale")
