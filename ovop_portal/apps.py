from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "ovop_portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from accounts.permissions import register_model_actions  # noqa: PLC0415 - apps are loaded only now
        from accounts.states import Action  # noqa: PLC0415 - apps are loaded only now
        from common.tasks import register_periodic  # noqa: PLC0415 - apps are loaded only now

        register_model_actions("common.jobrun", view=Action.OPERATIONS_VIEW)
        register_model_actions("common.job", view=Action.OPERATIONS_VIEW)
        register_model_actions("regions.region", view=Action.DASHBOARD_VIEW, change=Action.REFERENCE_EDIT)
        register_model_actions("regions.regionsuccession", view=Action.DASHBOARD_VIEW, change=Action.REFERENCE_EDIT)
        register_model_actions("regions.regionplan", view=Action.REFERENCE_EDIT, change=Action.REFERENCE_EDIT)
        register_model_actions("regions.regionplanitem", view=Action.REFERENCE_EDIT, change=Action.REFERENCE_EDIT)
        register_periodic("ovop_portal.tasks.clear_expired_sessions", hours=24)
        register_periodic("ovop_portal.tasks.clear_expired_cache", hours=24)


class StaffAdminConfig(AdminConfig):
    default_site = "ovop_portal.staff.StaffSite"
