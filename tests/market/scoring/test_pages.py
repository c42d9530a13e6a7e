"""The pages of scored selection, through the whole application: one story from notice to award."""

import csv
import io
import json

from market.draws import jobs
from market.draws.rules import DrawState
from market.needs.queries import by_id as need_by_id
from market.panels import jobs as panels
from market.scoring.stripping import stripped
from market.selfaudit.compare import compare
from tests.market.draws.test_pages import site_of
from tests.market.factories.panels import (
    CRITERIA,
    a_pool,
    a_scored_draw,
    accept,
    panel_of,
    people_of,
    seats_of,
)
from tests.market.factories.proposals import a_proposal
from tests.market.factories.quotes import number_of
from tests.market.factories.scoring import REASON, a_sheet, hand_in_sheet, seated


def upload(data, *, blind=True):
    sent = {"file": (io.BytesIO(data), "本公司方案.pdf")}
    return sent | ({"blind": "y"} if blind else {})


def typed(sums, **more):
    found = {"move": "hand-in", "sure": "y"}
    for sequence, marks in a_sheet(sums).items():
        found[f"reason_{sequence}"] = marks.reason
        for place, points in enumerate(marks.points):
            found[f"points_{sequence}_{place}"] = str(points)
    return found | more


def test_a_need_is_selected_by_its_panel_in_the_browser(city):
    pool = a_pool(city)
    draw = a_scored_draw(city)
    number, site = number_of(city, draw), site_of(city)
    the_notice(city, site, draw)
    the_firms(city, site, draw, number)
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    panels.run_due(city.here)
    city.clock.move_to(panel_of(city, draw).phi_at)
    panels.run_due(city.here)
    panel = panel_of(city, draw)
    people = people_of(panel, pool)
    members = [people[seat.expert_code] for seat in seats_of(city, panel)]
    for person in members:
        accept(city, panel, person)
    the_scoring(city, site, draw, members)
    jobs.run_due(city.here)
    what_anybody_sees(city, site, draw, number)
    city.clock.move_to(draw.phi_at)
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.DRAWN
    (award,) = city.awards(draw.id)
    assert award.firm_id == city.firms[2][0].id
    assert site.as_(city.supervisor).get(f"/scoring/{number}/proposal/3.pdf").status_code == 200
    assert site.as_(city.operator).get(f"/scoring/{number}/proposal/3.pdf").status_code == 404
    assert compare(city.here).differences == ()


def the_notice(city, site, draw):
    page = site.as_().get(f"/needs/{city.need(draw.id).number}").text
    for words in (
        "专家综合评分",
        "服务方案 60 分；人员配备 40 分",
        "价格不评分",
        "专家评分（最迟）",
    ):
        assert words in page


def the_firms(city, site, draw, number):
    for place, (firm, person) in enumerate(city.firms):
        browser = site.as_(person)
        assert "本公告由专家评分" in browser.get(f"/draws/{number}/enrol").text
        answer = browser.post(f"/draws/{number}/enrol")
        assert answer.headers["Location"].endswith(f"/scoring/{number}/own")
        assert "还没有提交方案" in browser.get(f"/scoring/{number}/own").text
        assert "提交方案：截止前不提交的不列入名单" in browser.get("/workbench").text
        bad = browser.post(f"/scoring/{number}/proposal", data=upload(a_proposal(), blind=False))
        assert "勾选后再提交" in bad.text
        named = browser.post(
            f"/scoring/{number}/proposal", data=upload(a_proposal(author=firm.name))
        )
        assert "能识别机构或个人的内容：机构名称或代码" in named.text
        data = a_proposal(f"Plan {place + 1}")
        assert browser.post(f"/scoring/{number}/proposal", data=upload(data)).status_code == 303
        assert "以此为准" in browser.get(f"/scoring/{number}/own").text
        own = browser.get(f"/scoring/{number}/own.pdf")
        assert own.data == stripped(data)
        assert "本公司" not in own.headers["Content-Disposition"]
        assert "提交和查看本机构的方案" in browser.get(f"/draws/{number}/receipt").text
    for person in (None, city.operator, city.clerk, city.supervisor, city.firms[0][1]):
        answer = site.as_(person).get(f"/scoring/{number}/proposal/1.pdf")
        assert answer.status_code in {302, 303, 401, 403, 404}
    public = site.as_().get(f"/scoring/{number}").text
    assert "4 份" in public
    assert city.firms[0][0].name not in public


