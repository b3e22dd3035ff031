"""Every field that holds words is one that an erasure reaches, or stands here with the reason why none does."""

import pytest
from django.apps import apps
from django.db import models

from pledges.models import Pledge
from tests.factories import actor, government, pledge_in
from workflow import erasure_subjects
from workflow.erasure_scope import KINDS, PARTS, TEXTS

APPS = ("pledges", "workflow", "tracker")
HOLDING_WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)

NAME = "the name of a person, a unit or a place of theirs; the system administrator changes it, its event is a subject"
CODE = "a code, a digest or an order that the program writes; nobody types it"
SETTING = "a setting; the system administrator changes it, its event is a subject"
MEASURE = "the measure of the number beside it, which says nothing without it"
FOLLOWS = "counted from the pledges; what they lose, tracker.erased_rollups takes away here"
LEFT_OUT = {
    "pledges.User.password": CODE,
    "pledges.User.username": NAME,
    "pledges.User.name": NAME,
    "pledges.User.email": NAME,
    "pledges.User.language": CODE,
    "pledges.Unit.name": NAME,
    "pledges.Unit.name_en": NAME,
    "pledges.Unit.path": CODE,
    "pledges.Unit.aliases": NAME,
    "pledges.Post.title": NAME,
    "pledges.Indicator.unit": MEASURE,
    "pledges.Programme.thresholds": SETTING,
    "pledges.Period.key": CODE,
    "pledges.WorkingDay.note": SETTING,
    "pledges.Document.sha256": CODE,
    "pledges.Document.zones": CODE,
    "pledges.Document.columns": CODE,
    "pledges.Measure.form": CODE,
    "pledges.Measure.firmness": CODE,
    "pledges.Pledge.number": CODE,
    "pledges.Pledge.light": CODE,
    "pledges.Pledge.light_reason": CODE,
    "pledges.Pledge.pace": CODE,
    "pledges.Pledge.last_light": CODE,
    "pledges.Pledge.decided_light": CODE,
    "pledges.LightOverride.rule_light": CODE,
    "pledges.LightOverride.rule_reason": CODE,
    "pledges.Target.unit": MEASURE,
    "workflow.Robot.name": SETTING,
    "workflow.Robot.url": SETTING,
    "workflow.Robot.secret": SETTING,
    "workflow.Robot.language": SETTING,
    "workflow.SignedPage.media_type": CODE,
    "workflow.SignedPage.sha256": CODE,
    "workflow.SignedPage.signer": NAME,
    "workflow.Sheet.number": CODE,
    "workflow.Stream.name": CODE,
    "workflow.Stream.head": CODE,
    "workflow.Event.action": CODE,
    "workflow.Event.payload_digest": CODE,
    "workflow.Event.previous": CODE,
    "workflow.Event.digest": CODE,
    "workflow.EventPayload.text": "goes with the subject that its event is about, or as a subject of its own: event",
    "workflow.Erasure.subject": CODE,
    "workflow.Erasure.reason": "the record of the erasure itself; refused with a classification mark in it",
    "workflow.Delivery.key": CODE,
    "workflow.Delivery.error": "what a mail server or a platform answered; messages carry counts and a link",
    "tracker.StaleScope.section": FOLLOWS,
    "tracker.StaleScope.tags": FOLLOWS,
    "tracker.Rollup.section": FOLLOWS,
    "tracker.Rollup.tag": FOLLOWS,
    "tracker.Snapshot.text": "tracker.erased_snapshots takes the words of every subject out of it",
    "tracker.Snapshot.digest": CODE,
    "tracker.ErasedSnapshot.before": CODE,
    "tracker.ErasedSnapshot.after": CODE,
    "tracker.ErasedSnapshot.places": CODE,
}


def fields_with_words():
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}": (model, field.name)
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.local_fields
        if isinstance(field, HOLDING_WORDS) and not field.choices
    }


def test_every_field_with_words_is_reached_or_left_out_for_a_reason():
    found = fields_with_words()
    reached = {name for name, (model, field) in found.items() if field in TEXTS.get(model, ())}
    assert sorted(set(found) - reached - set(LEFT_OUT)) == []


def test_nothing_is_left_out_that_is_reached_or_is_no_more():
    found = fields_with_words()
    assert sorted(name for name in LEFT_OUT if name not in found) == []
    assert sorted(name for name in LEFT_OUT if found[name][1] in TEXTS.get(found[name][0], ())) == []


def test_every_kind_of_row_with_words_has_a_way_to_it_and_a_name_for_the_director():
    """Each is a subject, or goes with a pledge, a document or an indicator."""
    parts = {"Target", "Milestone", "Extension", "LightOverride", "ReportReview", "Proposal", "RequestStep"}
    parts |= {"ConsultationAnswer", "SheetRow", "ProjectSheet", "LivelihoodSheet", "Figure"}
    subjects = {kind.replace("_", "") for kind in KINDS}
    assert {model.__name__ for model in TEXTS if model.__name__.lower() not in subjects} == parts
    assert set(PARTS) == set(TEXTS)
    assert set(erasure_subjects.FINDERS) == set(KINDS) - {"event"}


@pytest.mark.django_db
def test_a_pledges_scope_holds_every_kind_of_row_that_stands_under_a_pledge():
    at = government()
    scope = erasure_subjects.find(f"pledge:{pledge_in('in_progress', at).pk}", actor(at.director))
    own = {rows.model for rows, _fields in scope.rows}
    under = {
        model
        for model in TEXTS
        if any(field.remote_field and field.related_model is Pledge for field in model._meta.local_fields)
    }
    assert under - own == set()
