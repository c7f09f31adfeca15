"""Spot checks against what the producers publish: raw figures of the built database, with where to read each.

The values were taken from publications, not from this database. A figure may differ from its public value only by the
tolerance of its row (in the unit of the indicator), and the row says why. Pairs are written as the store writes them:
origin or sender first where the pair has a direction, in the order of the alphabet where it has none.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select, tuple_

from scidip.etl.bundle import open_bundle
from scidip.store.database.schema import observation, vintage
from scidip.store.queries import list_queries, served

ROOT = Path(__file__).resolve().parent.parent
NONE = "_Z"
KEY = ["indicator", "ref_area", "counterpart_area", "time_period"]

ROUNDED = "published rounded to the last digit given"
PARITIES = "the share is the same; UIS took a later purchasing power parity, 0.2 % apart"
SHARE = "the share is published to a tenth of a per cent"
ARWU_2004 = "Liu & Cheng (2005), Higher Education in Europe 30(2), the first 500 of ARWU 2004 by country"
CERN = "home.cern, Member States: dates of accession"
EGDI = "UN E-Government Survey 2024, Annex, table of the EGDI and its components"
EGDI_OF = "UN E-Government Survey {}, leaders of the EGDI"
HDR = "UNDP, Human Development Report 2025, Statistical annex, table 1 (year 2023)"
GEOPARKS = "UNESCO Global Geoparks, list by country after the additions of April 2025"
GDI = "Lowy Institute, Global Diplomacy Index 2024 (posts of 2023), country ranking"
SEI_PBS1 = "NSF/NSB, Science and Engineering Indicators 2024, Publications Output, table PBS-1 (2022)"
NOBEL = "nobelprize.org, prizes of the year, affiliation at the time of the award"
OECD_ORIGIN = "OECD Data Explorer, international students by country of origin, 2022 (Education at a Glance 2024)"
SEI_2018 = "NSF/NSB, Science and Engineering Indicators 2018, tables 4-5 and 4-7 (2015)"
UIS_FLOW = "UNESCO UIS, Global Flow of Tertiary-Level Students, 2017"
UIS_26637 = "UNESCO UIS data browser, inbound internationally mobile students, both sexes (26637)"
WDI = "World Bank, World Development Indicators, "
WGI = "World Bank, Worldwide Governance Indicators, 2024 update, government effectiveness, estimate of 2023"
WIPO = (
    "WIPO IP Statistics Data Center and World Intellectual Property Indicators 2021, applications at the office, 2020"
)
WHC = "UNESCO World Heritage Centre, World Heritage List, properties by State Party, September 2023"
PASSPORT = "passportindex.org, edition of January 2025"
PASSPORT_2026 = "passportindex.org, edition of February 2026"
SPI_2024 = "World Bank, Statistical Performance Indicators, update of December 2025, SPI_quantiles_2024"
PCT = "WIPO, PCT Contracting States, date on which the state became bound"
MADRID = "WIPO, Members of the Madrid Union, date of entry into force"
IMO = "imo-official.org, results of the year"
COW_TABLE = "COW IGO v3, state-year table (state_year_format3 of the R package igoR)"
FALAH = "cordis.europa.eu, project 873185 FALAH, participants (its one project for the University of the South Pacific)"
CROSSREF = "LexaLutyi/crossref-monitoring, items/array/event/location, the only place of the country in the 999"
EXPO = "Bureau International des Expositions, past expos"
ROR = "biocodellc/ror-parser, data/is.json: the Icelandic records of ROR, May 2021, counted by hand"
NOBEL_2020 = "api.nobelprize.org/2.1/nobelPrizes?nobelPrizeYear=2020"
OPENALEX = "bavla/OpenAlex, Countries/27aug24/WrldCo_years.zip, arc US-CN of the year"
FLOWS = "zenodo.org/records/11145735, Scopus 2024 V1, flows between countries of the year, both ends named, added up"
FLOW = "zenodo.org/records/11145735, {} countryflows, the row of the two countries and the year"
GEODIST = "cepii.fr, GeoDist, dist_cepii, the row of the two countries"
IDEAL = "dataverse.harvard.edu, UN General Assembly ideal points, release of July 2025, idealpointall of the year"
AI = "NSF/NSB, Science and Engineering Indicators 2024, AI articles 2003-2022, table {}"
IEA = "iea.ulaval.ca, memberships; the titles in force for both that name the theme: {}"
IPCC = "carbonbrief.org and ipcc.ch, authors selected for the Sixth Assessment Report, April 2018"
POPULATION = "api.worldbank.org/v2, SP.POP.TOTL, recorded with the stamp 2026-07-13"


@dataclass(frozen=True)
class Spot:
    """A figure, the value its producer gives, and where a reader finds that value."""

    indicator: str
    area: str
    counterpart: str
    year: int
    value: float
    reference: str
    tolerance: float = 0.0
    why: str = ""

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self.indicator, self.area, self.counterpart, self.year

    def __str__(self) -> str:
        return "-".join(str(part) for part in self.key if part != NONE)


SPOTS = (
    Spot("ranked_universities", "USA", NONE, 2004, 170, ARWU_2004),
    Spot("ranked_universities", "DEU", NONE, 2004, 43, ARWU_2004),
    Spot("ranked_universities", "JPN", NONE, 2004, 36, ARWU_2004),
    Spot(
        "ranked_universities",
        "CHE",
        NONE,
        2015,
        7,
        "shanghairanking.com, ARWU 2015, filter Switzerland, to rank 401-500",
    ),
    Spot("cern_accessions", "SVN", NONE, 2025, 1, CERN),
    Spot("cern_accessions", "ROU", NONE, 2016, 1, CERN),
    Spot("cern_accessions", "USA", NONE, 2020, 0, CERN),
    Spot("bigscience_accessions", "ISR", NONE, 2014, 1, CERN),
    Spot("bigscience_associations", "BRA", NONE, 2024, 1, "home.cern, Associate Member States: Brazil, 13 March 2024"),
    Spot("joint_projects", "FJI", "SLB", 2020, 1, FALAH),
    Spot("joint_projects", "FJI", "VUT", 2020, 1, FALAH),
    Spot("horizon_participations_started", "FJI", NONE, 2020, 1, FALAH),
    Spot("horizon_participations_started", "NCL", NONE, 2020, 3, FALAH),
    Spot("igo_memberships", "FRA", NONE, 2014, 121, COW_TABLE + ": 116 full, 1 associate, 4 observer"),
    Spot("shared_igos", "CHN", "IND", 2014, 67, COW_TABLE + ": organisations with both as full members"),
    Spot(
        "shared_igos",
        "DEU",
        "FRA",
        2014,
        94,
        COW_TABLE + ": organisations with both as full members",
        1,
        "the project's table of dyads differs from its table of states by one organisation for some pairs",
    ),
    Spot(
        "science_organisations_cow",
        "LIE",
        NONE,
        2014,
        3,
        "members of IAEA (1968), WIPO (1972) and EPO (1980), their own lists",
    ),
    Spot("conference_papers_hosted", "BGD", NONE, 2023, 7501, CROSSREF + ": Dhaka, row 154"),
    Spot("conference_papers_hosted", "SRB", NONE, 2023, 4677, CROSSREF + ": Belgrade, row 256"),
    Spot(
        "open_access_journals_added",
        "IDN",
        NONE,
        2017,
        602,
        "blog.doaj.org, 11 May 2020, What's in a NAME",
        30,
        "journals that left the directory before July 2021 are not in the list",
    ),
    Spot("unesco_geoparks", "CHN", NONE, 2025, 49, GEOPARKS),
    Spot("unesco_geoparks", "ESP", NONE, 2025, 18, GEOPARKS),
    Spot("unesco_geoparks", "USA", NONE, 2025, 0, GEOPARKS),
    Spot(
        "un_science_memberships",
        "LIE",
        NONE,
        2025,
        2,
        "members of IAEA and WIPO, not of IHO, UNESCO and WMO, their own lists",
    ),
    Spot("fields_medals_awarded", "USA", NONE, 2014, 2, "mathunion.org, Fields Medals 2014: Bhargava, Mirzakhani"),
    Spot("fields_medals_awarded", "DEU", NONE, 2018, 1, "mathunion.org, Fields Medals 2018: Scholze"),
    Spot("fields_medals_awarded", "FIN", NONE, 1936, 1, "mathunion.org, Fields Medals 1936: Ahlfors"),
    Spot(
        "emigrant_stock",
        "IND",
        NONE,
        2024,
        18.5e6,
        "UN DESA, International Migrant Stock 2024, Key facts and figures",
        5e4,
        ROUNDED,
    ),
    Spot(
        "emigrant_stock",
        "UKR",
        NONE,
        2024,
        9.8e6,
        "UN DESA, International Migrant Stock 2024, Key facts and figures",
        5e4,
        ROUNDED,
    ),
    Spot("gii_score", "CHE", NONE, 2021, 65.5, "WIPO, Global Innovation Index 2021, rankings"),
    Spot("gii_score", "DEU", NONE, 2022, 57.2, "WIPO, Global Innovation Index 2022, rankings"),
    Spot("gii_score", "KOR", NONE, 2025, 60.0, "WIPO, Global Innovation Index 2025, rankings"),
    Spot(
        "bilateral_agreements",
        "CAN",
        "USA",
        1959,
        1,
        "TIAS 4271, uses of atomic energy for mutual defense, in force 27 July 1959",
    ),
    Spot(
        "bilateral_agreements",
        "RUS",
        "USA",
        1973,
        1,
        "TIAS 7655, peaceful uses of atomic energy, in force 21 June 1973",
    ),
    Spot(
        "international_collab_universities",
        "ISL",
        NONE,
        2020,
        81.8,
        "CWTS Leiden Ranking 2020, University of Iceland, PP(int collab)",
    ),
    Spot(
        "international_collab_universities",
        "LUX",
        NONE,
        2020,
        79.6,
        "CWTS Leiden Ranking 2020, University of Luxembourg, PP(int collab)",
    ),
    Spot("diplomatic_posts_abroad", "CHN", NONE, 2023, 274, GDI),
    Spot("diplomatic_posts_abroad", "USA", NONE, 2023, 271, GDI),
    Spot("diplomatic_posts_abroad", "AUS", NONE, 2023, 124, GDI),
    Spot(
        "diplomatic_posts_abroad", "CHN", NONE, 2019, 276, "Lowy Institute, Global Diplomacy Index 2019, key findings"
    ),
    Spot(
        "diplomatic_posts",
        "CHN",
        "USA",
        2019,
        6,
        "embassy and consulates in Chicago, Houston, Los Angeles, New York and San Francisco",
    ),
    Spot("diplomatic_posts", "CHN", "USA", 2023, 5, "as 2019 without Houston, closed in July 2020"),
    Spot("articles_fractional_ncses", "CHN", NONE, 2022, 898_949, SEI_PBS1, 0.5, ROUNDED),
    Spot("articles_fractional_ncses", "IND", NONE, 2022, 207_390, SEI_PBS1, 0.5, ROUNDED),
    Spot(
        "copublications_ncses",
        "CHN",
        "USA",
        2022,
        58_546,
        "NSF, Science and Engineering Indicators 2024, table SPBS-35",
    ),
    Spot(
        "intl_coauthored_share",
        "USA",
        NONE,
        2022,
        40,
        "NSF/NSB, Science and Engineering Indicators 2024, Publications Output, international collaboration",
        0.5,
        ROUNDED,
    ),
    Spot(
        "rd_funded_from_abroad_share_ncses",
        "ISR",
        NONE,
        2021,
        50.2,
        "NSF, Science and Engineering Indicators 2024, table SRD-2",
    ),
    Spot(
        "nobel_awards_affiliation",
        "USA",
        NONE,
        2024,
        7,
        NOBEL + ": Hopfield, Baker, Ambros, Ruvkun, Acemoglu, Johnson, Robinson",
    ),
    Spot("nobel_awards_affiliation", "GBR", NONE, 2024, 2, NOBEL + ": Hassabis, Jumper"),
    Spot("nobel_awards_affiliation", "JPN", NONE, 2020, 0, NOBEL_2020),
    Spot(
        "nobel_awards_birth", "USA", NONE, 2020, 7, NOBEL_2020 + ": Alter, Rice, Ghez, Doudna, Milgrom, Wilson, Glück"
    ),
    Spot("olympiad_medals_won", "CHN", NONE, 2025, 6, IMO + ": 6 gold"),
    Spot("olympiad_medals_won", "IRN", NONE, 2025, 6, IMO + ": 2 gold, 3 silver, 1 bronze"),
    Spot("olympiad_medals", "CHN", NONE, 2025, 60, IMO + ": six medals in each of 2016 to 2025"),
    Spot("olympiad_medals_won", "USA", NONE, 1994, 6, IMO + ": 6 gold, 252 points"),
    Spot("copublications", "CHN", "USA", 2020, 84_025, OPENALEX),
    Spot("copublications", "CHN", "USA", 2023, 72_794, OPENALEX),
    Spot("visa_rule", "DEU", "CHN", 2025, 4, PASSPORT + ": visa free"),
    Spot("visa_rule", "CHN", "THA", 2025, 4, PASSPORT + ": visa free"),
    Spot("visa_rule", "DEU", "USA", 2025, 2, PASSPORT + ": electronic travel authorisation (ESTA)"),
    Spot("visa_rule", "AFG", "ALB", 2025, 1, PASSPORT + ": e-visa"),
    Spot("visa_rule", "IRN", "USA", 2025, 0, PASSPORT + ": visa required"),
    Spot("visa_rule", "DEU", "GBR", 2026, 2, PASSPORT_2026 + ": electronic travel authorisation (ETA)"),
    Spot("visa_rule", "CHN", "RUS", 2026, 4, PASSPORT_2026 + ": visa free from December 2025 on"),
    Spot(
        "university_industry_collaboration",
        "USA",
        NONE,
        2018,
        5.9,
        "Global Innovation Index 2019, indicator 5.2.1 (WEF, survey of executives)",
        0.05,
        ROUNDED,
    ),
    Spot(
        "university_industry_collaboration",
        "CHE",
        NONE,
        2018,
        5.7,
        "Global Innovation Index 2019, indicator 5.2.1 (WEF, survey of executives)",
        0.05,
        ROUNDED,
    ),
    Spot("research_bodies", "ISL", NONE, 2021, 55, ROR),
    Spot("research_organisations", "ISL", NONE, 2021, 14, ROR + ": 9 Education, 5 Facility"),
    Spot("research_companies", "ISL", NONE, 2021, 13, ROR + ": 13 Company"),
    Spot("student_flow", "CHN", "USA", 2017, 321_625, UIS_FLOW, 0.5, ROUNDED),
    Spot("student_flow", "CHN", "AUS", 2017, 128_498, UIS_FLOW),
    Spot("student_flow", "CHN", "GBR", 2017, 96_543, UIS_FLOW),
    Spot("student_flow_oecd", "CHN", "USA", 2017, 321_625, UIS_FLOW, 1, "half of a doubled whole number"),
    Spot("student_origin_share", "DEU", "AUT", 2022, 42.8, OECD_ORIGIN, 0.05, ROUNDED),
    Spot("student_origin_share", "UKR", "POL", 2022, 36.0, OECD_ORIGIN, 0.05, ROUNDED),
    Spot(
        "rd_funded_by_business",
        "JPN",
        NONE,
        2015,
        132.60e9,
        SEI_2018 + ": 78.0 % of 170,003 million PPP$",
        0.09e9,
        SHARE,
    ),
    Spot(
        "rd_funded_by_business",
        "KOR",
        NONE,
        2015,
        55.17e9,
        SEI_2018 + ": 74.5 % of 74,051 million PPP$",
        0.2e9,
        PARITIES,
    ),
    Spot("egovernment_index", "DNK", NONE, 2024, 0.9847, EGDI, 5e-5, ROUNDED),
    Spot("egovernment_index", "EST", NONE, 2024, 0.9727, EGDI, 5e-5, ROUNDED),
    Spot("egovernment_index", "KOR", NONE, 2014, 0.9462, EGDI_OF.format(2014), 5e-5, ROUNDED),
    Spot("egovernment_index", "GBR", NONE, 2016, 0.9193, EGDI_OF.format(2016), 5e-5, ROUNDED),
    Spot("egovernment_index", "DNK", NONE, 2022, 0.9717, EGDI_OF.format(2022), 5e-5, ROUNDED),
    Spot("egovernment_index", "USA", NONE, 2003, 0.927, "UN, World Public Sector Report 2003, index", 5e-4, ROUNDED),
    Spot("egovernment_online_service", "KOR", NONE, 2024, 1.0, EGDI),
    Spot("population_un", "TWN", NONE, 2023, 23_317_145, "UN, World Population Prospects 2024, Taiwan, 1 July 2023"),
    Spot("hdi", "ISL", NONE, 2023, 0.972, HDR),
    Spot("hdi", "IRN", NONE, 2023, 0.799, HDR),
    Spot("hdi", "SSD", NONE, 2023, 0.388, HDR),
    Spot("life_expectancy", "JPN", NONE, 2023, 84.7, HDR, 0.05, ROUNDED),
    Spot("mean_years_schooling", "DEU", NONE, 2023, 14.3, HDR, 0.05, ROUNDED),
    Spot("inbound_students", "DEU", NONE, 2023, 423_197, UIS_26637),
    Spot("inbound_students", "GBR", NONE, 2019, 489_019, UIS_26637),
    Spot("inbound_students", "AUS", NONE, 2019, 509_160, UIS_26637),
    Spot("academic_freedom", "DEU", NONE, 2025, 0.88, "V-Dem, Academic Freedom Index, v16", 0.005, ROUNDED),
    Spot("academic_freedom", "CHN", NONE, 2025, 0.07, "V-Dem, Academic Freedom Index, v16", 0.005, ROUNDED),
    Spot("researcher_moves", "FRA", "DEU", 2019, 441, FLOW.format("Scopus 2024 V1")),
    Spot("researcher_moves", "CHN", "USA", 2020, 4_047, FLOW.format("Scopus 2024 V1")),
    Spot("researcher_moves_openalex", "CHN", "USA", 2020, 5_032, FLOW.format("OpenAlex 2023 V1")),
    Spot("distance_km", "BRA", "PRT", 2011, 7_955.642, GEODIST),
    Spot("shared_border", "DEU", "FRA", 2011, 1, GEODIST),
    Spot("common_language", "BRA", "PRT", 2011, 1, GEODIST),
    Spot("colonial_tie", "BRA", "PRT", 2011, 1, GEODIST),
    Spot("un_ideal_point", "USA", NONE, 2022, 2.11495, IDEAL),
    Spot("un_ideal_point", "FRA", NONE, 2022, 1.30979, IDEAL),
    Spot("copublications_ai", "CHN", "USA", 2022, 13_631, AI.format("10060")),
    Spot("copublications_ai", "DEU", "FRA", 2022, 1_041, AI.format("10060")),
    Spot("ai_collaboration_index", "FRA", "PRT", 2022, 0.64, AI.format("10062")),
    Spot("joint_treaties_fisheries", "BOL", "PER", 2020, 1, IEA.format("Latin American fisheries (OLDEPESCA)")),
    Spot("joint_treaties_water", "MNG", "RUS", 2020, 1, IEA.format("Tumen River Area")),
    Spot("joint_treaties_sea", "BOL", "PER", 2020, 1, IEA.format("Dumping of Wastes (London 1972)")),
    Spot("joint_treaties_air", "AFG", "IRN", 2020, 2, IEA.format("Ozone Layer (Vienna); Climate Change (UNFCCC)")),
    Spot("joint_treaties_waste", "BGD", "IND", 2020, 2, IEA.format("Stockholm; Basel")),
    Spot("joint_treaties_nuclear", "AFG", "IRN", 2020, 1, IEA.format("Ban of nuclear weapon tests (1963)")),
    Spot("joint_treaties_nature", "AFG", "AND", 2020, 1, IEA.format("Biological Diversity")),
    Spot("researcher_arrivals", "DEU", NONE, 2018, 8_023, FLOWS),
    Spot("researcher_departures", "IRN", NONE, 2015, 1_574, FLOWS),
    Spot("researcher_arrivals", "USA", NONE, 2020, 24_932, FLOWS),
    Spot(
        "science_prizes_awarded",
        "ITA",
        NONE,
        2021,
        2,
        "nobelprize.org, Physics 2021, and wolffund.org.il, Physics 2021: Parisi, Sapienza University of Rome",
    ),
    Spot(
        "science_prizes_awarded",
        "JPN",
        NONE,
        2025,
        4,
        "Abel (Kashiwara), Kyoto (Amari), Nobel (Kitagawa, Sakaguchi) of 2025, the sites of the prizes",
    ),
    Spot("science_prizes_awarded", "NOR", NONE, 2014, 2, NOBEL + ": May-Britt and Edvard Moser"),
    Spot(
        "science_prizes_awarded", "ZAF", NONE, 2024, 0, "laskerfoundation.org, 2024: its award for public service alone"
    ),
    Spot("ipcc_authors", "USA", NONE, 2018, 74, IPCC),
    Spot("ipcc_authors", "IRN", NONE, 2018, 4, IPCC),
    Spot("ipcc_authors", "VNM", NONE, 2018, 0, IPCC),
    Spot("pct_accessions", "CHN", NONE, 1994, 1, PCT),
    Spot("pct_accessions", "IRN", NONE, 2013, 1, PCT),
    Spot("pct_accessions", "ARG", NONE, 2015, 0, PCT),
    Spot("madrid_accessions", "CAN", NONE, 2019, 1, MADRID),
    Spot("madrid_accessions", "USA", NONE, 2003, 1, MADRID),
    Spot("population_wdi", "ETH", NONE, 2024, 132_059_767, POPULATION),
    Spot("population_wdi", "RWA", NONE, 1990, 7_375_307, POPULATION),
    Spot("gdp", "USA", NONE, 2010, 15_048_964_444_000, "api.worldbank.org/v2, NY.GDP.MKTP.CD, recorded 2024-06-28"),
    Spot("gdp", "USA", NONE, 2020, 21_060_473_613_000, "api.worldbank.org/v2, NY.GDP.MKTP.CD, recorded 2024-06-28"),
    Spot("rd_expenditure_gdp", "ISR", NONE, 2023, 6.35, WDI + "GB.XPD.RSDV.GD.ZS", 0.005, ROUNDED),
    Spot("resident_patents", "CHN", NONE, 2020, 1_344_817, WIPO),
    Spot("resident_patents", "JPN", NONE, 2020, 227_348, WIPO),
    Spot("nonresident_patents", "USA", NONE, 2020, 327_586, WIPO),
    Spot("world_expos", "CHN", NONE, 2010, 1, EXPO + ": Shanghai"),
    Spot("world_expos", "ARE", NONE, 2021, 1, EXPO + ": Dubai, Expo 2020 opened in October 2021"),
    Spot("world_expos_hosted", "JPN", NONE, 2021, 4, EXPO + ": 1970, 1975, 1985, 2005"),
    Spot("world_heritage_sites", "ITA", NONE, 2023, 59, WHC),
    Spot("world_heritage_sites", "CHN", NONE, 2023, 57, WHC),
    Spot("world_heritage_sites", "IND", NONE, 2023, 42, WHC),
    Spot("heritage_inscriptions", "CHN", NONE, 2021, 1, "whc.unesco.org, decisions of the 44th session: Quanzhou"),
    Spot("government_effectiveness", "SGP", NONE, 2023, 2.32, WGI, 0.005, ROUNDED),
    Spot("government_effectiveness", "DEU", NONE, 2023, 1.19, WGI, 0.005, ROUNDED),
    Spot("statistical_capacity", "DEU", NONE, 2019, 87.5, WDI + "IQ.SPI.OVRL, first release", 0.05, ROUNDED),
    Spot("statistical_capacity", "NOR", NONE, 2024, 94.1, SPI_2024),
    Spot("statistical_capacity", "IRN", NONE, 2024, 63.5, SPI_2024),
)


@pytest.fixture(scope="module")
def figures(engine) -> pd.Series:
    """Return the figures that serve at the keys of all spots, read by one query.

    `queries.observations` would bring whole layers of pairs, a million rows for a hundred.
    """
    o = observation.c
    key = [o[name] for name in KEY]
    query = select(*key, o.obs_value).join(vintage, vintage.c.run_id == o.run_id)
    found = served.frame_of(engine, query.where(tuple_(*key).in_([spot.key for spot in SPOTS])))
    return found.set_index(KEY)["obs_value"]


@pytest.fixture(scope="module")
def lists(engine) -> pd.DataFrame:
    return list_queries.coverage(engine)


def is_none_by_list(spot: Spot, lists: pd.DataFrame) -> bool:
    """Return whether a complete list speaks of the area in that year; not being in it is then a zero."""
    own = (lists["indicator"] == spot.indicator) & (lists["ref_area"] == spot.area)
    years = (lists["first_period"] <= spot.year) & (spot.year <= lists["last_period"])
    return bool((own & years).any())


@pytest.mark.parametrize("spot", SPOTS, ids=str)
def test_the_store_says_what_the_producer_says(spot: Spot, figures: pd.Series, lists: pd.DataFrame) -> None:
    if spot.key in figures.index:
        figure = float(figures[spot.key])
    else:
        assert is_none_by_list(spot, lists), f"{spot} is not in the store; see {spot.reference}"
        figure = 0.0
    assert figure == pytest.approx(spot.value, rel=1e-9, abs=spot.tolerance), spot.reference


def test_every_source_of_the_bundle_and_every_layer_of_pairs_has_a_spot(catalogue) -> None:
    known = {spot.indicator for spot in SPOTS}
    for source in open_bundle(ROOT / "data" / "bundle").sources:
        own = {i.code for i in catalogue.of_source(source)}
        assert own & known, f"no public value of {source} is looked up"
    shipped = set(open_bundle(ROOT / "data" / "bundle").sources)
    pairs = {i.code for i in catalogue.indicators.values() if i.arity == "pair" and i.series and i.source in shipped}
    assert pairs <= known


def test_every_spot_says_where_its_value_stands_and_why_it_may_differ() -> None:
    assert len({spot.key for spot in SPOTS}) == len(SPOTS)
    for spot in SPOTS:
        assert len(spot.reference) > 15
        assert bool(spot.tolerance) == bool(spot.why), f"{spot}: a tolerance has its reason"
