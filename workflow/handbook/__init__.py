"""docs/workflow.md: the process in both languages, written from its tables so that it cannot drift from them."""

from workflow.handbook import acts, beside

HEAD = """# The process 督查流程

Written by `manage.py workflow_table` from the tables in `workflow/`; a test keeps it fresh. Change those, not this.
由程序按流程表生成,请勿手工修改。

"""


def render() -> str:
    """The whole page; each word in the interface's Chinese and English, names as in the code."""
    parts = (
        acts.diagram,
        acts.table,
        acts.needs,
        beside.programme,
        beside.periods,
        beside.requests,
        beside.sheets,
        beside.tasks,
        acts.refusals,
    )
    return HEAD + "\n\n".join("\n".join(part()) for part in parts) + "\n"
