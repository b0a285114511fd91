"""Results as one flat table with every column, for programs and for more people than a workbook holds."""

from __future__ import annotations

from io import BytesIO

import pandas as pd

from perfcli.errors import usage_error
from perfcli.exports.formats import escaped
from perfcli.scoring.results import Results, public_columns


def results_csv(results: Results) -> bytes:
    """A row per employee with the public columns of ``Results.frame``, in UTF-8 with a byte order mark.

    A partial result has a last column ``left_out`` in each row: how many people, and
    whole sheets, were not scored.
    """
    frame = _frame(results)
    written = {
        key: frame[key].map({text: escaped(text) for text in frame[key].unique()}) for key in _texts(frame)
    }
    return frame.assign(**written).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def results_parquet(results: Results) -> bytes:
    """The same as Parquet: texts as strings, ranks as integers, all other numbers as doubles.

    Raises:
        UsageError: ``parquet-needs-pyarrow``.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as problem:
        raise usage_error("parquet-needs-pyarrow") from problem
    frame = _frame(results)
    texts = set(_texts(frame))
    columns = {
        key: pa.array(frame[key].tolist(), pa.string()) if key in texts else pa.array(frame[key].to_numpy())
        for key in frame.columns
    }
    stream = BytesIO()
    parquet.write_table(pa.table(columns), stream)
    return stream.getvalue()


def _frame(results: Results) -> pd.DataFrame:
    frame = results.frame[public_columns(results.frame)]
    return frame.assign(left_out=len(results.left_out)) if len(results.left_out) else frame


def _texts(frame: pd.DataFrame) -> list[str]:
    return [str(key) for key in frame.columns if not pd.api.types.is_numeric_dtype(frame[key])]
