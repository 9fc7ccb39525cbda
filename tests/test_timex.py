"""TIMEX3 values: building, spanning, completing."""

from __future__ import annotations

import datetime

import pytest

from extractor import timex


class TestPoints:
    @pytest.mark.parametrize(
        ("parts", "expected"),
        [
            ((2020, 2, 29), "2020-02-29"), ((2021, 2, 29), None), ((None, 2, 29), "XXXX-02-29"), ((2020, 13, 1), None),
            ((2020, 4, 31), None), ((2020, 4), "2020-04"), ((2020,), "2020"), ((None,), None), ((999,), None),
        ],
    )  # fmt: skip
    def test_point(self, parts: tuple[int, ...], expected: str | None) -> None:
        assert timex.point(*parts) == expected

    @pytest.mark.parametrize(
        ("year", "number", "expected"), [(2023, 1, "2023-Q1"), (None, 4, "XXXX-Q4"), (2023, 5, None), (2023, 0, None)]
    )
    def test_quarter(self, year: int | None, number: int, expected: str | None) -> None:
        assert timex.quarter(year, number) == expected

    @pytest.mark.parametrize(
        ("year", "count", "last", "expected"),
        [
            (2024, 6, False, "2024-H1"), (2024, 6, True, "2024-H2"), (2019, 9, False, "2019-01/2019-09"),
            (2022, 3, True, "2022-10/2022-12"), (None, 6, False, "XXXX-H1"), (2020, 12, False, "2020"),
            (2020, 13, False, None), (2020, 1, False, "2020-01"),
        ],
    )  # fmt: skip
    def test_months(self, year: int | None, count: int, last: bool, expected: str | None) -> None:
        assert timex.months(year, count, last=last) == expected

    @pytest.mark.parametrize(
        ("digits", "year"), [("24", 2024), ("98", 1998), ("2009", 2009), ("49", 2049), ("50", 1950)]
    )
    def test_full_year(self, digits: str, year: int) -> None:
        assert timex.full_year(digits) == year


class TestDays:
    @pytest.mark.parametrize(
        ("value", "days"),
        [
            ("2021-01-14", ("2021-01-14", "2021-01-14")), ("2024-02", ("2024-02-01", "2024-02-29")),
            ("2023-Q4", ("2023-10-01", "2023-12-31")), ("2024-H1", ("2024-01-01", "2024-06-30")),
            ("2016/2021", ("2016-01-01", "2021-12-31")), ("2015/2018-Q1", ("2015-01-01", "2018-03-31")),
            ("XXXX-07", (None, None)), ("P5Y", (None, None)),
        ],
    )  # fmt: skip
    def test_days(self, value: str, days: tuple[str | None, str | None]) -> None:
        assert timex.days(value) == days


class TestYears:
    @pytest.mark.parametrize(
        ("value", "year", "expected"),
        [
            ("XXXX-07-08", 2024, "2024-07-08"), ("XXXX-02-29", 2023, None), ("XXXX-02-29", 2024, "2024-02-29"),
            ("XXXX-12-20/XXXX-01-10", 2022, "2022-12-20/2023-01-10"), ("XXXX-12/2022-03", 2022, "2021-12/2022-03"),
            ("2022-10/XXXX-03", 2022, "2022-10/2023-03"), ("XXXX-Q2/2019-12", 2019, "2019-Q2/2019-12"),
        ],
    )  # fmt: skip
    def test_with_year(self, value: str, year: int, expected: str | None) -> None:
        assert timex.with_year(value, year) == expected

    @pytest.mark.parametrize(
        ("value", "near", "ahead", "expected"),
        [
            ("XXXX-07-08", "2024-07-09", None, 2024), ("XXXX-12-20", "2022-01-18", None, 2021),
            ("XXXX-05-20", "2007-01-23", None, 2007), ("XXXX-05-20", "2007-01-23", False, 2006),
            ("XXXX-01-05", "2023-12-20", True, 2024), ("XXXX-01-05", "2023-12-20", None, 2024),
            ("XXXX-01-05", "2023-12-20", False, 2023), ("XXXX-01-05", "2023-11-20", None, 2023),
            ("XXXX-11-20", "2024-03-01", True, 2024), ("XXXX-H1", "2024-01-05", None, 2024),
            ("XXXX-Q4", "2024-01-15", None, 2023),
        ],
    )  # fmt: skip
    def test_likely_year(self, value: str, near: str, ahead: bool | None, expected: int) -> None:
        assert timex.likely_year(value, datetime.date.fromisoformat(near), ahead=ahead) == expected

    def test_interval_backwards(self) -> None:
        assert timex.interval("2021", "2020") is None
        assert timex.interval("2020", "2020") == "2020"
