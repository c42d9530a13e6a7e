"""A tiny application around the templates: every part of the design system on one page."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, Response, flash, render_template
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from flask_wtf.file import FileField
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields import DateField, SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from market.labels import Label
from market.web.forms import Money
from market.web.headers import POLICY
from market.web.links import link_to
from market.web.site import is_provisional

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "market" / "web" / "static"
NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)  # 10:30 in Beijing
NAV = (
    "首页",
    "采购公告",
    "中选公告",
    "合同公示",
    "摇号公开",
    "中介机构",
    "服务事项",
    "收费公开",
    "信用公示",
)
NOBODY = SimpleNamespace(is_authenticated=False)
CLERK = SimpleNamespace(
    is_authenticated=True, name="王立新", role_label="经办人", org_name="示范市城市建设投资有限公司"
)


class Checkboxes(SelectMultipleField):
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class Contact(Form):
    phone = StringField("联系电话", [InputRequired("请填写此项。")])


class NeedForm(Form):
    title = StringField("项目名称", [InputRequired("请填写此项。")], description="与批复文件一致。")
    kind = SelectField(
        "服务事项",
        choices=[SelectChoice("1", "环境影响报告表编制"), SelectChoice("2", "水土保持方案编制")],
    )
    content = TextAreaField("服务内容", [Length(max=5, message="最多 5 个字。")])
    attachment = FileField("批复文件", [Optional()], description="PDF，20 MB 以内。")
    ceiling = Money("最高限价", [InputRequired("请填写此项。")])
    closes_on = DateField("报名截止日", [Optional()])
    days = IntegerField("服务时限", [Optional()])
    method = RadioField(
        "选取方式",
        [InputRequired("请选择一项。")],
        choices=[SelectChoice("draw", "摇号"), SelectChoice("quote", "比价")],
    )
    tags = Checkboxes(
        "备案要求",
        [Optional()],
        choices=[SelectChoice("a", "信用平台编号"), SelectChoice("b", "驻场")],
    )
    promise = BooleanField("我承诺以上内容真实", [InputRequired("请勾选。")])
    contact = FormField(Contact)


class SearchForm(Form):
    words = StringField("关键词", [Optional()])
    kind = SelectField(
        "服务事项", choices=[SelectChoice("", "全部"), SelectChoice("1", "环境影响报告表编制")]
    )


def the_app(*, user: object = CLERK, locale: str = "zh", demo: bool = True) -> Flask:
    app = Flask("design", static_folder=str(STATIC), static_url_path="/static")
    app.config.update(SECRET_KEY="test", TESTING=True)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES), FileSystemLoader(HERE)])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["is_provisional"] = is_provisional
    app.jinja_env.globals["fresh_key"] = lambda: "k" * 32
    app.jinja_env.globals["link_to"] = link_to
    CSRFProtect(app)
    Babel(app)
    site = SimpleNamespace(
        name="中介超市",
        city="示范市",
        operator_name="示范市政务服务中心",
        operator_phone="0000-12345678",
        complaint_phone="12345",
        demo=demo,
        shifted_clock=False,
        verification_url="/verify",
    )
    nav = [SimpleNamespace(label=x, endpoint="home", active=x == "采购公告") for x in NAV]
    app.context_processor(
        lambda: {"site": site, "nav": nav, "current_user": user, "locale": locale, "now": NOW}
    )

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    for endpoint, rule in {
        "home": "/",
        "web.language": "/language/<code>",
        "accounts.sign_in": "/sign-in",
        "accounts.sign_out": "/sign-out",
        "accounts.workbench": "/workbench",
    }.items():
        app.add_url_rule(rule, endpoint, lambda **_: "", methods=["GET", "POST"])
    for rule in ("/needs", "/withdraw"):
        app.add_url_rule(rule, rule, lambda: ("", 204), methods=["POST"])
    app.add_url_rule("/sink", "sink", sink)
    app.add_url_rule("/refused", "refused", refused)
    app.add_url_rule("/welcome", "welcome", lambda: render_template("home.html"))
    return app


def sink() -> str:
    flash("公告已提交运营机构审核。", "success")
    flash("附件未能读取，请重新上传。", "error")
    form = NeedForm(MultiDict({"kind": "1", "content": "编制环境影响报告表", "ceiling": "8.555"}))
    form.validate()
    names = ["青山路改造工程环境影响报告表编制", "人民医院迁建项目节能评估", "第三中学校舍安全鉴定"]
    states = [("报名中", "progress"), ("已完成", "good"), ("已流标", "ended")]
    rows = [
        (name, "示范市城市建设投资有限公司", fen, NOW + timedelta(days=2), *state)
        for name, fen, state in zip(names, (8_500_000, 123_456_789, 90_000), states, strict=True)
    ]
    return render_template(
        "sink.html",
        form=form,
        search=SearchForm(),
        rows=rows,
        label=Label("服务中", "progress"),
        at=NOW - timedelta(days=1),
        soon=NOW + timedelta(hours=7, minutes=20),
        far=NOW + timedelta(days=7),
        late=NOW - timedelta(days=1, hours=3),
        today=date(2026, 11, 20),
        hex="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        sort=SimpleNamespace(key="closes", descending=True, url_for=lambda key: f"?sort={key}"),
        pages=SimpleNamespace(number=4, pages=12, total=236, url_for=lambda n: f"?page={n}"),
    )


def refused() -> str:
    return render_template(
        "errors/refused.html",
        title="不能报名",
        sentence="本机构的环境影响评价资质已于 2026-11-01 到期，不符合公告第 3 项要求。",
        next_step="请先更新资质并通过审核，再报名。",
        back_url="/sink",
        status=409,
    )
