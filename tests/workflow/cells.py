"""What is expected of each cell of the process, written by hand from the specification.

A cell is (standing, who, act). `WHO` says who may, and the reason of the first rule that refuses everybody else;
`WHEN` says in which standings the moment is right, and what is said otherwise. A cell is allowed when both agree.
"""

YES = "allowed"
GONE = "invisible"
DIRECTOR = "只有督查室主任可以这样做。"
OFFICE = "只有督查室可以这样做。"
COORDINATOR = "只有牵头单位的联络员可以这样做。"
HEAD = "只有牵头单位的负责人可以这样做。"
LEAD = "只有牵头单位的联络员或负责人可以这样做。"
RETURNER = "只有督查室或牵头单位负责人可以退回。"
SPLITTER = "只有牵头单位或督查室可以分解任务。"
OTHERS = "这一事项由其他单位牵头,您可以查看,不能代为办理。"
REQUEST = "这一步须经申请批准,请先提出申请。"
CALENDAR = "这一步由程序按日历自动完成。"

# One row an act; the columns are COLUMNS. The pledge is led by housing and supported by water; ``above`` is the
# coordinator of a county that has no head, looking at a pledge that a bureau below it leads; ``foreign`` has no part.
COLUMNS = (
    "director",
    "supervisor",
    "leader",
    "auditor",
    "coordinator",
    "head",
    "water_coordinator",
    "water_head",
    "foreign",
    "above",
    "statistician",
    "system_admin",
    "security_admin",
    "SYSTEM",
)
NOBODY_ELSE = (GONE, GONE, GONE)
# fmt: off
WHO: dict[str, tuple[str, ...]] = {
    "assign": (
        YES, DIRECTOR, DIRECTOR, DIRECTOR,
        DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR, GONE, DIRECTOR,
        *NOBODY_ELSE, DIRECTOR),
    "amend": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        *NOBODY_ELSE, OFFICE),
    "sign": (
        LEAD, LEAD, LEAD, LEAD,
        YES, YES, OTHERS, OTHERS, GONE, OTHERS,
        *NOBODY_ELSE, LEAD),
    "change_lead": (
        YES, DIRECTOR, DIRECTOR, DIRECTOR,
        DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR, GONE, DIRECTOR,
        *NOBODY_ELSE, DIRECTOR),
    "tag": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        *NOBODY_ELSE, OFFICE),
    "open_window": (
        CALENDAR, CALENDAR, CALENDAR, CALENDAR,
        CALENDAR, CALENDAR, CALENDAR, CALENDAR, GONE, CALENDAR,
        *NOBODY_ELSE, YES),
    "report": (
        COORDINATOR, COORDINATOR, COORDINATOR, COORDINATOR,
        YES, COORDINATOR, OTHERS, COORDINATOR, GONE, OTHERS,
        *NOBODY_ELSE, COORDINATOR),
    "approve": (
        HEAD, HEAD, HEAD, HEAD,
        HEAD, YES, HEAD, OTHERS, GONE, OTHERS,
        *NOBODY_ELSE, HEAD),
    "record_approval": (
        LEAD, LEAD, LEAD, LEAD,
        YES, YES, OTHERS, OTHERS, GONE, OTHERS,
        *NOBODY_ELSE, LEAD),
    "accept": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        *NOBODY_ELSE, OFFICE),
    "return_report": (
        YES, YES, RETURNER, RETURNER,
        RETURNER, YES, RETURNER, RETURNER, GONE, RETURNER,
        *NOBODY_ELSE, RETURNER),
    "propose_claim": (
        COORDINATOR, COORDINATOR, COORDINATOR, COORDINATOR,
        YES, COORDINATOR, OTHERS, COORDINATOR, GONE, OTHERS,
        *NOBODY_ELSE, COORDINATOR),
    "return_proposal": (
        HEAD, HEAD, HEAD, HEAD,
        HEAD, YES, HEAD, OTHERS, GONE, OTHERS,
        *NOBODY_ELSE, HEAD),
    "claim": (
        HEAD, HEAD, HEAD, HEAD,
        HEAD, YES, HEAD, OTHERS, GONE, OTHERS,
        *NOBODY_ELSE, HEAD),
    "draft_verification": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        *NOBODY_ELSE, OFFICE),
    "return_claim": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        *NOBODY_ELSE, OFFICE),
    "verify": (
        YES, DIRECTOR, DIRECTOR, DIRECTOR,
        DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR, GONE, DIRECTOR,
        *NOBODY_ELSE, DIRECTOR),
    "settle": (
        YES, DIRECTOR, DIRECTOR, DIRECTOR,
        DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR, GONE, DIRECTOR,
        *NOBODY_ELSE, DIRECTOR),
    "carry_over": (
        YES, DIRECTOR, DIRECTOR, DIRECTOR,
        DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR, GONE, DIRECTOR,
        *NOBODY_ELSE, DIRECTOR),
    "open_recheck": (
        CALENDAR, CALENDAR, CALENDAR, CALENDAR,
        CALENDAR, CALENDAR, CALENDAR, CALENDAR, GONE, CALENDAR,
        *NOBODY_ELSE, YES),
    "recheck": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        *NOBODY_ELSE, OFFICE),
    "reopen": (
        YES, DIRECTOR, DIRECTOR, DIRECTOR,
        DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR, GONE, DIRECTOR,
        *NOBODY_ELSE, DIRECTOR),
    "urge": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        *NOBODY_ELSE, OFFICE),
    "answer_urge": (
        LEAD, LEAD, LEAD, LEAD,
        YES, YES, OTHERS, OTHERS, GONE, OTHERS,
        *NOBODY_ELSE, LEAD),
    "allocate": (
        YES, YES, SPLITTER, SPLITTER,
        YES, YES, SPLITTER, SPLITTER, GONE, SPLITTER,
        *NOBODY_ELSE, SPLITTER),
    "answer_row": (
        HEAD, HEAD, HEAD, HEAD,
        HEAD, YES, HEAD, OTHERS, GONE, OTHERS,
        *NOBODY_ELSE, HEAD),
    "settle_row": (
        YES, YES, OFFICE, OFFICE,
        OFFICE, OFFICE, OFFICE, OFFICE, GONE, OFFICE,
        *NOBODY_ELSE, OFFICE),
}
# What a granted request alone brings about refuses everybody at the gate.
GRANTED = {
    "extend": "延期",
    "reassign": "调整责任",
    "change_target": "调整目标",
    "change_person": "调整责任人",
    "suspend": "暂缓",
    "resume": "恢复推进",
    "withdraw": "撤销",
    "revise_conclusion": "更改结论",
    "reopen_on_review": "复核后重新交办",
}
WHO |= {name: tuple(GONE if cell == GONE else REQUEST for cell in WHO["reopen"]) for name in GRANTED}
# fmt: on

