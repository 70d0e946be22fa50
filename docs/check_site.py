"""Check the built site: links within it, pictures of the gallery, and what a search finds.

Run from the repository's root after a build::

    python docs/check_site.py build/docs
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from snowballstemmer import stemmer

# What a newcomer would type, and pages of which one should come first.
SEARCHES = {
    "install": ["start/installation"],
    "conda": ["start/installation"],
    "csv": ["start/your-data"],
    "NaN": ["start/your-data"],
    "checkpoint": ["guide/streams", "gallery/streams/plot_checkpoint_and_resume"],
    "river": ["start/river_user", "gallery/streams/plot_drift_with_river"],
    "aeon": ["start/aeon_user"],
    "Brian2": ["start/brian2_user"],
    "drift": ["gallery/streams/plot_drift_with_river", "gallery/streams/plot_drifting_stream"],
    "glossary": ["guide/glossary"],
    "thresholds": ["guide/sparce"],
    "Optuna": ["gallery/together/plot_optuna_search"],
}
# As the site's own search scores, with docs/search_order.js.
NAME, PART_OF_NAME, OBJECT = 11, 6, {0: 15, 1: 5, 2: -5}
TITLE, PART_OF_TITLE, WORD, PART_OF_WORD = 15, 7, 5, 2
ADDRESS = re.compile(r"<.*object at 0x[0-9a-f]+>")
FOLDERS, GLOSSARY = {"start": 5, "guide": 4, "gallery": 4}, 10


def pages(site: Path) -> dict[Path, BeautifulSoup]:
    """Return all pages but those that only list code."""
    found = (p for p in sorted(site.rglob("*.html")) if "_static" not in p.parts)
    return {path: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in found}


def broken_links(site: Path, soups: dict[Path, BeautifulSoup]) -> list[str]:
    """Return links within the site whose page, file or place on a page is not there."""
    places = {path: {tag["id"] for tag in soup.find_all(id=True)} for path, soup in soups.items()}
    bad = []
    for path, soup in soups.items():
        tags = [(t, t.get("href") or t.get("src")) for t in soup.find_all(["a", "img", "link"])]
        for _, address in tags:
            parts = urlsplit(address or "")
            if not address or parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            known = places.get(target)
            if not target.exists() or (known and parts.fragment and parts.fragment not in known):
                bad.append(f"{path.relative_to(site)}: {address}")
    return bad


def blank_thumbnails(site: Path) -> list[str]:
    """Return examples without a picture of their own in the gallery."""
    soup = BeautifulSoup((site / "gallery" / "index.html").read_text("utf-8"), "html.parser")
    images = soup.select(".sphx-glr-thumbcontainer img")
    names = [str(image["src"]) for image in images]
    sizes = {name: (site / "gallery" / name).stat().st_size for name in names}
    return [n for n in names if "no_image" in n or sizes[n] < 3000] if names else ["all"]


def printed_objects(soups: dict[Path, BeautifulSoup], site: Path) -> list[str]:
    """Return outputs of code that tell where an object lies in memory, and nothing else of it."""
    outputs = [
        (path.relative_to(site), tag.get_text())
        for path, soup in soups.items()
        for tag in soup.select(".sphx-glr-script-out, .cell_output")
    ]
    return sorted(
        {f"{path}: {found[0]}" for path, text in outputs if (found := ADDRESS.search(text))}
    )


def foreign_scripts(soups: dict[Path, BeautifulSoup], site: Path) -> list[str]:
    """Return scripts and styles that would be fetched from elsewhere: the site works offline."""
    tags = [
        (path.relative_to(site), tag.get("src") or tag.get("href"))
        for path, soup in soups.items()
        for tag in soup.select("script[src], link[rel=stylesheet]")
    ]
    return sorted({f"{path}: {url}" for path, url in tags if str(url).startswith(("http", "//"))})


def found_by_title(index: dict, word: str) -> Iterator[tuple[int, str, float]]:
    """Give pages with a title, or a heading, half of which is the word."""
    for title, places in index["alltitles"].items():
        if word in title.lower() and len(word) >= len(title) / 2:
            share = int(TITLE * len(word) / len(title) + 0.5)
            for page, _ in places:
                whole = index["titles"][page]
                name = title if whole == title else f"{whole} > {title}"
                yield page, name, share + (whole == title)
    for entry, places in index["indexentries"].items():
        if word in entry and len(word) >= len(entry) / 2:
            for page, _, is_main in places:
                if is_main:
                    name = index["titles"][page]
                    yield page, name, int(100 * len(word) / len(entry) + 0.5)


def found_by_name(index: dict, word: str) -> Iterator[tuple[int, str, float]]:
    """Give pages with a class, a function or a method of that name."""
    for prefix, things in index["objects"].items():
        for page, _, priority, _, name in things:
            whole = f"{prefix}.{name}".lower()
            last = whole.rpartition(".")[2]
            if word in whole:
                score = NAME if word in (whole, last) else PART_OF_NAME * (word in last)
                yield page, f"{prefix}.{name}", score + OBJECT.get(priority, 0)


def found_by_word(index: dict, word: str) -> Iterator[tuple[int, str, float]]:
    """Give pages with the word in their text, or in a title."""
    stem = stemmer("english").stemWord(word)
    scores: dict[int, float] = {}
    whole = [("terms", WORD), ("titleterms", TITLE)]
    for name, score in whole:
        pages = index[name].get(stem, [])
        scores.update(dict.fromkeys(pages if isinstance(pages, list) else [pages], score))
    for name, score in (("terms", PART_OF_WORD), ("titleterms", PART_OF_TITLE)):
        if stem not in index[name] and len(stem) > 2:
            for term, pages in index[name].items():
                if stem in term:
                    every = pages if isinstance(pages, list) else [pages]
                    scores.update(dict.fromkeys(every, score))
    yield from ((page, index["titles"][page], score) for page, score in scores.items())


def first_found(index: dict, query: str) -> list[str]:
    """Return the pages that a search for a word finds, best first."""
    word = query.lower()
    found = []
    for finder in (found_by_title, found_by_name, found_by_word):
        for page, name, score in finder(index, word):
            place = index["docnames"][page]
            more = FOLDERS.get(place.partition("/")[0], 0)
            total = min(score, GLOSSARY) if place == "guide/glossary" else score + more
            found.append((-total, name.lower(), place))
    return [place for _, _, place in sorted(found)]


def main(site: Path) -> int:
    """Print what is wrong; return how much."""
    site = site.resolve()
    soups = pages(site)
    text = (site / "searchindex.js").read_text("utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    wrong = broken_links(site, soups)
    wrong += [f"no picture: {name}" for name in blank_thumbnails(site)]
    wrong += [f"prints an object: {name}" for name in printed_objects(soups, site)]
    wrong += [f"not offline: {name}" for name in foreign_scripts(soups, site)]
    for query, expected in SEARCHES.items():
        first = first_found(index, query)[:1]
        if not set(first) & set(expected):
            wrong.append(f"a search for {query!r} finds {first}, not {expected}")
    print(*wrong, sep="\n")
    print(f"{len(soups)} pages, {len(SEARCHES)} searches, {len(wrong)} faults")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]))))
