from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = _("Evaluation")

    def ready(self) -> None:
        from common.tasks import register_periodic  # noqa: PLC0415 - app ready
        from registry.notices import register_words  # noqa: PLC0415 - app ready

        from . import notices  # noqa: PLC0415 - app ready

        register_words(notices.WORDS)
        register_periodic("evaluations.jobs.remind", hours=6)
        register_periodic("evaluations.panel_jobs.settle_panels", hours=24)
        open_staff_models()
        open_workspace()


def open_staff_models() -> None:
    """Which mandates may look at which table in the staff area; services alone change them."""
    from accounts.permissions import register_model_actions  # noqa: PLC0415 - app ready
    from accounts.states import Action  # noqa: PLC0415 - app ready

    seen = ("instrument", "round", "roundlogentry", "entrant", "panelmember", "meeting", "followup", "resultset", "result", "decree")
    for name in seen:
        register_model_actions(f"evaluations.{name}", view=Action.EVALUATION_VIEW)
        register_model_actions(f"evaluations.{name}event", view=Action.EVALUATION_VIEW)


def open_workspace() -> None:
    """Images of versions, answers and visits, and the card on the first page of a producer's workspace."""
    from registry.home_cards import register_home_card  # noqa: PLC0415 - app ready
    from registry.queries.images import register_image_scope  # noqa: PLC0415 - app ready
    from registry.services.images import register_image_user  # noqa: PLC0415 - app ready

    from .models import Decree, EvidenceRequest, Visit  # noqa: PLC0415 - app ready
    from .producer_page import home_card  # noqa: PLC0415 - app ready
    from .queries.images import answered_images, asked_images, decreed_images, judged_images, visited_images  # noqa: PLC0415 - app ready

    for model in (EvidenceRequest, Visit):
        register_image_user(model, "images")
    register_image_user(Decree, "scan")
    for rows in (answered_images, asked_images, decreed_images, judged_images, visited_images):
        register_image_scope(rows)
    register_home_card(home_card)
