"""What people and jobs do with firms. Each action changes state, and says so in the journal."""

from market.firms.actions.checks import (
    check_pass,
    check_return,
    confirm_qualification,
    confirm_staff,
    refuse_qualification,
    refuse_staff,
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
    reapply,
    save_contacts,
    save_facts,
    sign_promise,
    submit,
)
from market.firms.actions.services import offer, publish_fee, refresh_services, withdraw_service
from market.firms.actions.staff import StaffFacts, add_staff, remove_staff
from market.firms.actions.standing import end_standing, lift_standing, set_standing

__all__ = [
    "Contacts",
    "QualificationFacts",
    "RegistrationFacts",
    "StaffFacts",
    "add_qualification",
    "add_staff",
    "check_pass",
    "check_return",
    "confirm_qualification",
    "confirm_staff",
    "end_standing",
    "leave",
    "lift_standing",
    "list_firm",
    "move",
    "offer",
    "publish_fee",
    "reapply",
    "refresh_services",
    "refuse_qualification",
    "refuse_staff",
    "remove_qualification",
    "remove_staff",
    "save_contacts",
    "save_facts",
    "set_standing",
    "sign_promise",
    "submit",
    "withdraw_service",
]
