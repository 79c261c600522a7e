"""The reference rates of the European Central Bank come in whole or not at all, and twice is harmless."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from cofund.commands.main import cli
from cofund.importers.cordis_archive import UnusableFileError
from cofund.importers.ecb_rates import Taken, import_ecb_rates
from cofund.queries import rates
from cofund.records.programme.models import ExchangeRate

pytestmark = pytest.mark.django_db
# The layout of the official file: newest day first, a comma at the end of each row, N/A where there is no rate.
HISTORY = """\
Date,USD,JPY,CYP,GBP,
2024-01-05,1.0921,158.04,N/A,0.86068,
2024-01-04,1.0953,157.56,N/A,0.86258,
2024-01-03,1.0919,155.89,N/A,0.86450,
2024-01-02,1.0956,155.66,N/A,0.86645,
"""


def kept(folder: Path, text: str, name: str = "eurofxref-hist.csv") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text)
    return path


def test_history_is_taken_once(tmp_path: Path) -> None:
    file = kept(tmp_path, HISTORY)
    assert import_ecb_rates(file) == Taken(4, 3, 12, 0, 0)
    assert import_ecb_rates(file) == Taken(4, 3, 0, 0, 12)
    changed = kept(tmp_path, HISTORY.replace("1.0956", "1.0957"))
    assert import_ecb_rates(changed) == Taken(4, 3, 0, 1, 11)
    assert ExchangeRate.objects.count() == 12


def test_zip_and_the_file_of_one_day_are_taken_too(tmp_path: Path) -> None:
    packed = tmp_path / "eurofxref-hist.zip"
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("eurofxref-hist.csv", HISTORY)
    assert import_ecb_rates(packed) == Taken(4, 3, 12, 0, 0)
    day = kept(tmp_path, "Date, USD, JPY, \n08 January 2024, 1.0946, 157.84, \n", "eurofxref.csv")
    assert import_ecb_rates(day) == Taken(1, 2, 2, 0, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no table of reference rates"),
        ("Day,USD\n2024-01-02,1.1\n", "its first row begins with “Day”"),
        ("Date,USD\n", "It has no row."),
        ("Date,USD\n2024-13-02,1.1\n", "Row 2: “2024-13-02” is no day."),
        ("Date,USD\n2024-01-02,1.1\n2024-01-02,1.1\n", "Row 3: “2024-01-02” stands there twice."),
        ("Date,USD\n2024-01-02,1.1\n2024-01-03,=1+1\n", "Row 3, USD: “=1+1” is no rate."),
        ("Date,USD\n2024-01-02,0\n", "Row 2, USD: “0” is no rate."),
        ("Date,dollar\n2024-01-02,1\n", "Row 1: “dollar” is no currency."),
    ],
)
def test_file_that_cannot_be_read_says_where_and_writes_nothing(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UnusableFileError) as caught:
        import_ecb_rates(kept(tmp_path, text))
    assert said in str(caught.value)
    assert ExchangeRate.objects.count() == 0


def test_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("eurofxref-hist.csv", b"0" * (51 << 20))
    with pytest.raises(UnusableFileError, match="unpack to far too much"):
        import_ecb_rates(packed)


def test_command_says_what_it_took_and_what_is_wrong(tmp_path: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(cli, ["import", "ecb-rates", str(kept(tmp_path, HISTORY))])
    counts = "4 days of 3 currencies. 12 rates are new, 0 changed, 0 stood here as they are."
    assert (done.exit_code, done.output) == (0, f"eurofxref-hist.csv: {counts}\n")
    wrong = runner.invoke(cli, ["import", "ecb-rates", str(kept(tmp_path, "x"))])
    assert wrong.exit_code == 1
    assert "no table of reference rates" in wrong.output


def test_rate_of_a_day_is_the_last_one_published(tmp_path: Path) -> None:
    import_ecb_rates(kept(tmp_path, HISTORY))
    sunday = rates.of_day("USD", "EUR", dt.date(2024, 1, 7))
    assert sunday is not None
    assert (sunday.units, sunday.on, sunday.source) == ("1.0921", "2024-01-05", "ECB reference rates of 2024-01-05")
    assert rates.of_day("USD", "EUR", dt.date(2024, 2, 1)) is None
    assert rates.of_day("EUR", "EUR", dt.date(2024, 1, 4)) is None


def test_rate_of_a_period_is_the_average_of_its_days(tmp_path: Path) -> None:
    import_ecb_rates(kept(tmp_path, HISTORY))
    found = rates.over("USD", "EUR", dt.date(2024, 1, 1), dt.date(2024, 1, 4))
    assert found is not None
    assert found.units == "1.094267"
    assert found.source == "Average of 3 daily ECB reference rates, 2024-01-02 to 2024-01-04"
    crossed = rates.over("EUR", "USD", dt.date(2024, 1, 5), dt.date(2024, 1, 5))
    assert crossed is not None
    assert crossed.units == "0.915667"
