"""Asks every list that Twilio's document describes, page by page and with each of its filters."""

import re

from simulator import FROM

# A value for each parameter of a list; comparisons are checked apart.
SAMPLES = {
    "To": "%2B15550100042",
    "From": FROM.replace("+", "%2B"),
    "Status": "completed",
    "ParentCallSid": "CA00000000000000000000000000000000",
    "ConferenceSid": "CF00000000000000000000000000000000",
    "IncludeSoftDeleted": "true",
    "Log": "0",
    "PageSize": "1",
    "Page": "0",
}
COMPARISON = re.compile("[<>]$")


def check_lists(checker, sids):
    """Lists with every filter; SIDS says what the parameters of their paths stand for."""
    check_pages(checker)
    asked = 0
    for (method, template), (_, operation) in checker.document.operations.items():
        tail = template.removeprefix("/2010-04-01/Accounts/{AccountSid}")
        names = re.findall(r"\{(\w+)\}", tail)
        if method != "get" or tail.endswith("{Sid}.json") or not all(name in sids for name in names):
            continue
        for name in names:
            tail = tail.replace(f"{{{name}}}", sids[name])
        queries = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"}
        for name in sorted(queries - {"PageToken"}):
            if COMPARISON.search(name):
                check_comparison(checker, tail, name)
            elif f"{name}<" in queries:
                assert not rows(checker, f"{tail}?{name}=2020-01-01"), f"{tail} ignores {name}"
            else:
                value = SAMPLES.get(name) or sids[name]
                checker.ask("GET", f"{tail}?{name}={value}", expect=200)
            asked += 1
    assert asked > 40, f"only {asked} filters of lists were tried"


def check_comparison(checker, tail, name):
    """What is on record is from between these days, whenever the check is made; some of it has no date."""
    before, after = (name[:-1] + sign for sign in ("%3C", "%3E"))
    dated = len(rows(checker, f"{tail}?{after}=2020-01-01"))
    assert dated, f"{tail} has nothing to be filtered by {name}"
    assert len(rows(checker, f"{tail}?{before}=2099-01-01")) == dated, f"{tail} does not heed {name}"
    for query in (f"{before}=2020-01-01", f"{after}=2099-01-01"):
        assert not rows(checker, f"{tail}?{query}"), f"{tail} does not heed {query}"


def rows(checker, tail):
    body = checker.ask("GET", tail, expect=200)
    found = [value for value in body.values() if isinstance(value, list)]
    assert len(found) == 1, f"{tail} is no list"
    return found[0]


def check_pages(checker):
    tail = "/Calls.json?PageSize=2"
    pages = 0
    while tail:
        body = checker.ask("GET", tail, expect=200)
        tail = body["next_page_uri"] and body["next_page_uri"].removeprefix(checker.root)
        pages += 1
    assert pages > 2, "more than two pages were to be read"
