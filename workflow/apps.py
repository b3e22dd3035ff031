from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class WorkflowConfig(AppConfig):
    name = "workflow"

    def ready(self) -> None:
        from workflow import checks, receivers  # noqa: F401  importing registers the checks

        pre_migrate.connect(receivers.step_aside, sender=self)
        post_migrate.connect(receivers.protect_events, sender=self)