def the_scoring(city, site, draw, members):
    number = number_of(city, draw)
    for place, person in enumerate(members[2:], start=2):
        hand_in_sheet(city, draw, person, a_sheet((70, 80, 90 + place, 60)))
    for place, person in enumerate(members[:2]):
        browser = site.as_(person)
        assert "评审方案并交分" in browser.get("/workbench").text
        page = browser.get(f"/scoring/{number}/sheet").text
        assert "报名序号 4 的方案" in page
        assert not any(firm.name in page for firm, _ in city.firms)
        pdf = browser.get(f"/scoring/{number}/proposal/3.pdf")
        assert pdf.data == stripped(a_proposal("Plan 3"))
        assert browser.get(f"/scoring/{number}/proposal/5.pdf").status_code == 404
        draft = {"move": "save", "points_0_0": "7x", "reason_0": "还在看"}
        assert browser.post(f"/scoring/{number}/sheet", data=draft).status_code == 303
        page = browser.get(f"/scoring/{number}/sheet").text
        assert "还在看" in page
        assert 'value="7x"' in page
        sums = (70, 80, 90 + place, 60)
        unsure = typed(sums)
        del unsure["sure"]
        assert "勾选确认后再交分" in browser.post(f"/scoring/{number}/sheet", data=unsure).text
        high = browser.post(f"/scoring/{number}/sheet", data=typed(sums, points_1_0="61"))
        assert (high.status_code, "0 到 60 之间的整数" in high.text) == (422, True)
        short = browser.post(f"/scoring/{number}/sheet", data=typed(sums, reason_2="好"))
        assert "报名序号 3 的方案打分的理由（至少 10 个字）" in short.text
        blank = browser.post(f"/scoring/{number}/sheet", data=typed(sums, points_3_1=""))
        assert "报名序号 4 的方案还有没打分的标准" in blank.text
        assert browser.post(f"/scoring/{number}/sheet", data=typed(sums)).status_code == 303
        assert "您已经交分" in browser.get(f"/scoring/{number}/sheet").text
        again = browser.post(f"/scoring/{number}/sheet", data=typed((1, 1, 1, 1)))
        assert (again.status_code, "不能更改" in again.text) == (409, True)
        for other in (None, city.operator, city.clerk, city.supervisor):
            assert REASON not in site.as_(other).get(f"/scoring/{number}").text
            assert site.as_(other).get(f"/scoring/{number}/sheet.csv").status_code == 404


def what_anybody_sees(city, site, draw, number):
    public = site.as_()
    assert "抽取的评审专家评分产生" in public.get(f"/draws/{number}").text
    assert public.get(f"/quotes/{number}").headers["Location"].endswith(f"/scoring/{number}")
    page = public.get(f"/scoring/{number}").text
    for words in (city.firms[2][0].name, "总分最高，列入名单", "92.00", REASON, "周评审"):
        assert words in page
    rows = list(csv.reader(io.StringIO(public.get(f"/scoring/{number}/sheet.csv").text)))
    assert len(rows) == 1 + 4 * 5
    assert rows[0][-1] == "理由"
    sheet = public.get(f"/quotes/{number}/sheet.json")
    assert sheet.status_code == 200
    assert json.loads(sheet.data)["firms"][0]["total"] == "92/1"
    assert city.draw(draw.id).state is DrawState.FROZEN


def test_a_stranger_has_no_sheet_and_a_lottery_has_no_page(city):
    draw, _, members = seated(city)
    number, site = number_of(city, draw), site_of(city)
    hand_in_sheet(city, draw, members[0], a_sheet((90, 80, 70, 60)))
    assert site.as_(members[0]).get(f"/scoring/{number}/sheet").status_code == 200
    for person in (city.operator, city.firms[0][1], None):
        answer = site.as_(person).get(f"/scoring/{number}/sheet")
        assert answer.status_code in {302, 303, 401, 403}
    with city.reading() as work:
        assert need_by_id(work, draw.need_id).criteria == CRITERIA