# The standings: a state, and within some states what has happened in it.
STATE_OF = {
    "draft": "待交办",
    "consulted": "待交办",
    "objected": "待交办",
    "assigned": "待签收",
    "in_progress": "推进中",
    "reported": "推进中",
    "approved": "推进中",
    "proposed": "推进中",
    "urged": "推进中",
    "claimed": "待核验",
    "drafted": "待核验",
    "closed": "已销号",
    "slipped": "已销号",
    "settled": "已销号",
    "suspended": "暂缓",
    "withdrawn": "已撤销",
}
LABELS = {
    "assign": "交办",
    "amend": "修改草案",
    "sign": "签收",
    "change_lead": "调整牵头单位",
    "tag": "加减标签",
    "open_window": "开始填报",
    "report": "填报",
    "approve": "审签",
    "record_approval": "登记线下审签",
    "accept": "审核通过",
    "return_report": "退回补充",
    "propose_claim": "提请销号",
    "return_proposal": "退回销号提请",
    "claim": "申请销号",
    "draft_verification": "拟核验意见",
    "return_claim": "退回补充",
    "verify": "核验通过",
    "settle": "年终结账",
    "carry_over": "结转",
    "open_recheck": "安排回头看",
    "recheck": "回头看",
    "reopen": "重新交办",
    "urge": "催办",
    "answer_urge": "回应催办",
    "allocate": "分解任务",
    "answer_row": "答复征求意见",
    "settle_row": "处理意见",
    **GRANTED,
}
DRAFTS = ("draft", "consulted", "objected")
UNDER_WAY = ("in_progress", "reported", "approved", "proposed", "urged")
NONE_WAITS = "没有等待审核的填报。"
NONE_TO_APPROVE = "没有等待审签的填报。"
NO_PROPOSAL = "没有等待审签的销号申请。"
NO_SECOND_LOOK = "年终结账为未完成的事项不作回头看。"
ONLY_NOT_MET = "只有年终结账为未完成的事项可以结转。"
NOT_SLIPPED = "回头看没有发现反弹,不需要重新交办。"
# Per act: the standings in which the moment is right, and the words where the state is right and the moment is not.
WHEN: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "assign": (DRAFTS, {}),
    "amend": (DRAFTS, {}),
    "sign": (("assigned",), {}),
    "change_lead": ((*DRAFTS, "assigned", *UNDER_WAY, "suspended"), {}),
    "tag": (
        (*DRAFTS, "assigned", *UNDER_WAY, "claimed", "drafted", "suspended", "closed", "slipped", "settled"),
        {},
    ),
    "open_window": (UNDER_WAY, {}),
    "report": (UNDER_WAY, {}),
    "approve": (
        ("reported",),
        dict.fromkeys(("in_progress", "approved", "proposed", "urged", "claimed", "drafted"), NONE_TO_APPROVE),
    ),
    "record_approval": (
        ("reported",),
        dict.fromkeys(("in_progress", "approved", "proposed", "urged", "claimed", "drafted"), NONE_TO_APPROVE),
    ),
    "accept": (
        ("approved",),
        {
            "reported": "填报还在等待牵头单位负责人审签。",
            **dict.fromkeys(("in_progress", "proposed", "urged", "claimed", "drafted"), NONE_WAITS),
        },
    ),
    "return_report": (("reported", "approved"), dict.fromkeys(("in_progress", "proposed", "urged"), NONE_WAITS)),
    "propose_claim": (UNDER_WAY, {}),
    "return_proposal": (("proposed",), dict.fromkeys(("in_progress", "reported", "approved", "urged"), NO_PROPOSAL)),
    "claim": (UNDER_WAY, {}),
    "draft_verification": (("claimed",), {"drafted": "核验意见已经拟出,等待主任审定。"}),
    "return_claim": (("claimed", "drafted"), {}),
    "verify": (("drafted",), {"claimed": "还没有核验意见,请督查专员先拟出。"}),
    "settle": ((*UNDER_WAY, "suspended"), {}),
    "carry_over": (("settled",), dict.fromkeys(("closed", "slipped"), ONLY_NOT_MET)),
    "open_recheck": (("closed", "slipped"), {"settled": NO_SECOND_LOOK}),
    "recheck": (("closed", "slipped"), {"settled": NO_SECOND_LOOK}),
    "reopen": (("slipped",), dict.fromkeys(("closed", "settled"), NOT_SLIPPED)),
    "urge": (("assigned", "in_progress", "reported", "approved", "proposed"), {"urged": "已催办,等待回应。"}),
    "answer_urge": (
        ("urged",),
        dict.fromkeys(("assigned", "in_progress", "reported", "approved", "proposed"), "没有等待回应的催办。"),
    ),
    "allocate": (UNDER_WAY, {}),
    "answer_row": (("consulted", "objected"), {"draft": "年度台账现为“拟分解”,不在征求意见。"}),
    "settle_row": (("objected",), dict.fromkeys(("draft", "consulted"), "没有等待处理的反馈意见。")),
    **{name: ((), {}) for name in GRANTED},
}


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
