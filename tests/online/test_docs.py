"""The code in the page on streams runs, top to bottom, as one program."""

from tests.test_house import BLOCK, ROOT, run_python


def test_the_page_on_streams(tmp_path):
    blocks = BLOCK.findall((ROOT / "docs" / "streams.md").read_text("utf-8"))
    assert len(blocks) > 4
    out = run_python("\n".join(code for skipped, code in blocks if not skipped), tmp_path, 300)
    assert "'steps': 3000" in out
