"""What the workers do for the registry. Each may run more than once and first looks whether its work is still to be done."""

from __future__ import annotations

from registry import announcing, dataset, feed, representation
from registry.services import complaints, escalation, images


def prepare_image(image_id: int) -> None:
    """Make the sizes of one image."""
    images.prepare(image_id=image_id)


def follow_up_images() -> None:
    """Ask again for images whose job was lost or given up."""
    images.follow_up()


def clear_images() -> None:
    """Delete the files and rows nobody needs."""
    images.clear_unused()
    images.clear_received()


def tell_lateness() -> None:
    """Tell the heads of office of what lies on their desk beyond its promised day."""
    escalation.tell_lateness()


def forget_reporters() -> None:
    """Empty who reported a product, two years after the answer."""
    complaints.forget_reporters()


def forget_changes() -> None:
    """Delete the changes no cursor may lead back to any more."""
    feed.forget_changes()


def renew_representations() -> None:
    """Make anew what partners get where its form has changed, batch by batch."""
    representation.renew_all()


def make_dataset() -> None:
    """Make the files of the whole catalogue once it has changed."""
    dataset.make()


def tell_webhooks() -> None:
    """Write what webhooks hear of the changes since the last time."""
    announcing.fan_out()
