"""Words that everybody will read hold nothing that identifies or reaches a person."""

import ast
from itertools import chain
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from market.web.forms import MarketForm, long_text, text
from tests.market.web.test_design import an_app

ROOT = Path(__file__).resolve().parents[3]
# Every long text that is not for everybody: who reads it is said at its page. One that is new
# says "public=True" where its words are shown to the public, or is listed here.
NOT_PUBLIC = {
    "affiliations/forms.py": {
        "AnswerForm.answer",
        "CaseForm.facts",
        "DecideForm.decision",
        "DeclarationForm.offices",
        "LinkForm.text",
        "ObjectionForm.text",
        "SanctionObjectionForm.new_facts",
        "StatementForm.statement",
    },
    "catalogue/contract_texts/forms.py": {
        "TextDecisionForm.words",
    },
    "catalogue/report_templates/forms.py": {
        "TemplateForm.text",
        "TemplateForm.why",
    },
    "complaints/forms.py": {
        "TakeBackAbuseForm.why_taken_back",
        "AbuseForm.evidence",
        "AskForm.statement",
        "DecideForm.text",
        "FileComplaintForm.text",
        "HearForm.told",
        "JudgeAbuseForm.text",
        "ProposeForm.measures",
        "ProposeForm.reasons",
        "RefuseForm.text",
        "ReplyForm.text",
        "TakeBackForm.why_taken_back",
        "TransferForm.why_passed",
        "UndoAbuseForm.text",
        "VerifyForm.how",
    },
    "credit/reports/forms.py": {
        "AnswerUndoForm.why",
        "DecideReportForm.decision",
        "StateForm.statement",
        "TakeBackForm.why",
    },
    "contracts/forms.py": {
        "DeliverForm.note",
        "FilingForm.milestones",
        "MaterialsForm.materials",
    },
    "contracts/forms_ending.py": {
        "AnswerForm.text",
        "ApplyForm.text",
        "AskForm.text",
        "DecideForm.text",
        "ProposeForm.text",
        "ReplyForm.text",
    },
    "contracts/forms_examining.py": {
        "SupplyForm.note",
        "_ExamForm.comment",
        "_ExamForm.missing",
    },
    "contracts/forms_reports.py": {
        "MessageForm.text",
        "ReportForm.done",
        "ReportForm.obstacles",
    },
    "contracts/forms_signing.py": {
        "FaultForm.text",
        "FindForm.text",
        "LeaveForm.text",
    },
    "credit/cases/forms.py": {
        "ConfirmForm.why",
        "CorrectForm.why",
        "DecideForm.decision",
        "MoveForm.why",
        "RecordForm.record",
        "RepairAnswerForm.decision",
        "RepairForm.correction",
        "ReplyForm.reply",
        "SignForm.why",
        "WhyForm.why",
        "WithdrawForm.why",
    },
    "credit/forms.py": {
        "ProposeForm.grounds",
        "ReportForm.evidence",
    },
    "direct/forms.py": {
        "DeclineForm.reason",
        "NamingForm.fee_bases",
        "ReasonForm.reason",
    },
    "documents/forms.py": {
        "OwnerCheckForm.comment",
    },
    "draws/forms.py": {
        "CallOffForm.order",
        "CommitForm.commit",
        "CommitForm.signature",
        "ContributorKeyForm.proof",
        "CourierForm.evidence",
        "DecideExclusionForm.words",
        "ExcludeForm.evidence",
        "ExclusionObjectionForm.words",
        "FirmCommitForm.commit",
        "MinutesForm.names",
        "NumbersForm.numbers",
        "ObjectForm.text",
        "ProofForm.proof",
        "RevealForm.value",
    },
    "experts/forms.py": {
        "_Reasons.words",
    },
    "firms/forms.py": {
        "FactsForm.business_scope",
        "PassForm.comment",
        "ReturnForm.comment",
    },
    "firms/forms_entered.py": {
        "AnswerForm.answer",
        "WithdrawTableForm.reason",
    },
    "firms/forms_entry.py": {
        "FeedbackForm.words",  # shown with what identifies or reaches a person put out of sight
        "ChangesForm.business_scope",
        "DecisionForm.comment",
        "EndForm.why",
        "RemovalReplyForm.words",
    },
    "firms/forms_fees.py": {
        "FeeForm.brackets",
    },
    "firms/forms_past_projects.py": {
        "DoubtDecisionForm.decision",
        "DoubtForm.facts",
        "StatementForm.statement",
    },
    "holidays/forms.py": {
        "DecisionForm.words",
    },
    "letters/remedies/forms.py": {
        "AnswerForm.reason",
    },
    "needs/forms.py": {
        "NeedForm.criteria",
        "NeedForm.fee_bases",
        "ReasonForm.reason",
    },
    "objections/forms.py": {
        "ComplainForm.text",
        "ObjectionForm.text",
        "StateForm.said",
    },
    "panels/forms.py": {
        "DeclineForm.words",
    },
    "payments/forms.py": {
        "AnswerForm.reason",
        "CorrectForm.reason",
        "DecideForm.reason",
        "InsistForm.reason",
        "InvoiceForm.note",
        "PaymentForm.note",
    },
    "ratings/forms.py": {
        "CallForm.note",
        "CoverForm.why",
        "CoverObjectionForm.text",
    },
    "rereview/forms.py": {
        "DoubtForm.words",
        "FindCopyForm.words",
    },
    "supervision/forms.py": {
        "GiveForm.evidence",
        "InviteForm.topic",
        "RecordForm.record",
        "RecordForm.result",
        "ReplyForm.text",
        "WithdrawForm.reason",
    },
}


