"""How jobs went to a firm that their owner named: by the real actions, without a draw."""

from datetime import timedelta
from typing import Final

from market.demo.acting import Acting
from market.demo.people import Office
from market.demo.registrations import FEN
from market.demo.timeline import Story, later
from market.direct import actions
from market.direct.actions.emergency import of_choice
from market.direct.emergency_rules import EmergencyGround, Opinion
from market.direct.funds_rules import Funds
from market.direct.model import DirectChoice
from market.direct.queries import locked
from market.direct.rules import DirectGround
from market.draws import actions as draws
from market.draws.model import Award
from market.draws.queries import failures_of
from market.firms.fees import FeeKind
from market.firms.queries import current_fee, offering
from market.needs.queries import by_id
from market.tariffs.comparing import Hindrance
from market.tariffs.disclosed import price_of, project_of

SMALL: Final = 9_600
"""The ceiling in yuan of what may be given without a draw."""
SMALL_AREA: Final = 3_900
"""How large the buildings of a small job are, in square metres."""
LIMIT: Final = 10_000
"""Up to what the firm's own fee for a small job may come, in yuan."""
URGENT: Final = 30_000
"""What the city's emergency costs, in yuan."""


def _named(act: Acting, need_id: int, yuan: int) -> str:
    """Return the code of the first firm whose fixed fee for the service is not below a price."""
    with act.reading() as work:
        code = by_id(work, need_id).item_code
        for firm in offering(work, code):
            fee = current_fee(work, firm.id, code)
            if fee is not None and fee.kind is FeeKind.FIXED and (fee.amount_fen or 0) > yuan * FEN:
                return firm.code
    raise LookupError(code)


def _small(act: Acting, need_id: int) -> tuple[str, int]:
    """Return a firm whose own fee makes the job a small one, and that fee in whole ten yuan."""
    with act.reading() as work:
        need = by_id(work, need_id)
        project = project_of(need.fee_bases, need.fee_standard, work.today)
        for firm in offering(work, need.item_code):
            found = price_of(current_fee(work, firm.id, need.item_code), project, work.today)
            if isinstance(found, Hindrance) or failures_of(work, need, firm, None):
                continue
            if 0 < found.fee_fen <= LIMIT * FEN:
                return firm.code, min(found.fee_fen, SMALL * FEN) // (10 * FEN) * 10 * FEN
    raise LookupError(need.item_code)


def name_directly(act: Acting, owner: Office, need_id: int, *, published: bool) -> Story:
    """Let an owner name a firm for a small job, a second person approve, and the operator check."""
    yield act.now() + timedelta(minutes=25)
    firm_code, price_fen = _small(act, need_id)
    with act.work(owner.people[0]) as work:
        facts = actions.ChoiceFacts(
            firm_code=firm_code,
            ground=DirectGround.SMALL_AMOUNT,
            price_fen=price_fen,
            reason="只有一处小楼需要复检，面积小、金额很小，该机构可当周完成，不误开学。",
            funds=Funds.FISCAL,
        )
        choice_id = actions.propose(work, by_id(work, need_id), facts).id
    yield later(act.now(), 1, 10)
    act.do(owner.people[1], lambda work: actions.approve(work, locked(work, choice_id)))
    if not published:
        return
    yield later(act.now(), 1, 9, 20)
    with act.work(act.cast.operator.people[0]) as work:
        award = actions.name(work, locked(work, choice_id))
    yield award.publicity_ends_at + timedelta(hours=9)
    _confirm(act, award)


def commission_at_once(act: Acting, owner: Office, need_id: int) -> Story:
    """Let an owner commission a firm in an emergency; file, examine and decide it afterwards."""
    yield act.now() + timedelta(minutes=35)
    firm_code = _named(act, need_id, URGENT)
    with act.work(owner.people[0]) as work:
        facts = actions.EmergencyFacts(
            firm_code=firm_code,
            ground=EmergencyGround.NATURAL_DISASTER,
            price_fen=URGENT * FEN,
            reason="强降雨后边坡滑移，危及教学楼，须立即检测主体结构并提出处置意见。",
            why_no_draw="裂缝每小时都在发展，学生已经转移，等候公告和摇号将错过抢险时间。",
        )
        choice_id = actions.commission(work, by_id(work, need_id), facts).id
    yield act.now() + timedelta(hours=2)
    _confirm(act, act.award(need_id))
    yield later(act.now(), 2, 9, 40)
    with act.work(owner.people[1]) as work:
        actions.file(
            work,
            of_choice(work, _choice(act, choice_id)),
            "当日凌晨巡查发现滑移，应急部门现场会商决定立即检测，附会商记录和现场照片。",
            act.paper(work, "应急委托备案材料"),
        )
    yield later(act.now(), 1, 15)
    with act.work(act.cast.operator.people[0]) as work:
        reason = "会商记录、照片与气象预警相互印证，委托范围限于应急检测。"
        case = of_choice(work, _choice(act, choice_id))
        actions.examine(work, case, Opinion.JUSTIFIED, reason)
    yield later(act.now(), 2, 10, 30)
    with act.work(act.cast.supervisor.people[0]) as work:
        reason = "情形属实，价格未超过该机构公开的收费，同意运营机构的审查意见。"
        case = of_choice(work, _choice(act, choice_id))
        actions.decide(work, case, accepts=True, reason=reason)


def _choice(act: Acting, choice_id: int) -> DirectChoice:
    with act.reading() as work:
        return work.session.get_one(DirectChoice, choice_id)


def _confirm(act: Acting, award: Award) -> None:
    firm = act.firm_of(award)
    act.do(firm, lambda work: draws.confirm(work, work.session.get_one(Award, award.id)))
