import re
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from sqlalchemy import select, update

from market.access import OrgKind, Role
from market.accounts import browsers, jobs
from market.accounts.model import Organisation, User, UserSession
from market.accounts.rules import (
    BROWSER_KNOWN_FOR,
    PER_ACCOUNT,
    PER_KNOWN_BROWSER,
    SESSION_GRAIN,
    SESSION_IDLE,
    SESSION_LONGEST,
)
from market.accounts.sessions import digest_of
from market.app import create_app
from tests.market.factories.accounts import PASSWORD, a_code, a_person, sign_in

NEW = "Ganz anders 7!"


def sessions_of(here):
    with here.sessions() as session:
        return session.scalars(select(UserSession)).all()


def post_sign_in(client, username, password, **query):
    data = {"username": username, "password": password}
    return client.post("/sign-in", data=data, query_string=query)


def token_of(client):
    with client.session_transaction() as session:
        return session.get("_user_id")


def is_in(client):
    return client.get("/workbench").status_code == 200


def test_signing_in_leads_to_the_workbench_and_out_again(client, fast_here):
    user = a_person(fast_here, name="王丽")
    answer = post_sign_in(client, user.username.upper(), PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/workbench")
    assert "王丽" in client.get("/workbench").text
    assert client.get("/sign-in").location == "/workbench"
    assert client.post("/sign-out").status_code == 303
    assert not is_in(client)
    assert sessions_of(fast_here) == []


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/people?page=2", "/people?page=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
    ],
)
def test_the_way_on_after_signing_in_stays_on_this_site(client, fast_here, wanted, target):
    user = a_person(fast_here)
    assert post_sign_in(client, user.username, PASSWORD, next=wanted).location == target


def test_a_page_for_signed_in_people_asks_to_sign_in_and_comes_back(client):
    answer = client.get("/people?page=2")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/people?page%3D2"


def test_the_database_knows_only_the_digest_of_the_token(client, fast_here):
    sign_in(client, a_person(fast_here))
    (row,) = sessions_of(fast_here)
    token = token_of(client)
    assert row.token_digest == digest_of(token)
    assert token not in row.token_digest
    with fast_here.engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())
    assert token not in dump
    assert PASSWORD not in dump


def test_the_cookie_is_for_this_site_over_http_only(fast_here):
    app = create_app(fast_here)
    app.config |= {"WTF_CSRF_ENABLED": False, "SESSION_COOKIE_SECURE": True}
    answer = post_sign_in(app.test_client(), a_person(fast_here).username, PASSWORD)
    cookies = [SimpleCookie(each) for each in answer.headers.getlist("Set-Cookie")]
    [cookie] = [each["session"] for each in cookies if "session" in each]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", "")


def test_a_form_from_elsewhere_signs_nobody_in(fast_here):
    client = create_app(fast_here).test_client()
    assert post_sign_in(client, a_person(fast_here).username, PASSWORD).status_code == 400
    assert sessions_of(fast_here) == []


