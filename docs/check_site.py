"""Check the built site: links within it, pictures of the gallery, and what a search finds.

Run from the repository's root after a build::

    python docs/check_site.py build/docs
"""

from __future__ import annotations

import json
import sys
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
TITLE, PART_OF_TITLE, WORD, PAGE_TITLE = 15, 7, 5, 25  # as the site's own search scores


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


def foreign_scripts(soups: dict[Path, BeautifulSoup], site: Path) -> list[str]:
    """Return scripts and styles that would be fetched from elsewhere: the site works offline."""
    tags = [
        (path.relative_to(site), tag.get("src") or tag.get("href"))
        for path, soup in soups.items()
        for tag in soup.select("script[src], link[rel=stylesheet]")
    ]
    return sorted({f"{path}: {url}" for path, url in tags if str(url).startswith(("http", "//"))})


def first_found(index: dict, query: str) -> list[str]:
    """Return the pages that a search finds, best first, scored as the site's script does."""
    word = query.lower()
    stem = stemmer("english").stemWord(word)
    scores: dict[int, float] = {}

    def add(pages: object, score: float) -> None:
        for page in pages if isinstance(pages, list) else [pages]:
            scores[page] = max(scores.get(page, 0), score)

    for title, places in index["alltitles"].items():
        if word in title.lower():
            share = round(PAGE_TITLE * len(word) / len(title)) + PART_OF_TITLE
            for page, anchor in places:
                add(page, TITLE + share if anchor is None else share)
    for name, score in (("titleterms", TITLE), ("terms", WORD)):
        if stem in index[name]:
            add(index[name][stem], score)
    names = index["docnames"]
    return [names[k] for k in sorted(scores, key=lambda k: (-scores[k], names[k]))]


def main(site: Path) -> int:
    """Print what is wrong; return how much."""
    site = site.resolve()
    soups = pages(site)
    text = (site / "searchindex.js").read_text("utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    wrong = broken_links(site, soups)
    wrong += [f"no picture: {name}" for name in blank_thumbnails(site)]
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
