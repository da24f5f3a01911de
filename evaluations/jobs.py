"""What the workers do for the evaluation. Each may run more than once and first looks whether its work is still to be done."""

from __future__ import annotations

from evaluations.services import reminders


def remind() -> None:
    """Remind reviewers of open sheets and producers of open questions, at most once a day each."""
    reminders.remind_before_closing()
    reminders.remind_producers()
