"""As fast as it can be: python-calamine reads, the fastest Rust writer of PyPI writes as many cells as perf.

    python floor.py SHEET RESULT WEIGHTS.json

Ranking, detail and audit have the columns of perf's, with borders and number formats; formulas have no stored
values. There are no checks, grades come from one vector operation, and nothing else is in the workbook.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from python_calamine import load_workbook
from rustpy_xlsxwriter import FastExcel, Format

FORMULAS = {
    "工號": "='明細'!A{row}",
    "姓名": "='明細'!B{row}",
    "重算總分": "=INT((ROUND(SUMPRODUCT('明細'!$T$1:$AD$1,'明細'!I{row}:S{row})*100,0)+50)/100)/100",
    "總分": "=INDEX('排名'!$H:$H,MATCH(A{row},'排名'!$B:$B,0))",
    "一致": '=IFERROR(IF(D{row}=E{row},"是","否"),"否")',
    "重算等級": '=IF(D{row}>=90,"優秀",IF(D{row}>=80,"良好",IF(D{row}>=60,"合格","不合格")))',
    "等級": "=INDEX('排名'!$I:$I,MATCH(A{row},'排名'!$B:$B,0))",
    "等級一致": '=IFERROR(IF(G{row}=H{row},"是","否"),"否")',
}


def main(source: str, target: str, weights_file: str) -> None:
    """Reads and writes."""
    weights = np.array(list(json.loads(Path(weights_file).read_text(encoding="utf-8")).values()))
    header, *rows = load_workbook(source).get_sheet_by_index(0).to_python()
    ids, names, departments = ([row[column] for row in rows] for column in range(3))
    scores = np.array([row[3:] for row in rows], dtype=float)
    points = scores * weights / 100
    totals = points.sum(axis=1).round(2)
    ranks = pd.Series(totals).rank(method="min", ascending=False).to_numpy()
    grades = np.array(["不合格", "合格", "良好", "優秀"], dtype=object)[np.digitize(totals, [60, 80, 90])]
    who = {"工號": ids, "姓名": names, "部門": departments, "職位": ""}
    ranking = {"排名": ranks, **who, "團隊": "電商運營團隊", "考核周期": "2026-11", "總分": totals}
    ranking |= {"等級": grades, "團隊排名": ranks}
    detail = {**who, "總分": totals, "等級": grades, "排名": ranks, "團隊排名": ranks}
    detail |= {name: scores[:, one] for one, name in enumerate(header[3:])}
    detail |= {f"{name} 得分": points[:, one] for one, name in enumerate(header[3:])}
    detail |= {f"合計 {one}": points[:, one : one + 3].sum(axis=1) for one in range(4)}
    look = Format().set_border("thin").set_num_format("0.00")
    book = FastExcel(target)
    for name, columns in (("排名", ranking), ("明細", detail)):
        book.sheet(name, pd.DataFrame(columns), column_formats=[look] * len(columns))
    audit = pd.DataFrame({"團隊": ["電商運營團隊"] * len(rows)})
    book.sheet("核對", audit, formula_columns=FORMULAS, column_formats=[look] * (len(FORMULAS) + 1))
    book.save()


if __name__ == "__main__":
    main(*sys.argv[1:])
