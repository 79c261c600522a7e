"""A sixth scheme that only the tests know: other words, another currency, two thirds instead of one for one."""

SIXTH = """\
code = "harbour"
version = "2026-1"
name = "Harbour Fund"
currency = "USD"
starts_on = 2026-01-01

[labels]
board = "Investment committee"

[[tranches]]
code = "pool"
label = "Matched by investors"
cap = "30000000.50"
matched_role = "investor"
ratio = "2/3"

[[roles]]
code = "investor"
label = "Investor"
label_plural = "Investors"
side = "partner"

[[kinds]]
code = "CASH"
label = "Money"
given_by = ["investor"]
in_kind = false

[[sources]]
key = "starts_on"
source = "Deed of the fund, article 1"
certainty = "verified"

[[sources]]
key = "tranches.pool.cap"
source = "Deed of the fund, article 4"
certainty = "verified"

[[sources]]
key = "tranches.pool.ratio"
source = "Deed of the fund, article 5"
certainty = "verified"
"""
