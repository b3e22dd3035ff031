"""What the allowed cells of `cells` leave, written by hand from the specification."""

# What an allowed act leaves: the state, by how much the version rises, which open tasks are gone as (kind, holder), and
# which have come as (kind, holder, due day). Acted on Wednesday 25 November 2020, or where the year must be over on
# Tuesday 5 January 2021. "office" is the supervisor whose unit it is.
LATER = {"settle": "2021-01-05", "settled": "2021-01-06"}
REPORT = ("report", "coordinator")
NEXT_REPORT = ("report", "coordinator", "2021-01-08")
APPROVE, TO_APPROVE = ("approve", "head"), ("approve", "head", "2020-11-30")
REVIEW, TO_REVIEW = ("review_report", "office"), ("review_report", "office", "2020-11-30")
AGREE, TO_AGREE = ("approve_claim", "head"), ("approve_claim", "head", "2020-11-30")
SOON, IN_FIVE = ("supplement", "coordinator", "2020-11-30"), ("supplement", "coordinator", "2020-12-02")
DRAFT, TO_DRAFT = ("draft_verification", "office"), ("draft_verification", "office", "2020-12-02")
RESPOND, TO_RESPOND = ("answer_urge", "head"), ("answer_urge", "head", "2020-12-02")
CONSULT, SETTLE = ("consult", "head"), ("settle_answers", "office")
VERIFY, TO_VERIFY = ("verify", "director"), ("verify", "director", "2020-12-02")

