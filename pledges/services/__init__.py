"""Writes facts. Called by `workflow.services` and its neighbours alone, inside their transaction; writes no events.

Nothing here asks who is acting: the gate has done so. Nothing here reads the clock: moments and days are passed in.
"""

from pledges.services.allocation import add_share, change_share, set_allocator
from pledges.services.indicators import (
    add_indicator,
    change_indicator,
    enter_figure,
    plan_release,
    revise_figure,
    set_source,
)
from pledges.services.organisation import (
    add_deputy,
    change_period,
    change_programme,
    change_unit,
    clear_working_day,
    confirm_working_days,
    create_programme,
    create_unit,
    create_user,
    end_deputy,
    fill_post,
    set_password,
    set_user_active,
    set_working_day,
)
from pledges.services.pledges import (
    carry_over,
    change_pledge,
    change_target,
    create_pledge,
    extend,
    next_number,
    next_sheet_number,
    plan_pledge,
    set_parties,
)
from pledges.services.reports import add_report, review_report
from pledges.services.sources import (
    add_link,
    add_measure,
    remove_link,
    reread_document,
    save_measure,
    scale_of,
    store_document,
)
from pledges.services.special_sheets import keep_livelihood_sheet, keep_project_sheet
from pledges.services.standing import STANDING_FIELDS, judge, keep_standing, keep_standings, with_facts

__all__ = [
    "STANDING_FIELDS",
    "add_deputy",
    "add_indicator",
    "add_link",
    "add_measure",
    "add_report",
    "add_share",
    "carry_over",
    "change_indicator",
    "change_period",
    "change_pledge",
    "change_programme",
    "change_share",
    "change_target",
    "change_unit",
    "clear_working_day",
    "confirm_working_days",
    "create_pledge",
    "create_programme",
    "create_unit",
    "create_user",
    "end_deputy",
    "enter_figure",
    "extend",
    "fill_post",
    "judge",
    "keep_livelihood_sheet",
    "keep_project_sheet",
    "keep_standing",
    "keep_standings",
    "next_number",
    "next_sheet_number",
    "plan_pledge",
    "plan_release",
    "remove_link",
    "reread_document",
    "review_report",
    "revise_figure",
    "save_measure",
    "scale_of",
    "set_allocator",
    "set_parties",
    "set_password",
    "set_source",
    "set_user_active",
    "set_working_day",
    "store_document",
    "with_facts",
]
