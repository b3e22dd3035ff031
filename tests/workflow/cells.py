"""What is expected of each cell of the process, written by hand from the specification; `cells_left` says what an
allowed one leaves.

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
    "override_light": (
        YES, DIRECTOR, DIRECTOR, DIRECTOR,
        DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR, GONE, DIRECTOR,
        *NOBODY_ELSE, DIRECTOR),
    "lift_override": (
        YES, DIRECTOR, DIRECTOR, DIRECTOR,
        DIRECTOR, DIRECTOR, DIRECTOR, DIRECTOR, GONE, DIRECTOR,
        *NOBODY_ELSE, DIRECTOR),
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
    "overridden": "推进中",
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
    "override_light": "调整亮灯",
    "lift_override": "取消亮灯调整",
    "allocate": "分解任务",
    "answer_row": "答复征求意见",
    "settle_row": "处理意见",
    **GRANTED,
}
DRAFTS = ("draft", "consulted", "objected")
UNDER_WAY = ("in_progress", "reported", "approved", "proposed", "urged", "overridden")
NONE_WAITS = "没有等待审核的填报。"
NONE_TO_APPROVE = "没有等待审签的填报。"
NO_PROPOSAL = "没有等待审签的销号申请。"
NO_SECOND_LOOK = "年终结账为未完成的事项不作回头看。"
ONLY_NOT_MET = "只有年终结账为未完成的事项可以结转。"
NOT_SLIPPED = "回头看没有发现反弹,不需要重新交办。"
DECIDED = "2020-Q4 的亮灯已经调整,请先取消,再重新调整。"
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
        dict.fromkeys(
            ("in_progress", "approved", "proposed", "urged", "overridden", "claimed", "drafted"), NONE_TO_APPROVE
        ),
    ),
    "record_approval": (
        ("reported",),
        dict.fromkeys(
            ("in_progress", "approved", "proposed", "urged", "overridden", "claimed", "drafted"), NONE_TO_APPROVE
        ),
    ),
    "accept": (
        ("approved",),
        {
            "reported": "填报还在等待牵头单位负责人审签。",
            **dict.fromkeys(("in_progress", "proposed", "urged", "overridden", "claimed", "drafted"), NONE_WAITS),
        },
    ),
    "return_report": (
        ("reported", "approved"),
        dict.fromkeys(("in_progress", "proposed", "urged", "overridden"), NONE_WAITS),
    ),
    "propose_claim": (UNDER_WAY, {}),
    "return_proposal": (
        ("proposed",),
        dict.fromkeys(("in_progress", "reported", "approved", "urged", "overridden"), NO_PROPOSAL),
    ),
    "claim": (UNDER_WAY, {}),
    "draft_verification": (("claimed",), {"drafted": "核验意见已经拟出,等待主任审定。"}),
    "return_claim": (("claimed", "drafted"), {}),
    "verify": (("drafted",), {"claimed": "还没有核验意见,请督查专员先拟出。"}),
    "settle": ((*UNDER_WAY, "suspended"), {}),
    "carry_over": (("settled",), dict.fromkeys(("closed", "slipped"), ONLY_NOT_MET)),
    "open_recheck": (("closed", "slipped"), {"settled": NO_SECOND_LOOK}),
    "recheck": (("closed", "slipped"), {"settled": NO_SECOND_LOOK}),
    "reopen": (("slipped",), dict.fromkeys(("closed", "settled"), NOT_SLIPPED)),
    "urge": (
        ("assigned", "in_progress", "reported", "approved", "proposed", "overridden"),
        {"urged": "已催办,等待回应。"},
    ),
    "answer_urge": (
        ("urged",),
        dict.fromkeys(
            ("assigned", "in_progress", "reported", "approved", "proposed", "overridden"), "没有等待回应的催办。"
        ),
    ),
    "override_light": (
        ("assigned", "in_progress", "reported", "approved", "proposed", "urged"),
        {"overridden": DECIDED},
    ),
    "lift_override": (
        ("overridden",),
        dict.fromkeys(
            ("assigned", "in_progress", "reported", "approved", "proposed", "urged"), "没有可以取消的亮灯调整。"
        ),
    ),
    "allocate": (UNDER_WAY, {}),
    "answer_row": (("consulted", "objected"), {"draft": "年度台账现为“拟分解”,不在征求意见。"}),
    "settle_row": (("objected",), dict.fromkeys(("draft", "consulted"), "没有等待处理的反馈意见。")),
    **{name: ((), {}) for name in GRANTED},
}
