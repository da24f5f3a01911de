from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

PARTNERS = ("partner", "credential", "apiuse", "keptanswer", "partnerevent", "credentialevent")
WEBHOOKS = ("webhook", "webhookmessage", "webhookattempt", "webhookevent")


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        from accounts.permissions import register_model_actions  # noqa: PLC0415 - models are loaded only now
        from accounts.states import Action  # noqa: PLC0415 - as above
        from common.tasks import register_periodic  # noqa: PLC0415 - app ready

        from . import api_schema  # noqa: F401, PLC0415 - registers itself with the document

        for label in (*PARTNERS, *WEBHOOKS):
            register_model_actions(f"partners.{label}", view=Action.PARTNER_MANAGE)
        register_periodic("partners.jobs.forget_old", hours=1)
        register_periodic("partners.jobs.deliver_due", minutes=0.5)