def test_the_session_is_a_new_one_after_signing_in(client, fast_here):
    user = a_person(fast_here)
    with client.session_transaction() as session:
        session |= {"_user_id": "chosen-by-an-attacker", "planted": "x", "language": "en"}
    sign_in(client, user)
    first = token_of(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["language"] == "en"
    assert first != "chosen-by-an-attacker"
    sign_in(client, user)
    assert token_of(client) != first
    assert [row.token_digest for row in sessions_of(fast_here)] == [digest_of(token_of(client))]


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(app, client, fast_here):
    sign_in(client, a_person(fast_here))
    thief = app.test_client()
    thief.set_cookie("session", client.get_cookie("session").value)
    assert is_in(thief)
    client.post("/sign-out")
    assert not is_in(thief)


def test_a_session_ends_when_idle_and_lives_on_while_used(client, fast_here, clock):
    sign_in(client, a_person(fast_here))
    for _ in range(4):
        clock.advance(SESSION_IDLE - timedelta(seconds=1))
        assert is_in(client)
    clock.advance(SESSION_IDLE)
    assert not is_in(client)


def test_a_session_ends_after_half_a_day_however_busy(client, fast_here, clock):
    sign_in(client, a_person(fast_here))
    for _ in range(11):
        clock.advance(timedelta(hours=1))
        assert is_in(client)
    clock.advance(SESSION_LONGEST - timedelta(hours=11))
    assert not is_in(client)
    assert jobs.sweep(fast_here) == 1


def test_looking_at_pages_writes_at_most_once_a_minute(client, fast_here, clock):
    sign_in(client, a_person(fast_here))
    (before,) = sessions_of(fast_here)
    clock.advance(SESSION_GRAIN - timedelta(seconds=1))
    is_in(client)
    assert sessions_of(fast_here)[0].seen_at == before.seen_at
    clock.advance(timedelta(seconds=1))
    is_in(client)
    assert sessions_of(fast_here)[0].seen_at == clock()


def test_a_deactivated_person_is_out_at_once(client, fast_here):
    user = a_person(fast_here)
    sign_in(client, user)
    with fast_here.sessions.begin() as session:
        session.execute(update(User).where(User.id == user.id).values(active=False))
    assert not is_in(client)
    assert post_sign_in(client, user.username, PASSWORD).status_code == 409


def bodies_alike(one, two):
    """Whether two pages differ in nothing but the name typed and the keys of their forms."""
    return plain(one) == plain(two)


def plain(answer):
    text = re.sub(r'name="(csrf_token|request_key)" value="[^"]*"', "", answer.text)
    return re.sub(r'(name="username"[^>]*value=)"[^"]*"', r'\1""', text)


def test_a_stranger_cannot_tell_which_names_exist(client, fast_here):
    known = a_person(fast_here)
    closed = a_person(fast_here)
    with fast_here.sessions.begin() as session:
        session.execute(update(User).where(User.id == closed.id).values(active=False))
    answers = [
        post_sign_in(client, known.username, "wrong"),
        post_sign_in(client, "nobody-here", "wrong"),
        post_sign_in(client, closed.username, PASSWORD),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert len({plain(answer) for answer in answers}) == 1
    assert "用户名或密码不正确" in answers[0].text
    headers = [{k for k, _ in a.headers} - {"Set-Cookie", "Vary"} for a in answers]
    assert headers[0] == headers[1] == headers[2]


def test_throttled_names_look_alike_too_and_say_when_to_come_back(app, fast_here):
    known = a_person(fast_here)
    answers = []
    for name in (known.username, "nobody-here"):
        for n in range(PER_ACCOUNT.tries + 1):
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"198.51.{len(name)}.{n}"
            answer = post_sign_in(client, name, "wrong")
        answers.append(answer)
    assert [a.status_code for a in answers] == [429, 429]
    assert [a.headers["Retry-After"] for a in answers] == ["900", "900"]
    assert bodies_alike(*answers)
    assert "15 分钟" in answers[0].text


def test_the_typed_name_is_kept_and_the_password_is_not(client):
    answer = post_sign_in(client, "wang.li", "my wrong password")
    assert 'value="wang.li"' in answer.text
    assert "my wrong password" not in answer.text


@pytest.mark.parametrize(
    "data",
    [{}, {"username": "", "password": ""}, {"username": "x" * 65, "password": "y"}],
)
def test_an_incomplete_sign_in_is_told_what_is_missing(client, data):
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 422
    assert "还不能提交" in answer.text


def enrolment(**differences):
    facts = {
        "organisation_name": "示范测绘有限公司",
        "code": a_code(),
        "name": "李四",
        "username": f"firm{a_code()[9:17].lower()}",
        "password": NEW,
        "again": NEW,
        "request_key": a_code().ljust(32, "k"),
    }
    return facts | differences


def test_a_firm_registers_itself_and_is_signed_in(client, fast_here):
    answer = client.post("/enrol", data=enrolment())
    assert (answer.status_code, answer.location) == (303, "/workbench")
    page = client.get("/workbench").text
    assert "示范测绘有限公司" in page
    assert "机构受托人" in page
    with fast_here.sessions() as session:
        assert session.scalar(select(Organisation)).kind is OrgKind.FIRM


def test_a_registration_sent_twice_takes_effect_once(app, fast_here):
    facts = enrolment()
    first, second = (app.test_client().post("/enrol", data=facts) for _ in range(2))
    assert (second.status_code, second.location) == (303, first.location)
    with fast_here.sessions() as session:
        assert len(session.scalars(select(User)).all()) == 1


@pytest.mark.parametrize(
    ("differences", "status", "words"),
    [
        ({"organisation_name": ""}, 422, "请填写此项"),
        ({"organisation_name": "长" * 201}, 422, "最多"),
        ({"code": "91440105MA000000X"}, 409, "18位"),
        ({"username": "王"}, 409, "用户名须为"),
        ({"password": "password123", "again": "password123"}, 409, "太常见"),
        ({"again": "something else"}, 422, "不一致"),
        ({"name": "李\x01四"}, 422, "不可见字符"),
    ],
)
def test_a_registration_with_a_fault_keeps_what_was_typed(
    client, fast_here, differences, status, words
):
    facts = enrolment(name="李四某") | differences
    answer = client.post("/enrol", data=facts)
    assert answer.status_code == status
    assert words in answer.text
    assert NEW not in answer.text
    if facts["name"] == "李四某":
        assert "李四某" in answer.text
    with fast_here.sessions() as session:
        assert session.scalars(select(Organisation)).all() == []


def test_a_registration_whose_user_name_is_taken_registers_no_organisation(client, fast_here):
    taken = a_person(fast_here)
    answer = client.post("/enrol", data=enrolment(username=taken.username))
    assert answer.status_code == 409
    assert "已被使用" in answer.text
    with fast_here.sessions() as session:
        assert len(session.scalars(select(Organisation)).all()) == 1


def test_a_code_is_registered_by_one_firm_only(client, app):
    facts = enrolment()
    client.post("/enrol", data=facts)
    again = enrolment(code=facts["code"])
    answer = app.test_client().post("/enrol", data=again)
    assert answer.status_code == 409
    assert "已经注册" in answer.text


def change(client, current=PASSWORD, new=NEW, again=None):
    return client.post(
        "/password", data={"current": current, "password": new, "again": again or new}
    )


def test_a_changed_password_ends_all_other_sessions_and_renews_this_one(app, client, fast_here):
    user = a_person(fast_here)
    elsewhere = app.test_client()
    sign_in(elsewhere, user)
    sign_in(client, user)
    before = token_of(client)
    assert change(client).location == "/workbench"
    assert is_in(client)
    assert token_of(client) != before
    assert not is_in(elsewhere)
    assert post_sign_in(elsewhere, user.username, PASSWORD).status_code == 409
    assert post_sign_in(elsewhere, user.username, NEW).status_code == 303


@pytest.mark.parametrize(
    ("facts", "status", "words"),
    [
        ({"current": "wrong"}, 409, "当前密码不正确"),
        ({"new": PASSWORD}, 409, "与当前密码相同"),
        ({"new": "short"}, 409, "密码须为"),
        ({"again": "other"}, 422, "不一致"),
    ],
)
def test_a_password_that_cannot_be_changed_stays(client, fast_here, facts, status, words):
    user = a_person(fast_here)
    sign_in(client, user)
    answer = change(client, **facts)
    assert answer.status_code == status
    assert words in answer.text
    assert is_in(client)


def test_the_present_password_cannot_be_guessed_from_an_unattended_browser(client, fast_here):
    sign_in(client, a_person(fast_here))
    answers = [change(client, current="wrong") for _ in range(PER_ACCOUNT.tries + 1)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) == 900
    assert change(client).status_code == 429


def test_a_temporary_password_opens_nothing_but_the_page_where_it_is_changed(client, fast_here):
    user = a_person(fast_here, Role.OWNER_APPROVER, Role.OWNER_CLERK, temporary=True)
    sign_in(client, user)
    for path in ("/workbench", "/people"):
        assert client.get(path).location == "/password"
    answer = client.post(f"/organisations/{user.organisation_id}/people/new")
    assert answer.location == "/password"
    assert "请先修改临时密码" in client.get("/password").text
    assert change(client).status_code == 303
    assert client.get("/people").status_code == 200


def test_one_can_sign_out_instead_of_changing_a_temporary_password(client, fast_here):
    sign_in(client, a_person(fast_here, temporary=True))
    client.post("/sign-out")
    assert token_of(client) is None


def known_cookies(client):
    """Return what a browser keeps to be known by, by the name of each account's cookie."""
    kept = client._cookies.values()
    return {each.key: each.value for each in kept if each.key.startswith("known_")}


def from_address(app, address):
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def lock_out(app, username):
    """Try wrong passwords from everywhere, until the account is closed to strangers."""
    for n in range(PER_ACCOUNT.tries):
        answer = post_sign_in(from_address(app, f"198.51.100.{n}"), username, "wrong")
        assert answer.status_code == 409
    answer = post_sign_in(from_address(app, "203.0.113.9"), username, PASSWORD)
    assert answer.status_code == 429


def on_the_road(client, kept=None):
    """Bring a browser to an address from which nobody ever signed in."""
    client.environ_base["REMOTE_ADDR"] = "203.0.113.200"
    for name, value in (kept or {}).items():
        client.set_cookie(name, value)
    return client


def test_a_browser_that_was_here_before_gets_in_whatever_others_try(app, client, fast_here):
    user = a_person(fast_here)
    sign_in(client, user)
    client.post("/sign-out")
    lock_out(app, user.username)
    on_the_road(client)
    assert post_sign_in(client, f" {user.username.upper()} ", PASSWORD).status_code == 303
    assert is_in(client)


def test_a_known_browser_has_a_limit_of_its_own(app, client, fast_here, clock):
    user = a_person(fast_here)
    sign_in(client, user)
    client.post("/sign-out")
    lock_out(app, user.username)
    on_the_road(client)
    for _ in range(PER_KNOWN_BROWSER.tries):
        assert post_sign_in(client, user.username, "wrong").status_code == 409
    refused = post_sign_in(client, user.username, PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    clock.advance(PER_KNOWN_BROWSER.window)
    assert post_sign_in(client, user.username, PASSWORD).status_code == 303


def test_what_a_known_browser_gets_wrong_locks_nobody_else_out(app, client, fast_here):
    user = a_person(fast_here)
    sign_in(client, user)
    client.post("/sign-out")
    on_the_road(client)
    for _ in range(PER_KNOWN_BROWSER.tries):
        post_sign_in(client, user.username, "wrong")
    elsewhere = from_address(app, "192.0.2.77")
    assert post_sign_in(elsewhere, user.username, PASSWORD).status_code == 303


def test_a_browser_is_known_to_its_own_account_only(app, client, fast_here):
    mine, other = a_person(fast_here), a_person(fast_here)
    sign_in(client, mine)
    [value] = known_cookies(client).values()
    client.post("/sign-out")
    lock_out(app, other.username)
    name = browsers.cookie_of(fast_here.keys.known_browser_key, other.username)
    on_the_road(client, {name: value})
    assert post_sign_in(client, other.username, PASSWORD).status_code == 429


def test_a_changed_password_ends_what_other_browsers_kept(app, client, fast_here):
    user = a_person(fast_here)
    sign_in(client, user)
    stolen = known_cookies(client)
    facts = {"current": PASSWORD, "password": NEW, "again": NEW}
    assert client.post("/password", data=facts).status_code == 303
    kept = known_cookies(client)
    assert kept.keys() == stolen.keys()
    assert kept != stolen
    lock_out(app, user.username)
    thief = on_the_road(app.test_client(), stolen)
    assert post_sign_in(thief, user.username, NEW).status_code == 429
    owner = on_the_road(app.test_client(), kept)
    assert post_sign_in(owner, user.username, NEW).status_code == 303


@pytest.mark.parametrize(
    "change",
    [
        lambda value: "",
        lambda value: "x" * 3000,
        lambda value: value[:-1] + ("0" if value[-1] != "0" else "1"),
        lambda value: ("B" if value[0] == "A" else "A") + value[1:],
        lambda value: re.sub(r"\.(\d+)\.", lambda at: f".{int(at[1]) + 1}.", value),
    ],
)
def test_a_made_up_cookie_is_worth_nothing(app, client, fast_here, change):
    user = a_person(fast_here)
    sign_in(client, user)
    [(name, value)] = known_cookies(client).items()
    lock_out(app, user.username)
    other = on_the_road(app.test_client(), {name: change(value)})
    assert post_sign_in(other, user.username, PASSWORD).status_code == 429


def test_a_browser_that_stays_away_is_forgotten(app, client, fast_here, clock):
    user = a_person(fast_here)
    sign_in(client, user)
    kept = known_cookies(client)
    clock.advance(BROWSER_KNOWN_FOR)
    lock_out(app, user.username)
    other = on_the_road(app.test_client(), kept)
    assert post_sign_in(other, user.username, PASSWORD).status_code == 429


def test_the_cookie_of_a_known_browser_is_as_guarded_as_the_session(fast_here):
    app = create_app(fast_here)
    app.config |= {"WTF_CSRF_ENABLED": False, "SESSION_COOKIE_SECURE": True}
    user = a_person(fast_here)
    answer = post_sign_in(app.test_client(), user.username, PASSWORD)
    [sent] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("known_")]
    assert user.username not in sent
    [cookie] = SimpleCookie(sent).values()
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert int(cookie["max-age"]) == BROWSER_KNOWN_FOR.total_seconds()
