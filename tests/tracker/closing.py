"""What the tests of closing share: a first quarter with a report, brought to its check and closed."""

from pledges.models import Period
from tests.factories import actor, moment, perform, pledge_in
from tracker import snapshots
from workflow import period_closing

AFTER_WINDOW = "2020-04-09"  # the window of the first quarter closes on 8 April
CHECK_ENDS = "2020-04-10"
AFTER_CHECK = "2020-04-13"


def reported(at, *, value="100", **fields):
    """A pledge of housing's, with an approved report of the first quarter."""
    pledge = pledge_in("in_progress", at, **fields)
    values = {str(target.pk): value for target in pledge.targets.all()}
    perform("report", pledge, at.coordinator, at="2020-03-26", sentence="已开工100个村", values=values)
    return perform("approve", pledge, at.head, at="2020-03-27")


def first(at):
    return Period.objects.get(programme=at.programme, key="2020-Q1")


def begin(at, on=AFTER_WINDOW):
    period_closing.begin_checks(at=moment(on))
    return first(at)


def answer(at, post=None, objections=None, on=CHECK_ENDS):
    return period_closing.answer(first(at).pk, actor=actor(post or at.head), objections=objections or {}, at=moment(on))


def close(at, post=None, on=AFTER_CHECK):
    return snapshots.close(first(at).pk, actor=actor(post or at.director), at=moment(on))


def reopen(at, on="2020-05-06", **payload):
    given = {"words": "同意更正一季度数据", "document_number": "泽政纪〔2020〕9号"} | payload
    return period_closing.reopen(first(at).pk, actor=actor(at.leader), payload=given, at=moment(on))


def freeze(at, on=AFTER_CHECK):
    """The first quarter checked without objections, and closed."""
    begin(at)
    answer(at)
    return close(at, on=on)
