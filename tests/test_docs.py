"""What the documents name exists: files, pictures, commands, settings."""

import re
from pathlib import Path

import pytest

from config import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
#: its examples name templates that a reader would write
EXAMPLES = {"pages.md"}
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()}
#: made by set-up or on first start
MADE_LATER = ("instance/", "static/vendor/", "node_modules/", ".venv/")


def named_paths(text: str) -> set[str]:
    """Everything in backticks that reads as a path from the root of the project."""
    found = re.findall(r"`([\w./-]+)`", text)
    return {path for path in found if "/" in path and path.split("/")[0] in FOLDERS and not path.startswith(MADE_LATER)}


@pytest.mark.parametrize(
    "document", [path for path in DOCUMENTS if path.name not in EXAMPLES], ids=lambda path: path.name
)
def test_files_named_in_a_document_exist(document):
    missing = {path for path in named_paths(document.read_text(encoding="utf-8")) if not (ROOT / path).exists()}

    assert missing == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_pictures_of_a_document_exist(document):
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", text) + re.findall(r'src(?:set)?="([^"]+)"', text)

    missing = {
        target for target in targets
        if not target.startswith(("http:", "https:")) and not (document.parent / target).exists()
    }  # fmt: skip

    assert missing == set()


def test_the_readme_names_every_setting():
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    missing = {name for name in ENVIRONMENT if f"`{name}`" not in text}

    assert missing == set()


def test_the_readme_begins_with_the_two_commands():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    first_block = lines[lines.index("```") + 1 :]

    assert first_block[0].startswith("make run")
    assert first_block[1].startswith("make test")


def test_make_targets_named_in_documents_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    named = {word for path in DOCUMENTS for word in re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8"))}

    assert named - targets == set()


def test_pictures_are_small():
    # They are in everybody's clone for ever.
    large = [path.name for path in (ROOT / "docs" / "images").glob("*.png") if path.stat().st_size > 150_000]

    assert large == []
