"""Every write of accounts. Keyword-only, with the person who acts; each is one transaction and asks `permissions` first."""

from .activation import Issued, activate, check_code, find_by_token, find_usable, issue_activation
from .emergency import break_glass
from .events import record_event
from .help import answer_password_help, close_password_help, request_password_help
from .mandates import end_mandate, end_operator, grant_mandate, hand_over, name_operator, set_may_send, username_source
from .people import deactivate_account, erase_person, open_account, update_profile

__all__ = [
    "Issued",
    "activate",
    "answer_password_help",
    "break_glass",
    "check_code",
    "close_password_help",
    "deactivate_account",
    "end_mandate",
    "end_operator",
    "erase_person",
    "find_by_token",
    "find_usable",
    "grant_mandate",
    "hand_over",
    "issue_activation",
    "name_operator",
    "open_account",
    "record_event",
    "request_password_help",
    "set_may_send",
    "update_profile",
    "username_source",
]
