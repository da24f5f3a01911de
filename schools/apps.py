from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Schools (OSOP)")

    def ready(self) -> None:
        from accounts.permissions import register_model_actions  # noqa: PLC0415 - app ready
        from accounts.states import Action  # noqa: PLC0415 - app ready

        from . import pillar  # noqa: PLC0415 - app ready

        pillar.register_pillar()
        register_model_actions("schools.schoolprofile", view=Action.PRODUCER_VIEW, change=Action.PRODUCER_MANAGE)
        register_model_actions("schools.schoolprofileevent", view=Action.PRODUCER_VIEW)
