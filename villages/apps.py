from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VillagesConfig(AppConfig):
    name = "villages"
    verbose_name = _("Villages (OVOP)")

    def ready(self) -> None:
        from accounts.permissions import register_model_actions  # noqa: PLC0415 - app ready
        from accounts.states import Action  # noqa: PLC0415 - app ready

        from . import pillar  # noqa: PLC0415 - app ready

        pillar.register_pillar()
        register_model_actions("villages.villageprofile", view=Action.PRODUCER_VIEW, change=Action.PRODUCER_MANAGE)
        register_model_actions("villages.villageprofileevent", view=Action.PRODUCER_VIEW)
