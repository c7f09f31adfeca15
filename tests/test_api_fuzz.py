"""The API asked by a machine that reads its own description: no fault, nothing that is not described."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import checks, openapi
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as described

from scidip.dashboard.server.factory import create_app
from scidip.publish.api.openapi import document
from tests.ahead import served_context

# Left out: "what fits the schema is accepted". Codes and years change with the data; an invented one
# fits the schema and is refused with 400, which the description says.
CHECKS = [
    checks.not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_headers_conformance,
    described.response_schema_conformance,
    described.negative_data_rejection,
    described.unsupported_method,
]
KNOWN = {
    "indicator": ["population", "rd_expenditure_gdp", "copublications"],
    "ref_area": ["FRA", "FRA,DEU", "TUV"],
    "counterpart_area": ["DEU"],
    "node": ["std", "national"],
    "framework": ["three_factors", "four_factors"],
    "time_period": ["2020", "2018:2020", "2022:"],
    "year": [2020, 2022],
    "area": ["FRA", "PRT"],
    "a": ["FRA", "BRA"],
    "b": ["DEU", "CHE"],
    "release": ["newest"],
    "text": ["Portugal ranks above Greece in 2022", "Chile is in the top 50", "Congo leads"],
}
"""Codes that exist: invented ones alone would never come past the first door."""


@pytest.fixture(scope="module")
def schema(built_url):
    ctx = served_context(built_url)
    return openapi.from_wsgi("/api/v1/openapi.json", create_app(ctx).server)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("path", sorted(document()["paths"]))
def test_every_answer_is_one_that_the_description_foresees(schema, path: str, mode: GenerationMode) -> None:
    operation, seen = schema[path]["GET"], set()
    if mode is GenerationMode.NEGATIVE and not operation.query:
        pytest.skip("takes no parameters that could be wrong")

    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def ask(case, data) -> None:
        query = dict(case.query or {})
        if mode is GenerationMode.POSITIVE:
            for name in set(query) & set(KNOWN):
                query[name] = data.draw(st.sampled_from([query[name], *KNOWN[name]]))
        if query.get("format", "json") != "json" and "limit" not in query:
            # A file without limit holds everything: right, but a hundred of them would take an hour.
            query["limit"] = 3
        case.query = query
        # The fuzzer asks for zstd and does not unpack it; packing is tested in test_api.py.
        answer = case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})
        seen.add(answer.status_code)

    ask()
    assert (200 if mode is GenerationMode.POSITIVE else 400) in seen
