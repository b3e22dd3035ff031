"""Writes project and livelihood sheets: one row a pledge, its present state. Columns that are not given stay."""

from typing import Any

from pledges.models import LivelihoodSheet, Pledge, ProjectSheet


def keep_project_sheet(pledge: Pledge, **columns: Any) -> ProjectSheet:
    sheet, _made = ProjectSheet.objects.update_or_create(pledge=pledge, defaults=columns)
    return sheet


def keep_livelihood_sheet(pledge: Pledge, **columns: Any) -> LivelihoodSheet:
    sheet, _made = LivelihoodSheet.objects.update_or_create(pledge=pledge, defaults=columns)
    return sheet
