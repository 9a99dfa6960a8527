"""Templates read view models and nothing else, and what only they could read does not outlive its use."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, meta, nodes

from webapp.settings import shipped_folder
from webapp.web import view_models

TEMPLATES = sorted(shipped_folder("templates").rglob("*.html"))
SCRIPTS = sorted(shipped_folder("static").glob("*.js"))
VIEW_MODELS = [value for value in vars(view_models).values() if is_dataclass(value)]
CLASS_SELECTOR = re.compile(r"\.([a-z][a-z-]*)")
CLASSES = re.compile(r'class="([^"{]*)"')


def _read(*files: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_a_template_reads_its_page_the_frame_and_the_token_of_forms(template: Path) -> None:
    syntax = Environment(autoescape=True).parse(_read(template))
    macros = {name for imported in syntax.find_all(nodes.FromImport) for name in imported.names}
    assert meta.find_undeclared_variables(syntax) - macros <= {"page", "frame", "csrf_token"}


@pytest.mark.parametrize("model", VIEW_MODELS, ids=lambda model: model.__name__)
def test_a_view_model_is_frozen_and_templates_read_each_of_its_fields(model: Any) -> None:
    assert model.__dataclass_params__.frozen
    read = set(re.findall(r"\.(\w+)", _read(*TEMPLATES)))
    assert {field.name for field in fields(model)} - read == set()


def test_each_class_of_the_style_sheet_marks_something() -> None:
    styles = re.sub(r"/\*.*?\*/", "", _read(shipped_folder("static") / "app.css"), flags=re.DOTALL)
    marked = {name for names in CLASSES.findall(_read(*TEMPLATES)) for name in names.split()}
    marked |= set(re.findall(r'class="(\w+)"\)', _read(*TEMPLATES)))  # those handed to a macro
    assert set(CLASS_SELECTOR.findall(styles)) - marked == set()
    assert marked - set(CLASS_SELECTOR.findall(styles + _read(*SCRIPTS))) == set()
