from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from common.tasks import register_periodic  # noqa: PLC0415 - app ready

        from .permissions import register_model_actions  # noqa: PLC0415 - models are loaded only now
        from .states import Action  # noqa: PLC0415 - as above

        for label in ("user", "mandate", "activation", "accountevent", "userevent", "mandateevent"):
            register_model_actions(f"accounts.{label}", view=Action.ACCOUNT_VIEW)
        register_model_actions("accounts.passwordhelp", view=Action.ACCOUNT_MANAGE)
        register_periodic("accounts.jobs.forget_old", hours=24)
