"""What a user would write instead: pandas reads, scores and ranks; openpyxl writes the same sheets and looks.

    python script.py SHEET RESULT WEIGHTS.json

``WEIGHTS.json`` has the weights by header. It has no checks, no seal and no rules of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

GRADES = ((90, "優秀"), (80, "良好"), (60, "合格"), (0, "不合格"))
SIDE = Side(style="thin", color="BFC6D4")
BORDER = Border(SIDE, SIDE, SIDE, SIDE)
HEADER = {
    "font": Font(bold=True, color="FFFFFF"),
    "fill": PatternFill("solid", fgColor="1F3A5F"),
    "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
    "border": BORDER,
}
TEXT = {"border": BORDER, "alignment": Alignment(horizontal="left", vertical="center"), "number_format": "@"}
NUMBER = {"border": BORDER, "alignment": Alignment(vertical="center"), "number_format": "0.00"}


def main(source: str, target: str, weights_file: str) -> None:
    """Scores a sheet and writes the ranking, the detail, an overview and an audit with formulas."""
    weights = json.loads(Path(weights_file).read_text(encoding="utf-8"))
    frame = pd.read_excel(source, dtype={"工號": str}, engine="openpyxl")
    names = list(weights)
    points = frame[names] * pd.Series(weights) / 100
    frame["總分"] = points.sum(axis=1).round(2)
    frame["等級"] = [next(name for bound, name in GRADES if total >= bound) for total in frame["總分"]]
    frame["排名"] = frame["總分"].rank(method="min", ascending=False).astype(int)
    frame = frame.sort_values(["排名", "工號"], ignore_index=True)
    points = frame[names] * pd.Series(weights) / 100
    book = openpyxl.Workbook()
    ranking = book.active
    ranking.title = "排名"
    team = ["電商運營團隊"] * len(frame)
    write(
        ranking,
        1,
        {
            **{key: frame[key] for key in ("排名", "工號", "姓名", "部門")},
            "職位": [""] * len(frame),
            "團隊": team,
            "考核周期": ["2026-11"] * len(frame),
            **{key: frame[key] for key in ("總分", "等級")},
            "團隊排名": frame["排名"],
        },
    )
    mark(ranking, "I", 2, len(frame) + 1)
    detail = book.create_sheet("明細")
    columns = {key: frame[key] for key in ("工號", "姓名", "部門")}
    columns |= {"職位": [""] * len(frame)}
    columns |= {key: frame[key] for key in ("總分", "等級", "排名")}
    columns |= {"團隊排名": frame["排名"]}
    columns |= {name: frame[name] for name in names}
    columns |= {f"{name} 得分": points[name] for name in names}
    columns |= {"合計 1": points[names[:6]].sum(axis=1), "合計 2": points[names[6:9]].sum(axis=1)}
    columns |= {"合計 3": points[names[9:]].sum(axis=1)}
    write(detail, 6, columns)
    for column, name in enumerate(names, start=9):
        detail.cell(5, column, weights[name])
    mark(detail, "F", 7, len(frame) + 6)
    audit(book.create_sheet("核對"), frame, len(names))
    overview = book.create_sheet("概覽")
    for _, name in GRADES:
        overview.append([name, int((frame["等級"] == name).sum())])
    book.save(target)


def write(sheet, header_row, columns) -> None:
    """A table with a header, borders, formats and widths."""
    for column, name in enumerate(columns, start=1):
        look(sheet.cell(header_row, column, name), HEADER)
        sheet.column_dimensions[get_column_letter(column)].width = 14
    rows = zip(*(list(values) for values in columns.values()), strict=True)
    for row, values in enumerate(rows, start=header_row + 1):
        for column, value in enumerate(values, start=1):
            look(sheet.cell(row, column, value), TEXT if isinstance(value, str) else NUMBER)
    sheet.freeze_panes = sheet.cell(header_row + 1, 3)


def audit(sheet, frame, indicators) -> None:
    """Every total and grade computed again."""
    last, scores = len(frame) + 1, (get_column_letter(9), get_column_letter(8 + indicators))
    for column in range(1, 10):
        look(sheet.cell(1, column, f"第{column}列"), HEADER)
    for row in range(2, last + 1):
        own = row + 5
        formulas = (
            f"=明細!A{own}",
            f"=明細!B{own}",
            "電商運營團隊",
            f"=ROUND(SUMPRODUCT(明細!${scores[0]}$5:${scores[1]}$5,明細!{scores[0]}{own}:{scores[1]}{own})/100,2)",
            f"=INDEX(排名!$H$2:$H${last},MATCH(A{row},排名!$B$2:$B${last},0))",
            f'=IF(D{row}=E{row},"是","否")',
            f'=IF(D{row}>=90,"優秀",IF(D{row}>=80,"良好",IF(D{row}>=60,"合格","不合格")))',
            f"=INDEX(排名!$I$2:$I${last},MATCH(A{row},排名!$B$2:$B${last},0))",
            f'=IF(G{row}=H{row},"是","否")',
        )
        for column, formula in enumerate(formulas, start=1):
            look(sheet.cell(row, column, formula), NUMBER if column in {4, 5} else TEXT)


def mark(sheet, column, first, last) -> None:
    """A colour for each grade."""
    for (_, name), colour in zip(GRADES, ("1F6B4F", "B7DCC8", "F7ECD7", "FFFFFF"), strict=True):
        fill = PatternFill("solid", bgColor=colour)
        sheet.conditional_formatting.add(
            f"{column}{first}:{column}{last}", CellIsRule(operator="equal", formula=[f'"{name}"'], fill=fill)
        )


def look(cell, style) -> None:
    """Gives a cell its look."""
    for key, value in style.items():
        setattr(cell, key, value)


if __name__ == "__main__":
    main(*sys.argv[1:])
