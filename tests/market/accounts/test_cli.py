import pytest
from click.testing import CliRunner
from sqlalchemy import select

from market.accounts.model import Organisation, OrganisationScope, User
from market.cli import main
from market.cli_accounts import user
from market.errors import MarketError
from tests.market.factories.accounts import a_code, a_person, sign_in

PASSWORD = "Stille Post 42"


@pytest.fixture
def run(fast_here):
    def run(*arguments, stdin=""):
        return CliRunner().invoke(
            user, arguments, input=stdin, obj=lambda: fast_here, catch_exceptions=True,
            # click keeps the help option that it makes first, for later tests too.
            help_option_names=["-h", "--help"],
        )  # fmt: skip

    return run


def creation(code, *more, role="operator-manager", username="boss"):
    return [
        "create", "--org-code", code, "--username", username, "--name", "王丽",
        "--role", role, "--password-stdin", *more,
    ]  # fmt: skip


NEW_ORGANISATION = ["--org-kind", "operator", "--org-name", "示范市政务服务中心"]


def test_the_first_account_registers_its_organisation_and_can_sign_in(run, client):
    code = a_code("12")
    done = run(*creation(code, *NEW_ORGANISATION), stdin=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert "已新增账号 boss" in done.output
    assert PASSWORD not in done.output
    answer = client.post("/sign-in", data={"username": "boss", "password": PASSWORD})
    assert answer.status_code == 303
    assert client.get("/workbench").location == "/password"


def test_the_password_can_be_kept_when_one_says_so(run, fast_here, client):
    arguments = creation(a_code("12"), *NEW_ORGANISATION, "--keep-password")
    assert run(*arguments, stdin=f"{PASSWORD}\r\n").exit_code == 0
    with fast_here.sessions() as session:
        boss = session.scalar(select(User))
    sign_in(client, boss, PASSWORD)
    assert client.get("/workbench").status_code == 200


def test_the_password_is_asked_for_twice_and_not_echoed(run):
    arguments = [a for a in creation(a_code("12"), *NEW_ORGANISATION) if a != "--password-stdin"]
    done = run(*arguments, stdin=f"{PASSWORD}\nother\n{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output


def test_no_option_takes_a_password():
    options = {option for p in user.commands["create"].params for option in p.opts}
    assert not [
        o for o in options if "password" in o and o not in {"--password-stdin", "--keep-password"}
    ]


def test_a_second_account_needs_no_description_of_its_organisation(run, fast_here):
    code = a_code("12")
    run(*creation(code, *NEW_ORGANISATION), stdin=f"{PASSWORD}\n")
    done = run(*creation(code, role="operator-clerk", username="clerk"), stdin=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    with fast_here.sessions() as session:
        assert len(session.scalars(select(Organisation)).all()) == 1


def test_a_regulator_gets_its_scope(run, fast_here):
    more = ["--org-kind", "regulator", "--org-name", "住建局", "--scope", "02", "--scope", "05"]
    done = run(*creation(a_code("11"), *more, role="regulator-officer"), stdin=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    with fast_here.sessions() as session:
        assert {r.group_code for r in session.scalars(select(OrganisationScope))} == {"02", "05"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (creation("91440105MA000000XX", *NEW_ORGANISATION), "统一社会信用代码"),
        (creation(a_code("12")), "--org-kind"),
        (creation(a_code("12"), *NEW_ORGANISATION, role="owner-clerk"), "角色"),
        (creation(a_code("12"), *NEW_ORGANISATION, username="Oh No"), "用户名须为"),
        (["list", "--org-code", "12"], "18位"),
        (["deactivate", "nobody"], "没有用户名为 nobody"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(run, fast_here, arguments, words):
    done = run(*arguments, stdin=f"{PASSWORD}\n")
    assert isinstance(done.exception, MarketError)
    assert words in str(done.exception)
    with fast_here.sessions() as session:
        assert session.scalars(select(Organisation)).all() == []


def test_a_weak_password_is_refused(run):
    done = run(*creation(a_code("12"), *NEW_ORGANISATION), stdin="short\n")
    assert "密码须为" in str(done.exception)


def test_the_code_of_another_organisation_is_not_taken_over(run):
    code = a_code("12")
    run(*creation(code, *NEW_ORGANISATION), stdin=f"{PASSWORD}\n")
    again = creation(code, "--org-kind", "owner", "--org-name", "别的单位", username="two")
    assert "属于运营机构" in str(run(*again, stdin=f"{PASSWORD}\n").exception)


@pytest.mark.parametrize("arguments", [["create"], ["create", "--role", "king"], ["deactivate"]])
def test_a_wrong_call_is_wrong_usage(run, arguments):
    assert run(*arguments).exit_code == 2


def test_accounts_are_listed_and_deactivated(run, fast_here):
    one, two = a_person(fast_here), a_person(fast_here)
    assert run("list").output.count("\n") == 2
    with fast_here.sessions() as session:
        code = session.get_one(Organisation, one.organisation_id).code
    listed = run("list", "--org-code", code).output
    assert one.username in listed
    assert two.username not in listed


def test_the_last_manager_stays_even_on_the_command_line(run, fast_here):
    boss = a_person(fast_here)
    assert "最后一名" in str(run("deactivate", boss.username).exception)


def test_the_command_is_part_of_zjcs():
    done = CliRunner().invoke(main, ["user", "create", "--help"])
    assert done.exit_code == 0
    assert "--password-stdin" in done.output
