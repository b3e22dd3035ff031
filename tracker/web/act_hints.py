"""What stands under a box's label: by the field's name, or more exactly by the act and the field."""

from typing import Any

from django.utils.translation import gettext_lazy

HINTS = {
    "sentence": gettext_lazy("一句话写清做了什么、到了哪一步;已填的数字不用重复。"),
    "fall_reason": gettext_lazy("累计数比上次少的,在这里写明原因。"),
    "evidence": gettext_lazy("有批文、验收意见等,写明名称和文号。"),
    "person": gettext_lazy("具体负责的人,姓名即可。"),
    "finding": gettext_lazy("写明看了什么、结论是什么。"),
    "goal": gettext_lazy("跨年任务的总目标,本年是其中一步。"),
    "judged_behind": gettext_lazy("对照成果,本期进展明显不足的,勾选。"),
}
OF_ACTS = {
    ("propose_claim", "reason"): gettext_lazy("目标没有全部达到的,写明原因。"),
    ("claim", "reason"): gettext_lazy("目标没有全部达到的,写明原因。"),
    ("tag", "add"): gettext_lazy("几个标签用顿号隔开,如“民生实事、挂牌督办”。"),
    ("settle_row", "words"): gettext_lazy("没有全部采纳的,写明理由。"),
    ("override_light", "period"): gettext_lazy("只在这一期内有效,期满自动恢复规则判定;规则判定的亮灯仍一并显示。"),
    ("override_light", "reason"): gettext_lazy("写明为什么不按规则判定亮灯,各处与亮灯一并留存。"),
    ("override_light", "basis"): gettext_lazy("有会议、批示或文件的,写明名称和文号。"),
    ("change_lead", "basis"): gettext_lazy("调整所依据的文件、会议或批示。"),
}


def of(act: str, field: str) -> Any:
    return OF_ACTS.get((act, field)) or HINTS.get(field, "")
