"""Sources of what lies between two countries: GeoDist and the ideal points. Small files in the producers' shape."""

import gzip
import io

import pandas as pd
import pytest

from scidip.etl.harmonise import Harmonised, harmonise
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.source import Source
from scidip.etl.sources import cepii_geodist, un_ideal_points
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue

DISTANCES = (
    "iso_o;iso_d;contig;comlang_off;comlang_ethno;colony;comcol;curcol;col45;smctry;dist;distcap;distw;distwces",
    "ESP;ESP;0;1;1;0;0;0;0;0;190.5;190.5;.;.",
    "ESP;PRT;1;0;0;0;0;0;0;0;500.25;500.25;.;.",
    "PRT;ESP;1;0;0;0;0;0;0;0;500.25;500.25;.;.",
    "PRT;TMP;0;1;1;1;0;0;1;0;14800.5;14800.5;.;.",
    "TMP;PRT;0;1;1;1;0;0;1;0;14800.5;14800.5;.;.",
)
POINTS = (
    "ccode,iso3c,countryname,year,idealpointfp,idealpointall,idealpointlegacy,nvotesfp,qofp,q5fp,q5all,q95all",
    "345,YUG,Yugoslavia,1989,0,0.1,0,1,0,0,0.0,0.2",
    "345,YUG,Yugoslavia,1991,0,0.1,0,1,0,0,0.0,0.2",
    "345,YUG,Yugoslavia,2005,0,0.5,0,1,0,0,0.4,0.6",
    "345,YUG,Yugoslavia,2024,0,0.9,0,1,0,0,0.8,1.0",
    "235,PRT,Portugal,2024,0,1.25,0,1,0,0,1.1,1.4",
    "955,,,1999,,,0.5,,,,,",
)
SOURCES: dict[str, tuple[Source, Snapshot]] = {
    "cepii_geodist": (cepii_geodist.SOURCE, Snapshot("dist_cepii.csv", "\n".join(DISTANCES).encode())),
    "un_ideal_points": (un_ideal_points.SOURCE, Snapshot("ideal_points_2025-07.csv", "\n".join(POINTS).encode())),
}


def read(source_id: str, file: Snapshot, catalogue: Catalogue, areas: Areas) -> tuple[pd.DataFrame, Harmonised]:
    source, specs = SOURCES[source_id][0], catalogue.of_source(source_id)
    raw = source.parse([file], [s.series for s in specs])
    return raw, harmonise(raw, source.spec, specs, areas, 2026)


def figures(done: Harmonised, indicator: str) -> dict[tuple[str, ...], float]:
    own = done.observations[done.observations["indicator"] == indicator]
    keys = own[["ref_area", "counterpart_area", "time_period", "obs_value"]].itertuples(index=False)
    return {(a, b, year): value for a, b, year, value in keys}


@pytest.mark.parametrize("source_id", SOURCES)
def test_the_same_is_read_of_a_table_packed_plain_or_as_stata(
    source_id: str, catalogue: Catalogue, areas: Areas
) -> None:
    file = SOURCES[source_id][1]
    raw, done = read(source_id, file, catalogue, areas)
    assert done.quarantined.empty and not done.excluded and len(done.observations) == len(raw)
    packed = Snapshot(f"{file.name}.gz", gzip.compress(file.content))
    assert read(source_id, packed, catalogue, areas)[0].equals(raw)
    table = pd.read_csv(io.BytesIO(file.content), sep=";" if ";" in file.content.decode() else ",")
    written = io.BytesIO()
    table.to_stata(written, write_index=False, version=118)
    stata = read(source_id, Snapshot(file.name.replace(".csv", ".dta"), written.getvalue()), catalogue, areas)[1]
    without = ["file", "row"]
    assert stata.observations.drop(columns=without).equals(done.observations.drop(columns=without))


@pytest.mark.parametrize("source_id", SOURCES)
@pytest.mark.parametrize(
    "content", [b"", b"<!DOCTYPE html><html></html>", b"<stata_dta>cut", b"a;b\n1;2\n"], ids=lambda c: repr(c[:8])
)
def test_a_wrong_file_is_refused_with_its_name(source_id: str, content: bytes, catalogue: Catalogue) -> None:
    source, file = SOURCES[source_id]
    with pytest.raises(SourceChanged, match=f"{source_id}: {file.name}"):
        source.parse([Snapshot(file.name, content)], [s.series for s in catalogue.of_source(source_id)])


def test_each_pair_is_read_once_and_no_is_a_figure(catalogue: Catalogue, areas: Areas) -> None:
    done = read("cepii_geodist", SOURCES["cepii_geodist"][1], catalogue, areas)[1]
    assert figures(done, "distance_km") == {("ESP", "PRT", 2011): 500.25, ("PRT", "TLS", 2011): 14800.5}
    assert figures(done, "shared_border") == {("ESP", "PRT", 2011): 1.0, ("PRT", "TLS", 2011): 0.0}
    assert figures(done, "common_language") == {("ESP", "PRT", 2011): 0.0, ("PRT", "TLS", 2011): 1.0}
    assert figures(done, "colonial_tie") == {("ESP", "PRT", 2011): 0.0, ("PRT", "TLS", 2011): 1.0}
    one_way = Snapshot("dist_cepii.csv", "\n".join(DISTANCES[:3]).encode())
    with pytest.raises(SourceChanged, match="one direction only"):
        cepii_geodist.SOURCE.parse([one_way], ["dist"])


def test_serbia_is_what_it_was_and_rows_without_an_estimate_are_none(catalogue: Catalogue, areas: Areas) -> None:
    done = read("un_ideal_points", SOURCES["un_ideal_points"][1], catalogue, areas)[1]
    assert figures(done, "un_ideal_point") == {
        ("YUG", "_Z", 1991): 0.1,
        ("SCG", "_Z", 2005): 0.5,
        ("SRB", "_Z", 2024): 0.9,
        ("PRT", "_Z", 2024): 1.25,
    }
    assert figures(done, "un_ideal_point_low")["PRT", "_Z", 2024] == 1.1
    assert un_ideal_points.SOURCE.vintage(SOURCES["un_ideal_points"][1]) == "2024"


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_bad_row_goes_to_quarantine(source_id: str, catalogue: Catalogue, areas: Areas) -> None:
    file = SOURCES[source_id][1]
    old, new, code = {
        "cepii_geodist": (b"500.25;500.25", b"50000.2;500.25", "VAL_RANGE"),
        "un_ideal_points": (b"PRT,Portugal,2024", b"PRX,Portugal,2024", "AREA_UNKNOWN"),
    }[source_id]
    raw, done = read(source_id, Snapshot(file.name, file.content.replace(old, new)), catalogue, areas)
    assert set(done.quarantined["check_code"]) == {code}
    assert len(done.observations) + len(done.quarantined) == len(raw)