def fields_of(path):
    """Return the long texts of a file, and whether each says that it is public."""
    tree = ast.parse(path.read_text("utf-8"))
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.ClassDef | ast.FunctionDef):
            continue
        for node in ast.walk(scope):
            for name, call in named(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "long_text":
                    yield f"{scope.name}.{name}", any(k.arg == "public" for k in call.keywords)


def named(node):
    """Return what a statement gives a name to: by itself, or as a key of a table."""
    if isinstance(node, ast.Assign):
        yield ast.unparse(node.targets[0]), node.value
    for table in (n for n in ast.walk(node) if isinstance(n, ast.DictComp)):
        if isinstance(node, ast.AnnAssign):
            yield ast.unparse(table.key), table.value


def test_every_long_text_says_whether_everybody_reads_it():
    said = {
        (path.relative_to(ROOT / "market").as_posix(), name): is_public
        for path in sorted((ROOT / "market").rglob("*.py"))
        if path != ROOT / "market/web/forms.py"
        for name, is_public in fields_of(path)
    }
    listed = set(chain.from_iterable(((p, f) for f in names) for p, names in NOT_PUBLIC.items()))
    assert {key for key, is_public in said.items() if not is_public} == listed
    assert sum(said.values()) > 40


class WordsForm(MarketForm):
    line = text("一行", 100, public=True)
    lines = long_text("几行", 100, hint="至少 10 个字。", public=True)
    own = long_text("不公开", 100)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("经办人张三，身份证 610702199001011234，已核对。", "身份证号码"),
        ("２０２６年已电话联系１３９ ０００１ ２３４５", "手机号码"),
        ("2026-11-30 13900012345", "手机号码"),
        ("材料发到 zhang.san@example.com 即可", "电子邮箱"),
        ("统一社会信用代码 911101051980010112，合同 HT-2026-000029，金额 1390001.00 元", ""),
        ("办公电话 0916-2626262，详见《规则》第12条", ""),
    ],
)
def test_a_number_of_a_person_is_refused_with_what_to_do(words, found):
    names = ("line", "lines", "own")
    with an_app().test_request_context():
        form = WordsForm(MultiDict(dict.fromkeys(names, words)), meta={"csrf": False})
        assert form.validate() is not bool(found)
        assert set(form.errors) == ({"line", "lines"} if found else set())
        for name in form.errors:
            assert found in form[name].errors[0]
            assert "请删去" in form[name].errors[0]


def test_the_hint_says_once_that_everybody_will_read_it():
    with an_app().test_request_context():
        form = WordsForm(formdata=None, meta={"csrf": False})
        assert str(form.line.description) == "将对外公开，请勿填写个人信息。"
        assert str(form.lines.description) == "至少 10 个字。将对外公开，请勿填写个人信息。"
        assert str(form.own.description) == ""


def test_no_hint_of_a_public_text_says_so_twice():
    for path in sorted((ROOT / "market").rglob("*.py")):
        for call in (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if is_public(n)):
            hint = next((ast.unparse(k.value) for k in call.keywords if k.arg == "hint"), "")
            assert "个人信息" not in hint, (path, hint)


def is_public(node):
    return isinstance(node, ast.Call) and any(
        keyword.arg == "public" and ast.unparse(keyword.value) == "True"
        for keyword in node.keywords
    )