Left = tuple[str, int, tuple[tuple[str, str], ...], tuple[tuple[str, str, str], ...]]
LEFT: dict[tuple[str, str], Left] = {
    ("assign", "draft"): ("assigned", 1, (("assign", "director"),), (("sign", "coordinator", "2020-12-02"),)),
    # Amended to be led by water, which is asked about it while the programme is out for comment.
    ("amend", "draft"): ("draft", 1, (), ()),
    ("amend", "consulted"): ("draft", 1, (CONSULT,), (("consult", "water_head", "2020-12-02"),)),
    ("amend", "objected"): ("draft", 1, (), (("consult", "water_head", "2020-12-02"),)),
    ("sign", "assigned"): ("in_progress", 1, (("sign", "coordinator"),), (NEXT_REPORT,)),
    # Another lead: what waited for housing waits for water, on the same days.
    ("change_lead", "draft"): ("draft", 1, (), ()),
    ("change_lead", "assigned"): (
        "assigned", 1, (("sign", "coordinator"),), (("sign", "water_coordinator", "2020-02-10"),),
    ),
    ("change_lead", "in_progress"): (
        "in_progress", 1, (REPORT,), (("report", "water_coordinator", "2020-04-08"),),
    ),
    ("change_lead", "reported"): (
        "in_progress", 1, (APPROVE,), (("approve", "water_head", "2020-11-30"),),
    ),
    ("change_lead", "approved"): ("in_progress", 1, (), ()),  # the office checks it, whoever leads
    ("change_lead", "proposed"): (
        "in_progress", 1, (REPORT, AGREE),
        (("report", "water_coordinator", "2020-04-08"), ("approve_claim", "water_head", "2020-11-25")),
    ),
    ("change_lead", "suspended"): ("suspended", 1, (), ()),
    ("tag", "draft"): ("draft", 1, (), ()),
    ("tag", "assigned"): ("assigned", 1, (), ()),
    ("tag", "in_progress"): ("in_progress", 1, (), ()),
    ("tag", "reported"): ("in_progress", 1, (), ()),
    ("tag", "approved"): ("in_progress", 1, (), ()),
    ("tag", "proposed"): ("in_progress", 1, (), ()),
    ("tag", "claimed"): ("claimed", 1, (), ()),
    ("tag", "drafted"): ("claimed", 1, (), ()),
    ("tag", "suspended"): ("suspended", 1, (), ()),
    ("tag", "closed"): ("closed", 1, (), ()),
    ("tag", "slipped"): ("closed", 1, (), ()),
    ("tag", "settled"): ("closed", 1, (), ()),
    ("open_window", "in_progress"): ("in_progress", 0, (REPORT,), (NEXT_REPORT,)),
    ("open_window", "reported"): ("in_progress", 0, (), (NEXT_REPORT,)),
    ("open_window", "approved"): ("in_progress", 0, (), (NEXT_REPORT,)),
    ("open_window", "proposed"): ("in_progress", 0, (REPORT,), (NEXT_REPORT,)),
    ("report", "in_progress"): ("in_progress", 0, (REPORT,), (TO_APPROVE,)),
    ("report", "reported"): ("in_progress", 0, (), ()),  # the head has the list already
    ("report", "approved"): ("in_progress", 0, (REVIEW,), (TO_REVIEW, TO_APPROVE)),  # the first quarter's still waits
    ("report", "proposed"): ("in_progress", 0, (REPORT,), (TO_APPROVE,)),
    ("approve", "reported"): ("in_progress", 0, (APPROVE,), (TO_REVIEW,)),
    ("record_approval", "reported"): ("in_progress", 0, (APPROVE,), (TO_REVIEW,)),
    ("accept", "approved"): ("in_progress", 0, (REVIEW,), ()),
    ("return_report", "reported"): ("in_progress", 0, (APPROVE,), (SOON,)),
    ("return_report", "approved"): ("in_progress", 0, (REVIEW,), (SOON,)),
    ("propose_claim", "in_progress"): ("in_progress", 1, (), (TO_AGREE,)),
    ("propose_claim", "reported"): ("in_progress", 1, (), (TO_AGREE,)),
    ("propose_claim", "approved"): ("in_progress", 1, (), (TO_AGREE,)),
    ("propose_claim", "proposed"): ("in_progress", 1, (AGREE,), (TO_AGREE,)),
    ("return_proposal", "proposed"): ("in_progress", 1, (AGREE,), (IN_FIVE,)),
    ("claim", "in_progress"): ("claimed", 1, (REPORT,), (TO_DRAFT,)),
    ("claim", "reported"): ("claimed", 1, (), (TO_DRAFT,)),
    ("claim", "approved"): ("claimed", 1, (), (TO_DRAFT,)),
    ("claim", "proposed"): ("claimed", 1, (REPORT, AGREE), (TO_DRAFT,)),
    ("draft_verification", "claimed"): ("claimed", 1, (DRAFT,), (TO_VERIFY,)),
    ("return_claim", "claimed"): ("in_progress", 1, (DRAFT,), (IN_FIVE,)),
    ("return_claim", "drafted"): ("in_progress", 1, (VERIFY,), (IN_FIVE,)),
    ("verify", "drafted"): ("closed", 1, (VERIFY,), ()),
    ("settle", "in_progress"): ("closed", 1, (REPORT,), ()),
    ("settle", "reported"): ("closed", 1, (APPROVE,), ()),
    ("settle", "approved"): ("closed", 1, (REVIEW,), ()),
    ("settle", "proposed"): ("closed", 1, (REPORT, AGREE), ()),
    ("settle", "suspended"): ("closed", 1, (("check_suspension", "office"),), ()),
    ("carry_over", "settled"): ("closed", 1, (), ()),  # the new draft has its own task
    ("open_recheck", "closed"): ("closed", 0, (), (("recheck", "office", "2020-12-09"),)),
    ("open_recheck", "slipped"): ("closed", 0, (), (("recheck", "office", "2020-12-09"),)),
    ("recheck", "closed"): ("closed", 1, (), ()),
    ("recheck", "slipped"): ("closed", 1, (("reopen", "director"),), ()),
    ("reopen", "slipped"): ("in_progress", 1, (("reopen", "director"),), (NEXT_REPORT, IN_FIVE)),
    ("urge", "assigned"): ("assigned", 0, (), (TO_RESPOND,)),
    ("urge", "in_progress"): ("in_progress", 0, (), (TO_RESPOND,)),
    ("urge", "reported"): ("in_progress", 0, (), (TO_RESPOND,)),
    ("urge", "approved"): ("in_progress", 0, (), (TO_RESPOND,)),
    ("urge", "proposed"): ("in_progress", 0, (), (TO_RESPOND,)),
    ("answer_urge", "urged"): ("in_progress", 0, (RESPOND,), ()),
    ("change_lead", "urged"): (
        "in_progress", 1, (REPORT, RESPOND),
        (("report", "water_coordinator", "2020-04-08"), ("answer_urge", "water_head", "2020-11-27")),
    ),
    ("tag", "urged"): ("in_progress", 1, (), ()),
    ("open_window", "urged"): ("in_progress", 0, (REPORT,), (NEXT_REPORT,)),
    ("report", "urged"): ("in_progress", 0, (REPORT, RESPOND), (TO_APPROVE,)),
    ("propose_claim", "urged"): ("in_progress", 1, (), (TO_AGREE,)),
    ("claim", "urged"): ("claimed", 1, (REPORT, RESPOND), (TO_DRAFT,)),
    ("settle", "urged"): ("closed", 1, (REPORT, RESPOND), ()),
    # A light is a matter of one period: no task comes of it, and nobody's open form goes stale.
    ("override_light", "assigned"): ("assigned", 0, (), ()),
    ("override_light", "in_progress"): ("in_progress", 0, (), ()),
    ("override_light", "reported"): ("in_progress", 0, (), ()),
    ("override_light", "approved"): ("in_progress", 0, (), ()),
    ("override_light", "proposed"): ("in_progress", 0, (), ()),
    ("override_light", "urged"): ("in_progress", 0, (), ()),
    ("lift_override", "overridden"): ("in_progress", 0, (), ()),
    ("change_lead", "overridden"): (
        "in_progress", 1, (REPORT,), (("report", "water_coordinator", "2020-04-08"),),
    ),
    ("tag", "overridden"): ("in_progress", 1, (), ()),
    ("open_window", "overridden"): ("in_progress", 0, (REPORT,), (NEXT_REPORT,)),
    ("report", "overridden"): ("in_progress", 0, (REPORT,), (TO_APPROVE,)),
    ("propose_claim", "overridden"): ("in_progress", 1, (), (TO_AGREE,)),
    ("claim", "overridden"): ("claimed", 1, (REPORT,), (TO_DRAFT,)),
    ("settle", "overridden"): ("closed", 1, (REPORT,), ()),
    ("urge", "overridden"): ("in_progress", 0, (), (TO_RESPOND,)),
    ("allocate", "overridden"): ("in_progress", 1, (), ()),
    ("assign", "consulted"): (
        "assigned", 1, (("assign", "director"), CONSULT), (("sign", "coordinator", "2020-12-02"),)
    ),
    ("assign", "objected"): (
        "assigned", 1, (("assign", "director"), SETTLE), (("sign", "coordinator", "2020-12-02"),)
    ),
    ("change_lead", "consulted"): ("draft", 1, (CONSULT,), (("consult", "water_head", "2020-12-02"),)),
    ("change_lead", "objected"): ("draft", 1, (), (("consult", "water_head", "2020-12-02"),)),
    ("tag", "consulted"): ("draft", 1, (), ()),
    ("tag", "objected"): ("draft", 1, (), ()),
    ("answer_row", "consulted"): ("draft", 0, (CONSULT,), ()),
    ("answer_row", "objected"): ("draft", 0, (SETTLE,), ()),  # now it agrees
    ("settle_row", "objected"): ("draft", 1, (SETTLE,), ()),
    ("allocate", "in_progress"): ("in_progress", 1, (), ()),  # the shares have their own tasks
    ("allocate", "reported"): ("in_progress", 1, (), ()),
    ("allocate", "approved"): ("in_progress", 1, (), ()),
    ("allocate", "proposed"): ("in_progress", 1, (), ()),
    ("allocate", "urged"): ("in_progress", 1, (), ()),
}  # fmt: skip
