from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = _("Evaluation")

    def ready(self) -> None:
        from common.tasks import register_periodic  # noqa: PLC0415 - app ready
        from registry.notices import register_words  # noqa: PLC0415 - app ready

        register_words({"substitute_needed": _("In “%(round)s” a sheet does not count any more. See on the panel's page who takes over.")})
        register_periodic("evaluations.panel_jobs.settle_panels", hours=24)
        open_staff_models()


def open_staff_models() -> None:
    """Which mandates may look at which table in the staff area; services alone change them."""
    from accounts.permissions import register_model_actions  # noqa: PLC0415 - app ready
    from accounts.states import Action  # noqa: PLC0415 - app ready

    seen = ("instrument", "round", "roundlogentry", "entrant", "panelmember", "meeting", "followup", "resultset", "result", "decree")
    for name in seen:
        register_model_actions(f"evaluations.{name}", view=Action.EVALUATION_VIEW)
        register_model_actions(f"evaluations.{name}event", view=Action.EVALUATION_VIEW)
