"""What people and jobs do with firms. Each action changes state, and says so in the journal."""

from market.firms.actions.changes import (
    accept_change,
    facts_of,
    request_changes,
    return_change,
    withdraw_change,
)
from market.firms.actions.checks import (
    check_pass,
    check_return,
    confirm_qualification,
    confirm_staff,
    refuse_qualification,
    refuse_staff,
)
from market.firms.actions.delegates import (
    Authority,
    authorise,
    end_authorities,
    end_authority,
    require_authority,
)
from market.firms.actions.ends import (
    answer_removal,
    drop_removal,
    may_reapply_on,
    notify_removal,
    pause,
    reapply,
    remove_if_due,
    rest,
    resume,
    wake,
)
from market.firms.actions.feedback import answer_feedback, hand_in_feedback
from market.firms.actions.promising import (
    route_bars,
    submit_on_promise,
    verify_false,
    verify_true,
)
from market.firms.actions.qualifications import (
    QualificationFacts,
    add_qualification,
    remove_qualification,
)
from market.firms.actions.registration import (
    Contacts,
    RegistrationFacts,
    leave,
    list_firm,
    move,
    save_contacts,
    save_facts,
    sign_promise,
    submit,
)
from market.firms.actions.reminding import remind
from market.firms.actions.services import offer, publish_fee, refresh_services, withdraw_service
from market.firms.actions.staff import StaffFacts, add_staff, remove_staff
from market.firms.actions.standing import end_standing, lift_standing, set_standing

__all__ = [
    "Authority",
    "Contacts",
    "QualificationFacts",
    "RegistrationFacts",
    "StaffFacts",
    "accept_change",
    "add_qualification",
    "add_staff",
    "answer_feedback",
    "answer_removal",
    "authorise",
    "check_pass",
    "check_return",
    "confirm_qualification",
    "confirm_staff",
    "drop_removal",
    "end_authorities",
    "end_authority",
    "end_standing",
    "facts_of",
    "hand_in_feedback",
    "leave",
    "lift_standing",
    "list_firm",
    "may_reapply_on",
    "move",
    "notify_removal",
    "offer",
    "pause",
    "publish_fee",
    "reapply",
    "refresh_services",
    "refuse_qualification",
    "refuse_staff",
    "remind",
    "remove_if_due",
    "remove_qualification",
    "remove_staff",
    "request_changes",
    "require_authority",
    "rest",
    "resume",
    "return_change",
    "route_bars",
    "save_contacts",
    "save_facts",
    "set_standing",
    "sign_promise",
    "submit",
    "submit_on_promise",
    "verify_false",
    "verify_true",
    "wake",
    "withdraw_change",
    "withdraw_service",
]
