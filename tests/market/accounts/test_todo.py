from datetime import timedelta

import pytest

from market.access import Permission, Role
from market.accounts import todo
from market.accounts.todo import Todo
from market.db import Actor, unit_of_work
from tests.market.factories.accounts import a_person, actor_for, sign_in


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(todo, "_PROVIDERS", {})


def returns(items, name):
    def function(work):
        assert work.actor
        return items

    function.__qualname__ = name
    return function


def test_todos_are_those_of_the_actors_permissions_the_earliest_due_first(fast_here, clock):
    later, sooner = clock() + timedelta(days=3), clock() + timedelta(hours=1)
    todo.provide(Permission.NEED_POST, returns([Todo("whenever", "", "/1")], "one"))
    todo.provide(
        Permission.NEED_POST,
        returns([Todo("later", "", "/2", later), Todo("sooner", "", "/3", sooner)], "two"),
    )
    todo.provide(Permission.NEED_CHECK, returns([Todo("not mine", "", "/4")], "three"))
    clerk = a_person(fast_here, Role.OWNER_CLERK)
    with unit_of_work(fast_here.sessions, actor_for(fast_here, clerk), clock) as work:
        assert [item.what for item in todo.todos(work)] == ["sooner", "later", "whenever"]
    with unit_of_work(fast_here.sessions, Actor("public"), clock) as work:
        assert todo.todos(work) == []


def test_what_is_provided_twice_appears_once(fast_here, clock):
    for _ in range(2):
        todo.provide(Permission.NEED_POST, returns([Todo("once", "", "/1")], "same"))
    clerk = a_person(fast_here, Role.OWNER_CLERK)
    with unit_of_work(fast_here.sessions, actor_for(fast_here, clerk), clock) as work:
        assert len(todo.todos(work)) == 1


@pytest.mark.parametrize(
    ("hours", "given", "urgency"),
    [
        (None, "normal", "normal"),
        (None, "late", "late"),
        (-1, "normal", "late"),
        (-1, "soon", "late"),
        (0, "normal", "soon"),
        (23, "normal", "soon"),
        (24, "normal", "normal"),
        (24, "soon", "soon"),
    ],
)
def test_what_is_due_is_urgent_and_a_provider_can_only_add_urgency(clock, hours, given, urgency):
    due = None if hours is None else clock() + timedelta(hours=hours)
    assert Todo("x", "", "/", due, given).urgency_at(clock()) == urgency


def test_quick_links_appear_once_and_only_where_there_is_a_page(client, fast_here, monkeypatch):
    monkeypatch.setattr(todo, "_LINKS", dict(todo._LINKS))
    todo.link(Permission.NEED_POST, "修改密码", "accounts.password")
    todo.link(Permission.NEED_POST, "没有这个页面", "nowhere.at_all")
    todo.link(Permission.NEED_CHECK, "别人的页面", "accounts.sign_in")
    user = a_person(fast_here, Role.OWNER_CLERK)
    sign_in(client, user)
    page = client.get("/workbench").text
    assert page.count('href="/password"') == 1
    assert "没有这个页面" not in page
    assert "别人的页面" not in page
    assert "本单位人员" not in page


def test_the_workbench_shows_what_to_do_by_when_and_how_many(client, fast_here, clock):
    items = [
        Todo("审核入驻申请", "示范测绘", "/firms/1", clock() + timedelta(hours=2), count=3),
        Todo("已经迟了", "", "/late", clock() - timedelta(hours=2)),
    ]
    todo.provide(Permission.WORKBENCH_OPEN, returns(items, "items"))
    sign_in(client, a_person(fast_here))
    page = client.get("/workbench").text
    assert "审核入驻申请（3 项）" in page
    assert "示范测绘" in page
    assert page.index("已经迟了") < page.index("审核入驻申请")
    assert "已逾期" in page
