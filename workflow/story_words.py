"""Words for the record: what each act is called, what a stream is about, and which changes are told in plain words.

Acts of the table of transitions are called what their rows say; every other action that is appended stands here. A test
walks the code and demands a label for each.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.models import LightOverride, Outcome, Pledge, ProgrammeState, State
from workflow.models import ConsultationAnswer, Request, Sheet

OF_MEASURES: dict[str, Any] = {
    "add_measure": _("标为条目"),
    "edit_measure": _("修改"),
    "accept_measure": _("立项"),
    "reject_measure": _("不立项"),
    "reopen_measure": _("恢复"),
    "split_measure": _("拆分"),
    "merge_measures": _("合并"),
    "link": _("关联"),
    "unlink": _("取消关联"),
}
OTHER_ACTS: dict[str, Any] = {
    "draft": _("立项"),
    "plan": _("编制序时计划"),
    "change_share": _("调整分解数"),
    "name_source": _("指定数据来源"),
    "add_indicator": _("设立指标"),
    "change_indicator": _("修改指标"),
    "plan_release": _("安排发布日期"),
    "enter_figure": _("录入数据"),
    "revise_figure": _("修订数据"),
    "propose_sheet": _("列入拟发单"),
    "add_sheet_row": _("加入拟发单"),
    "drop_sheet_row": _("移出拟发单"),
    "drop_sheet": _("不予发出"),
    "issue_sheet": _("发出督办单"),
    "answer_sheet": _("回复督办单"),
    "propose_sheets": _("列出拟发单"),
    "accept_sheet_answer": _("认可督办回复"),
    "reject_sheet_answer": _("不认可督办回复"),
    "give_instruction": _("批示"),
    "answer_instruction": _("回复批示"),
    "create_programme": _("建立台账"),
    "begin_check": _("开始核对"),
    "check_figures": _("核对本期数据"),
    "settle_objection": _("处理异议"),
    "close_period": _("本期结账"),
    "reopen_period": _("重新开账"),
    "begin_consulting": _("征求意见"),
    "approve_programme": _("审定"),
    "issue_programme": _("印发"),
    "back_to_drafting": _("退回拟分解"),
    "import": _("导入文件"),
    "remap": _("更改列的对应关系"),
    "add_unit": _("增设单位"),
    "change_unit": _("修改单位"),
    "close_unit": _("停用单位"),
    "open_unit": _("启用单位"),
    "add_user": _("开设账号"),
    "change_password": _("更改本人密码"),
    "set_password": _("重设密码"),
    "appoint": _("任职"),
    "confirm_working_days": _("确认工作日历"),
    "set_working_day": _("设定工作日"),
    "end_deputy": _("结束代办"),
    "appoint_deputy": _("安排代办"),
    "reactivate": _("启用账号"),
    "deactivate": _("停用账号"),
    "restore_task": _("补开待办"),
    "propose_erasure": _("提出清除"),
    "refuse_erasure": _("不同意清除"),
    "erase": _("清除内容"),
    "erased": _("内容已清除"),
    "export_events": _("导出操作记录"),
    "ask_request": _("提出申请"),
    "answer_request": _("答复申请"),
    "pass_on_request": _("申请转上一环节"),
    "grant_request": _("同意申请"),
    "refuse_request": _("不同意申请"),
    "take_back_request": _("撤回申请"),
    "add_robot": _("添加群机器人"),
    "change_robot": _("修改群机器人"),
    "test_robot": _("测试群机器人"),
    "resend_delivery": _("再次发送消息"),
    **OF_MEASURES,
}

# Acts that are an answer out of a few: the input that holds it, and the answers.
CHOSEN: dict[str, tuple[str, Any]] = {
    "answer_row": ("answer", ConsultationAnswer.Answer),
    "settle_row": ("settlement", ConsultationAnswer.Settlement),
    "override_light": ("light", LightOverride.Light),
    **{
        f"{act}_request": ("kind", Request.Kind) for act in ("ask", "answer", "pass_on", "grant", "refuse", "take_back")
    },
}

# What a stream's name begins with, in the order in which they are offered.
STREAMS: dict[str, Any] = {
    "pledge": _("任务事项"),
    "programme": _("年度台账"),
    "document": _("文件"),
    "sheet": _("督办单"),
    "request": _("申请"),
    "instruction": _("批示"),
    "period": _("期"),
    "indicator": _("统计指标"),
    "organisation": _("组织机构"),
    "calendar": _("工作日历"),
    "signed_page": _("签字页"),
    "erasure": _("清除"),
    "audit": _("审计"),
}

STATES: dict[str, Any] = {
    **dict(Sheet.Status.choices),
    **dict(Request.Status.choices),
    **dict(ProgrammeState.choices),
    **dict(State.choices),
}

# Fields whose old and new values are told, and what their values are: units, posts and people are kept by id.
FIELDS: dict[str, tuple[Any, str]] = {
    "title": (_("工作任务"), "text"),
    "lead_unit": (_("牵头单位"), "unit"),
    "leader": (_("牵头领导"), "post"),
    "person": (_("责任人"), "text"),
    "due_date": (_("完成时限"), "text"),
    "start_date": (_("开始"), "text"),
    "deliverable": (_("成果"), "text"),
    "tags": (_("标签"), "text"),
    "cadence": (_("填报周期"), "cadence"),
    "weight": (_("权重"), "text"),
    "goal": (_("总目标"), "text"),
    "suspended_until": (_("暂缓至"), "text"),
    "outcome": (_("结论"), "outcome"),
    "support": (_("配合单位"), "unit"),
    "holder": (_("现任"), "user"),
    "name": (_("名称"), "text"),
    "name_en": (_("英文名称"), "text"),
    "aliases": (_("别名"), "text"),
}
OUTCOMES: dict[str, Any] = dict(Outcome.choices)
CADENCES: dict[str, Any] = dict(Pledge.Cadence.choices)

# Acts whose input is told as changes, but for the basis.
TOLD_AS_CHANGES = ("amend",)
