"""What the data itself says of Amazon's dates, windows, rates and ids, and when figures settle."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.metrics import Dataset
from core.domain.probes import Probe, Verdict
from core.jobs import kinds
from tests.integration.jobs.looking import synced
from tests.integration.jobs.rig import Rig

# One database is enough: what differs between them is proven in the store's own tests.
pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


def verdicts(rig: Rig) -> dict[str, str]:
    with rig.web.reading(rig.org.scope()) as tenant:
        return {v.probe: v.verdict for v in tenant.probes.all()}


def measured(rig: Rig, *datasets: Dataset) -> dict[str, str]:
    rig.datasets = frozenset(datasets)
    synced(rig, "agency", "Alder")
    for _ in range(2 if Dataset.REACH in datasets else 0):  # two windows of orders, one a day
        rig.pass_time(days=1)
        rig.ask(kinds.PLAN)
        rig.run_until(rig.is_idle)
    rig.ask(kinds.PROBE)
    rig.run_due()
    return verdicts(rig)


def test_as_amazon_documents_itself(rig: Rig, other_rig: Rig) -> None:
    found = measured(rig, Dataset.CAMPAIGN)
    assert found[Probe.CONVERSION_DATE] == Verdict.BY_CONVERSION
    assert found[Probe.RATES] == Verdict.FRACTIONS
    assert found[Probe.IDS] == Verdict.TEXT
    assert verdicts(other_rig) == {}


@pytest.mark.parametrize(
    ("belief", "probe", "verdict"),
    [
        ({"conversions_by": "traffic"}, Probe.CONVERSION_DATE, Verdict.BY_TRAFFIC),
        ({}, Probe.REACH_WINDOW, Verdict.AS_ASKED),
        ({"reach_window": "six_months"}, Probe.REACH_WINDOW, Verdict.FIXED_LOOK_BACK),
        ({"rates": "percent"}, Probe.RATES, Verdict.PERCENTS),
        ({"ids": "number"}, Probe.IDS, Verdict.NUMBERS),
    ],
)
def test_what_amazon_might_really_do_is_noticed_from_the_data(
    rig: Rig, belief: dict[str, Any], probe: Probe, verdict: Verdict
) -> None:
    rig.sandbox.control("beliefs", belief)
    dataset = Dataset.REACH if probe is Probe.REACH_WINDOW else Dataset.CAMPAIGN
    assert measured(rig, dataset)[probe] == verdict


def test_before_anything_is_known_nothing_is_claimed(rig: Rig) -> None:
    rig.datasets = frozenset({Dataset.GEO})
    synced(rig, "agency", "Alder")
    rig.ask(kinds.PROBE)
    rig.run_due()
    assert verdicts(rig)[Probe.CONVERSION_DATE] == Verdict.UNKNOWN


def test_the_settled_line_is_learnt_from_what_was_corrected(rig: Rig, other_rig: Rig) -> None:
    rig.datasets = frozenset({Dataset.CAMPAIGN})
    found = synced(rig, "agency", "Alder")
    for _ in range(5):
        rig.pass_time(hours=24)
        rig.run_until(rig.is_idle, step=600)
    rig.ask(kinds.SETTLE)
    rig.run_due()
    with rig.web.reading(rig.org.scope()) as tenant:
        lines = tenant.settling.all()[found["Alder"]]  # type: ignore[index]
    assert set(lines) == {"impressions", "total_cost", "sales", "total_purchases"}
    # Amazon's checks of traffic take three days; five were watched.
    assert lines["impressions"].settled_after_days >= 3
    assert lines["impressions"].observed_days >= 2
    assert lines["sales"].settled_after_days >= 14
    with other_rig.web.reading(other_rig.org.scope()) as tenant:
        assert tenant.settling.all() == {}
