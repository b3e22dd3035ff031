"""Units, posts and who acts."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from pledges.actors import SYSTEM, Actor
from pledges.models import Deputy, Post, Role, Unit
from tests.factories import Government, PostFactory, UnitFactory, UserFactory, actor, day, government, make_deputy


@pytest.fixture
def at(db: None) -> Government:
    return government()


def test_an_actor_has_the_rights_of_the_post_they_act_from(at: Government) -> None:
    by = actor(at.coordinator)
    assert (by.duty, by.unit, by.role, by.is_system) == (at.coordinator, at.housing, "coordinator", False)
    assert by.has_role(Role.HEAD, Role.COORDINATOR)
    assert not by.has_role(Role.HEAD)


def test_a_deputy_acts_with_the_rights_of_the_other_post(at: Government) -> None:
    by = Actor(user=at.head.holder, post=at.head, acting_for=at.water_coordinator)
    assert (by.duty, by.unit, by.role) == (at.water_coordinator, at.water, "coordinator")


def test_the_system_has_no_post_and_nobody_is_the_system(at: Government) -> None:
    assert SYSTEM.is_system
    assert (SYSTEM.duty, SYSTEM.unit, SYSTEM.role) == (None, None, None)
    assert not Actor(user=UserFactory(), post=None).is_system


def test_a_unit_and_all_below_it_is_one_prefix(at: Government) -> None:
    assert set(Unit.objects.below(at.county)) == {at.county, at.county_housing}
    assert Unit.objects.below(at.city).count() == 6
    assert list(Unit.objects.below(at.water)) == [at.water]


def test_a_unit_is_not_below_one_whose_number_begins_alike(db: None) -> None:
    city = UnitFactory(name="甲市")
    short, longer = UnitFactory(parent=city), UnitFactory(parent=city)
    Unit.objects.filter(pk=longer.pk).update(path=f"{city.path}{short.pk}7/")
    assert list(Unit.objects.below(short)) == [short]


@pytest.mark.parametrize(
    ("today", "held"), [("2020-03-01", False), ("2020-03-02", True), ("2020-03-09", True), ("2020-03-10", False)]
)
def test_a_deputy_holds_the_post_from_the_first_to_the_last_day(at: Government, today: str, held: bool) -> None:
    user = at.head.holder
    assert user is not None
    make_deputy(at.coordinator, user, "2020-03-02", "2020-03-09")
    posts = set(Post.objects.held_by(user, today=day(today)))
    assert posts == ({at.head, at.coordinator} if held else {at.head})


def test_a_post_that_was_closed_is_held_by_nobody(at: Government) -> None:
    Post.objects.filter(pk=at.head.pk).update(is_active=False)
    assert at.head.holder is not None
    assert not Post.objects.held_by(at.head.holder, today=day("2020-03-01")).exists()


def test_who_holds_and_deputises_the_same_post_has_it_once(at: Government) -> None:
    user = at.head.holder
    assert user is not None
    make_deputy(at.head, user, "2020-03-01", "2020-03-31")
    make_deputy(at.head, user, "2020-03-05", "2020-04-30")
    assert list(Post.objects.held_by(user, today=day("2020-03-10"))) == [at.head]


def test_a_successor_inherits_the_posts_and_the_predecessor_has_none(at: Government) -> None:
    before, successor = at.coordinator.holder, UserFactory()
    Post.objects.filter(pk=at.coordinator.pk).update(holder=successor)
    assert before is not None
    assert list(Post.objects.held_by(successor, today=day("2020-03-10"))) == [at.coordinator]
    assert not Post.objects.held_by(before, today=day("2020-03-10")).exists()


def test_the_database_keeps_names_and_days_in_order(at: Government) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitFactory(name=at.housing.name, parent=at.city)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitFactory(name=at.city.name, parent=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostFactory(unit=at.housing, role=Role.HEAD, title="局长")
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputy.objects.create(
            post=at.head,
            user=UserFactory(),
            start_date=datetime.date(2020, 3, 2),
            end_date=datetime.date(2020, 3, 1),
        )


def test_an_account_has_no_rights_of_its_own() -> None:
    user = UserFactory.build()
    assert not hasattr(user, "is_superuser")
    assert not hasattr(user, "is_staff")


def test_a_unit_and_its_posts_are_named_in_the_readers_language(db: None) -> None:
    water = UnitFactory(name="市水利局", name_en="Water Bureau")
    post = PostFactory(unit=water, role="coordinator", title="联络员")
    assert (str(water), str(post)) == ("市水利局", "市水利局联络员")
    with translation.override("en"):
        assert (str(water), str(post)) == ("Water Bureau", "Coordinator, Water Bureau")
        assert str(UnitFactory(name="市档案馆", name_en="")) == "市档案馆"
