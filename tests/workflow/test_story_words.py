"""Every action that the code appends has a word, and the words stand nowhere without an action."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from workflow.story_words import OTHER_ACTS
from workflow.transitions import BY_NAME

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"[a-z]+(_[a-z]+)*")


def trees() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("workflow", "tracker", "pledges"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def words_in(node: ast.AST, constants: dict[str, str]) -> set[str]:
    """The literal names that an expression may be: itself, both arms of a choice, a constant of a module."""
    found = set()
    for part in [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.add(part.value)
        elif isinstance(part, ast.Name | ast.Attribute):
            name = part.id if isinstance(part, ast.Name) else part.attr
            found |= {constants[name]} if name in constants else set()
    return found


def appended() -> set[str]:
    """The actions that reach `audit.append`, also through functions that pass theirs on."""
    modules = dict(trees())
    constants = {
        target.id: node.value.value
        for tree in modules.values()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.isupper()
    }
    found: set[str] = set()
    passing: set[tuple[str, str, int]] = {("append", "action", -1)}
    known: set[tuple[str, str, int]] = set()
    while passing - known:
        wanted = passing - known
        known |= wanted
        for tree in modules.values():
            for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
                parameters = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
                every = parameters + [one.arg for one in function.args.kwonlyargs]
                for call in [node for node in ast.walk(function) if isinstance(node, ast.Call)]:
                    for name, keyword, position in wanted:
                        if called(call) != name or (name == "append" and not call.keywords):
                            continue
                        given = [one.value for one in call.keywords if one.arg == keyword]
                        given += [call.args[position]] if 0 <= position < len(call.args) else []
                        for value in given:
                            found |= words_in(value, constants)
                            if isinstance(value, ast.Name) and value.id in every:
                                place = parameters.index(value.id) if value.id in parameters else -1
                                passing.add((function.name, value.id, place))
    return {word for word in found if NAME.fullmatch(word)}


def test_every_action_that_is_appended_has_a_word() -> None:
    actions = appended()
    assert {"draft", "import", "accept_measure", "appoint", "erase", "export_events", "restore_task"} <= actions
    assert sorted(actions - set(OTHER_ACTS) - set(BY_NAME)) == []


def test_no_act_of_the_table_is_called_otherwise_beside_it() -> None:
    assert set(OTHER_ACTS) & set(BY_NAME) == set()
