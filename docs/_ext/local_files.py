"""Scripts and styles of pages: only those that come with the site, so that it works offline."""

from __future__ import annotations

from typing import Any


def comes_with_the_site(file: Any) -> bool:
    """Whether a script or style is in the site, and used by it.

    jupyter-sphinx asks for its widgets from the web, and for files of Thebe that it does not copy;
    no page here has either.
    """
    name = str(file.filename)
    return "://" not in name and "thebelab" not in name


def keep_local(_app: Any, _page: str, _template: str, context: dict, _doctree: Any) -> None:
    """Leave out what would be fetched from elsewhere."""
    for kind in ("css_files", "script_files"):
        context[kind] = [file for file in context[kind] if comes_with_the_site(file)]


def setup(app: Any) -> dict[str, bool]:
    """Look at the files of every page, after all extensions named theirs."""
    app.connect("html-page-context", keep_local, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
