"""Who may call what. Every endpoint says so, or the application refuses to start."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from types import MappingProxyType
from typing import Final, ParamSpec, TypeVar

from flask import Flask
from flask_login import current_user

from market.errors import ForbiddenError, SignInRequiredError

P = ParamSpec("P")
R = TypeVar("R")


class OrgKind(StrEnum):
    """What an organisation is to the market."""

    OWNER = "owner"
    FIRM = "firm"
    OPERATOR = "operator"
    REGULATOR = "regulator"
    SUPERVISOR = "supervisor"
    EXPERT = "expert"


class Permission(StrEnum):
    """``thing:deed``, kept in alphabetical order."""

    ACCOUNT_AGREE = "account:agree"
    ACCOUNT_MANAGE = "account:manage"
    ADD_ON_DECIDE = "add-on:decide"
    AWARD_ANSWER = "award:answer"
    CARD_DECIDE = "card:decide"
    CARD_GIVE = "card:give"
    CARD_REPLY = "card:reply"
    CASE_DECIDE = "case:decide"
    CASE_PROPOSE = "case:propose"
    CASE_REPLY = "case:reply"
    CATALOGUE_KEEP = "catalogue:keep"
    COMPLAINT_ASSIGN = "complaint:assign"
    COMPLAINT_AUDIT = "complaint:audit"
    COMPLAINT_DECIDE = "complaint:decide"
    COMPLAINT_ENTER = "complaint:enter"
    COMPLAINT_HANDLE = "complaint:handle"
    CONTRACT_FILE = "contract:file"
    DELIVERABLE_REVIEW = "deliverable:review"
    DELIVERABLE_SUBMIT = "deliverable:submit"
    DOCUMENT_CHECK = "document:check"
    DOCUMENT_HAND_IN = "document:hand-in"
    DRAW_CONTRIBUTE = "draw:contribute"
    DRAW_ENROL = "draw:enrol"
    DRAW_RUN = "draw:run"
    DRAW_SUPERVISE = "draw:supervise"
    EXPERT_CHECK = "expert:check"
    EXPERT_SERVE = "expert:serve"
    EXPLANATION_CHECK = "explanation:check"
    EXPLANATION_DECIDE = "explanation:decide"
    FEE_PUBLISH = "fee:publish"
    FIRM_CHECK = "firm:check"
    FIRM_EDIT = "firm:edit"
    FIRM_IMPORT = "firm:import"
    HOLIDAY_KEEP = "holiday:keep"
    MATERIALS_HAND_OVER = "materials:hand-over"
    MESSAGE_MANAGE = "message:manage"
    NEED_APPROVE = "need:approve"
    NEED_CHECK = "need:check"
    NEED_POST = "need:post"
    OBJECTION_ANSWER = "objection:answer"
    OBJECTION_DECIDE = "objection:decide"
    OBJECTION_EXAMINE = "objection:examine"
    ORGANISATION_MANAGE = "organisation:manage"
    OVERSIGHT_READ = "oversight:read"
    OWNER_CHECK = "owner:check"
    OWNER_EDIT = "owner:edit"
    PASSWORD_HAND_OVER = "password:hand-over"  # noqa: S105 - a permission, not a secret
    RATING_DECIDE = "rating:decide"
    RATING_EXAMINE = "rating:examine"
    RATING_GIVE = "rating:give"
    SUSPENSION_DECIDE = "suspension:decide"
    SUSPENSION_REQUEST = "suspension:request"
    WORK_REVIEW = "work:review"
    WORKBENCH_OPEN = "workbench:open"


class Role(StrEnum):
    """What a person does in an organisation. A person may have several roles."""

    OWNER_CLERK = "owner-clerk"
    OWNER_APPROVER = "owner-approver"
    FIRM_DELEGATE = "firm-delegate"
    FIRM_AGENT = "firm-agent"
    OPERATOR_CLERK = "operator-clerk"
    OPERATOR_MANAGER = "operator-manager"
    REGULATOR_OFFICER = "regulator-officer"
    REGULATOR_DECIDER = "regulator-decider"
    SUPERVISOR_OFFICER = "supervisor-officer"
    EXPERT = "expert"


_P = Permission
ROLES: Final[Mapping[Role, tuple[OrgKind, frozenset[Permission]]]] = MappingProxyType(
    {
        Role.OWNER_CLERK: (
            OrgKind.OWNER,
            frozenset(
                {
                    _P.CARD_REPLY,
                    _P.CONTRACT_FILE,
                    _P.DELIVERABLE_REVIEW,
                    _P.DRAW_CONTRIBUTE,
                    _P.MATERIALS_HAND_OVER,
                    _P.NEED_POST,
                    _P.RATING_GIVE,
                    _P.SUSPENSION_REQUEST,
                    _P.WORKBENCH_OPEN,
                }
            ),
        ),
        Role.OWNER_APPROVER: (
            OrgKind.OWNER,
            frozenset(
                {
                    _P.ACCOUNT_AGREE,
                    _P.ACCOUNT_MANAGE,
                    _P.DOCUMENT_HAND_IN,
                    _P.NEED_APPROVE,
                    _P.OWNER_EDIT,
                    _P.WORKBENCH_OPEN,
                }
            ),
        ),
        Role.FIRM_DELEGATE: (
            OrgKind.FIRM,
            frozenset(
                {
                    _P.ACCOUNT_AGREE,
                    _P.AWARD_ANSWER,
                    _P.CARD_REPLY,
                    _P.CASE_REPLY,
                    _P.CONTRACT_FILE,
                    _P.DELIVERABLE_SUBMIT,
                    _P.DOCUMENT_HAND_IN,
                    _P.DRAW_ENROL,
                    _P.FEE_PUBLISH,
                    _P.FIRM_EDIT,
                    _P.RATING_GIVE,
                    _P.SUSPENSION_REQUEST,
                    _P.WORKBENCH_OPEN,
                }
            ),
        ),
        # Acts for a firm only as far as a letter of authority goes (firms.actions.delegates).
        Role.FIRM_AGENT: (
            OrgKind.FIRM,
            frozenset(
                {
                    _P.AWARD_ANSWER,
                    _P.CONTRACT_FILE,
                    _P.DELIVERABLE_SUBMIT,
                    _P.DRAW_ENROL,
                    _P.WORKBENCH_OPEN,
                }
            ),
        ),
        Role.OPERATOR_CLERK: (
            OrgKind.OPERATOR,
            frozenset(
                {
                    _P.COMPLAINT_ASSIGN,
                    _P.COMPLAINT_ENTER,
                    _P.CARD_GIVE,
                    _P.CARD_REPLY,
                    _P.CASE_PROPOSE,
                    _P.CATALOGUE_KEEP,
                    _P.DOCUMENT_CHECK,
                    _P.DRAW_RUN,
                    _P.EXPERT_CHECK,
                    _P.EXPLANATION_CHECK,
                    _P.FIRM_CHECK,
                    _P.FIRM_IMPORT,
                    _P.MESSAGE_MANAGE,
                    _P.HOLIDAY_KEEP,
                    _P.NEED_CHECK,
                    _P.OBJECTION_ANSWER,
                    _P.OVERSIGHT_READ,
                    _P.OWNER_CHECK,
                    _P.PASSWORD_HAND_OVER,
                    _P.RATING_EXAMINE,
                    _P.SUSPENSION_DECIDE,
                    _P.WORKBENCH_OPEN,
                }
            ),
        ),
        Role.OPERATOR_MANAGER: (
            OrgKind.OPERATOR,
            frozenset(
                {
                    _P.ACCOUNT_MANAGE,
                    _P.MESSAGE_MANAGE,
                    _P.CARD_DECIDE,
                    _P.ORGANISATION_MANAGE,
                    _P.OVERSIGHT_READ,
                    _P.PASSWORD_HAND_OVER,
                    _P.RATING_DECIDE,
                    _P.WORKBENCH_OPEN,
                }
            ),
        ),
        Role.REGULATOR_OFFICER: (
            OrgKind.REGULATOR,
            frozenset(
                {
                    _P.ACCOUNT_AGREE,
                    _P.COMPLAINT_HANDLE,
                    _P.CARD_GIVE,
                    _P.CARD_REPLY,
                    _P.CASE_PROPOSE,
                    _P.DRAW_CONTRIBUTE,
                    _P.OBJECTION_EXAMINE,
                    _P.OVERSIGHT_READ,
                    _P.RATING_GIVE,
                    _P.WORK_REVIEW,
                    _P.WORKBENCH_OPEN,
                }
            ),
        ),
        Role.REGULATOR_DECIDER: (
            OrgKind.REGULATOR,
            frozenset(
                {
                    _P.ACCOUNT_AGREE,
                    _P.COMPLAINT_AUDIT,
                    _P.COMPLAINT_DECIDE,
                    _P.ADD_ON_DECIDE,
                    _P.CARD_DECIDE,
                    _P.CASE_DECIDE,
                    _P.EXPLANATION_DECIDE,
                    _P.OBJECTION_DECIDE,
                    _P.OVERSIGHT_READ,
                    _P.WORKBENCH_OPEN,
                }
            ),
        ),
        Role.SUPERVISOR_OFFICER: (
            OrgKind.SUPERVISOR,
            frozenset(
                {
                    _P.ACCOUNT_AGREE,
                    _P.COMPLAINT_ASSIGN,
                    _P.COMPLAINT_AUDIT,
                    # What no authority may handle: complaints about the only one there is.
                    _P.COMPLAINT_DECIDE,
                    _P.COMPLAINT_HANDLE,
                    _P.CARD_DECIDE,
                    _P.CARD_GIVE,
                    _P.DRAW_CONTRIBUTE,
                    _P.DRAW_SUPERVISE,
                    _P.OVERSIGHT_READ,
                    _P.WORKBENCH_OPEN,
                }
            ),
        ),
        # Each expert is an organisation of their own, known by a code that says nothing of them.
        Role.EXPERT: (
            OrgKind.EXPERT,
            frozenset({_P.DOCUMENT_HAND_IN, _P.EXPERT_SERVE, _P.WORKBENCH_OPEN}),
        ),
    }
)


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return everything a person with these roles may do."""
    return frozenset().union(*(ROLES[role][1] for role in roles))


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view run only for people whose roles carry ``permission``."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = getattr(current_user, "actor", None)
            if actor is None:
                raise SignInRequiredError
            if permission not in actor.permissions:
                raise ForbiddenError
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Let anyone call a view."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def check_every_endpoint(app: Flask) -> None:
    """Refuse to start unless each endpoint is marked ``@public`` or ``@requires``.

    Raises:
        RuntimeError: An endpoint does not say who may call it.
    """
    for endpoint, view in app.view_functions.items():
        if not hasattr(view, "access"):
            raise RuntimeError(f"{endpoint} does not say who may call it")
