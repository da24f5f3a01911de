from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("Registry")

    def ready(self) -> None:
        from accounts.activity import register_activity_source  # noqa: PLC0415 - app ready
        from accounts.units import register_unit_kind  # noqa: PLC0415 - app ready
        from common.tasks import register_periodic  # noqa: PLC0415 - app ready
        from partners.webhooks.events import register_feed  # noqa: PLC0415 - app ready
        from regions.hooks import on_succession  # noqa: PLC0415 - app ready

        from .activity import submission_acts  # noqa: PLC0415 - app ready
        from .announcing import present_end  # noqa: PLC0415 - app ready
        from .succession import move_producers  # noqa: PLC0415 - app ready
        from .units import producer_codes_within, producer_unit, producer_units  # noqa: PLC0415 - app ready

        register_unit_kind("producer", producer_unit, many=producer_units, codes_within=producer_codes_within)
        on_succession(move_producers)
        register_feed(present_end)
        register_activity_source(submission_acts)
        register_periodic("registry.jobs.follow_up_images", minutes=5)
        register_periodic("registry.jobs.clear_images", hours=24)
        register_periodic("registry.jobs.tell_lateness", minutes=30)
        register_periodic("registry.jobs.forget_reporters", hours=24)
        register_periodic("registry.jobs.forget_changes", hours=24)
        register_periodic("registry.jobs.renew_representations", hours=1)
        register_periodic("registry.jobs.make_dataset", minutes=15)
        register_periodic("registry.jobs.tell_webhooks", minutes=0.5)
        open_staff_models()


def open_staff_models() -> None:
    """Which mandates open which table in the staff area, for looking and (rarely) for changing by hand."""
    from accounts.permissions import register_model_actions  # noqa: PLC0415 - app ready
    from accounts.states import Action  # noqa: PLC0415 - app ready

    seen = {
        Action.PRODUCER_VIEW: (
            *("producer", "produceralias", "enterprise", "product", "productvariant", "chainstage", "participant", "productphoto"),
            *("externalid", "storedimage", "permit", "submission", "submissionversion", "versionimage", "submissionevent", "fieldflag"),
            *("catalogueentry", "category", "holiday", "checkerrule"),
        ),
        Action.CONTACT_EDIT: ("contact",),
        Action.SUBMISSION_VERIFY: ("outreach",),
        Action.COMPLAINT_HANDLE: ("complaint",),
        Action.OPERATIONS_VIEW: ("change", "feedcounter", "searchword", "representation", "datasetfile", "datasetfile"),
        Action.DASHBOARD_VIEW: ("notice",),
    }
    changed = {
        "producer": Action.PRODUCER_MANAGE,
        "category": Action.REFERENCE_EDIT,
        "holiday": Action.REFERENCE_EDIT,
        "checkerrule": Action.REFERENCE_EDIT,
    }
    for action, names in seen.items():
        for name in names:
            register_model_actions(f"registry.{name}", view=action, change=changed.get(name))
            register_model_actions(f"registry.{name}event", view=action)
