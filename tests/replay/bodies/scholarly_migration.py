"""The repository of the Scholarly Migration Database: a folder with several editions, and the newest file of each kind."""

import json

from tests.replay.answering import CSV, Asked, Reply

HOSTS = ("api.github.com", "raw.githubusercontent.com")
REPOSITORY = "MPIDR/Global-flows-and-rates-of-international-migration-of-scholars"
NEWEST = "scopus_2026_V1_scholarlymigration_country.csv"
NAMES = (
    "dfcountries.csv",
    "openalex_2027_V1_scholarlymigration_country.csv",
    "scopus_2022_07_V1_scholarlymigration_country.csv",
    "scopus_2024_V1_scholarlymigration_country.csv",
    NEWEST,
    NEWEST.replace(".csv", ".parquet"),
    NEWEST.replace("country", "countryflows"),
    "openalex_2027_V1_scholarlymigration_countryflows.csv",
)
BODY = (
    "year,countrycode,padded_population_of_researchers,paddedpop,number_of_inmigrations,number_of_outmigrations\n"
    "1997.0,PRT,90,90,0,0\n2019.0,PRT,100,100,5,7\n2020.0,PRT,110,110,6,8\n2020.0,NAM,10,10,1,0\n"
    "2021.0,PRT,120,120,3,2\n2022.0,PRT,0,0,1,1\n"
)
FLOWS = "migrationfrom,migrationto,year,n_migrations,n_migrations_back,netmigrations\n"
BODIES = {
    NEWEST: BODY,
    NEWEST.replace("country", "countryflows"): FLOWS
    + ",PRT,2020.0,99,0,99\nNAM,PRT,2020.0,6,2,4\nPRT,NAM,2020.0,2,6,-4\n",
    "openalex_2027_V1_scholarlymigration_countryflows.csv": FLOWS + "NA,PT,2020.0,9,3,6\nPT,NA,2019.0,3,9,-6\n",
}


def reply(asked: Asked) -> Reply | None:
    if asked.host == "api.github.com" and asked.path == f"/repos/{REPOSITORY}/contents/data_input":
        entries = [{"name": name, "path": f"data_input/{name}", "type": "file", "size": 1} for name in NAMES]
        return Reply(json.dumps([{"name": "old", "type": "dir"}, *entries]).encode())
    body = BODIES.get(asked.path.removeprefix(f"/{REPOSITORY}/HEAD/data_input/"))
    return None if body is None else Reply(body.encode(), CSV)
