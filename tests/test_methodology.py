"""The methodology page tells what the model and the engine know."""

import numpy as np
import pytest

from scidip.dashboard.pages.methodology import coherence
from scidip.dashboard.pages.methodology import page as methodology
from scidip.findings.audit.validity import validity_table
from scidip.findings.laboratory import ranked_of
from scidip.indicators.robustness.correlation import cronbach_alpha
from tests.test_pages import make_context
from tests.test_ties import words


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


@pytest.mark.parametrize("framework", ["three_factors", "four_factors"])
def test_every_dimension_choice_and_indicator_is_told(ctx, framework) -> None:
    page = words(methodology.layout(ctx, methodology.State(framework)))
    model = ctx.catalogue.frameworks[framework]
    for node in model.nodes[1:]:
        assert node.name in page
        assert not node.not_measured or node.not_measured in page
    for reason in ctx.catalogue.methodology.reasons.values():
        assert reason in page
    for code in model.leaves:
        assert ctx.catalogue.indicators[code].definition in page
    assert set(methodology.STEPS) == set(ctx.catalogue.methodology.reasons)


def test_alpha_is_that_of_the_normalised_figures(ctx) -> None:
    ranked = ranked_of(ctx, "three_factors", ctx.years[-1])
    table = coherence._alpha(ranked).set_index("node")
    columns = [ranked.tree.leaves.index(i) for i in ctx.catalogue.framework.node("education").indicators]
    assert table.at["education", "alpha"] == pytest.approx(cronbach_alpha(ranked.values()[:, columns]))
    assert ((table["first"] > 0) & (table["first"] <= 1) | table["first"].isna()).all()


def test_validity_is_the_plain_correlation(ctx) -> None:
    frame = validity_table(ctx.engine, ctx.catalogue).set_index("code")
    assert len(frame) >= 2
    assert (frame["areas"] > 100).all() and np.isfinite(frame["correlation"]).all()
    page = words(coherence.validity(ctx))
    assert f"{frame['correlation'].iloc[0]:.3f}" in page
