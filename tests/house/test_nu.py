"""The HTML checker must be able to fail."""

import pytest
from tests.nu import assert_valid_html

GOOD = (
    "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Good</title></head><body><h1>Good</h1></body></html>"
)


def test_checker_passes_good_html_and_names_the_page_that_is_bad() -> None:
    assert_valid_html({"good": GOOD})
    with pytest.raises(AssertionError, match="bad:1: Stray end tag"):
        assert_valid_html({"good": GOOD, "bad": GOOD.replace("</h1>", "</h1></p2>")})
