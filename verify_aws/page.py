"""The page that is made from the report: `docs/verified-on-aws.md`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

#: The file's name.
NAME = "verified-on-aws.md"
#: What stands between is made from the report; all else is written by hand.
BEGIN, END = "<!-- report: begin -->", "<!-- report: end -->"


def write_page(folder: Path, report: Mapping[str, Any]) -> Path:
    """Write the report into the page; a new page has nothing else."""
    path = folder / NAME
    text = path.read_text("utf-8") if path.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{render(report)}\n{END}{after}", "utf-8")
    return path


def render(report: Mapping[str, Any]) -> str:
    """Render the report as Markdown."""
    rows = report["questions"]
    return "\n".join([*_summary(report["where"], rows), "", *_table(rows)])


def _summary(where: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    seen = [row for row in rows if row["seen"] is not None]
    if not seen:
        yield f"**Not yet run on {where}.** All {len(rows)} answers below are assumed."
        return
    different = [row for row in seen if not row["equal"]]
    yield (
        f"Asked on {where}: {len(seen)} of {len(rows)} questions, "
        f"{len(seen) - len(different)} as assumed, {len(different)} different."
    )


def _table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| id | question | assumed | seen | equal | if the assumption is wrong | asked |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in rows:
        cells = (
            f"`{row['id']}`",
            row["question"],
            row["assumed"],
            _seen(row),
            {None: "", True: "yes", False: "**no**"}[row["equal"]],
            row["breaks"],
            _asked(row),
        )
        yield f"| {' | '.join(_escape(cell) for cell in cells)} |"


def _seen(row: Mapping[str, Any]) -> str:
    if row["seen"] is None:
        return f"not asked: {row['not_asked']}" if row["not_asked"] else "not yet asked"
    return f"{row['seen']} ({row['detail']})" if row["detail"] else str(row["seen"])


def _asked(row: Mapping[str, Any]) -> str:
    if row["date"] is None:
        return ""
    return f"{row['date']}, {row['region']}, version {row['library']}"


def _escape(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
