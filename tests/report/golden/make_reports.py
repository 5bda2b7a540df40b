"""Write these files anew, after a change of the reports that is meant; then read the difference.

    PYTHONPATH=tests python tests/report/golden/make_reports.py
"""

from __future__ import annotations

from support.golden import FOLDER, documents

for name, text in documents().items():
    (FOLDER / name).write_text(text, encoding="utf-8")
