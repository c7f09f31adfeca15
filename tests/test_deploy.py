"""What is given for containers, nginx and systemd: each step names what exists, each setting is known, each file is read."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from sqlalchemy.engine import make_url

from scidip.cli import main
from scidip.settings import SETTINGS, Settings
from scidip.store.database.postgres.session import DRIVER
from tests.conftest import ROOT

pytestmark = pytest.mark.unit
DEPLOY = ROOT / "deploy"
KNOWN = {name for name, _, _ in SETTINGS}
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
VERIFY = shutil.which("systemd-analyze")


def steps() -> list[tuple[str, str]]:
    """Return the steps of the Containerfile: the word and what follows it, continued lines in one."""
    text = re.sub(r"\\\n\s*", " ", (DEPLOY / "Containerfile").read_text("utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def said(word: str) -> list[str]:
    return [rest for name, rest in steps() if name == word]


def test_each_step_of_the_containerfile_names_what_exists() -> None:
    words = {"FROM", "RUN", "WORKDIR", "COPY", "VOLUME", "ENV", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD"}
    assert {name for name, _ in steps()} <= words
    for rest in said("COPY"):
        *sources, _target = rest.split()
        assert all((ROOT / source).exists() for source in sources), rest
    made = [p for rest in said("RUN") for p in re.findall(r"(?:mkdir|python -m venv|--home-dir) (\S+)", rest)]
    assert {"/srv/scidip", "/srv/scidip/venv", "/srv/scidip/data"} <= set(made)
    for place in said("VOLUME"):
        assert place in made, "what is written must be the user's own"
    runs = " ".join(said("RUN"))
    assert f"chown {said('USER')[-1]}:" in runs and f"--home-dir /srv/scidip {said('USER')[-1]}" in runs
    assert "--require-hashes -r requirements.lock" in runs and "--require-hashes -r postgres.lock" in runs


def test_the_image_has_the_driver_that_is_tested() -> None:
    pinned = re.compile(r"^(psycopg\S*==[\d.]+)", re.MULTILINE)
    own, tested = ((ROOT / name).read_text("utf-8") for name in ("deploy/postgres.lock", "requirements-test.lock"))
    assert pinned.findall(own) and set(pinned.findall(own)) <= set(pinned.findall(tested))


def test_compose_with_postgresql_agrees_with_the_settings_and_adds_to_the_other() -> None:
    base, more = (yaml.safe_load((DEPLOY / f"compose{name}.yaml").read_text("utf-8")) for name in ("", ".postgres"))
    ours, database = more["services"]["scidip"], more["services"]["postgres"]
    url = make_url(Settings.from_env(ours["environment"]).database_url)
    assert url.drivername == DRIVER and set(more["services"]) == {"scidip", "postgres"}
    of_server = database["environment"]
    assert (url.username, url.database) == (of_server["POSTGRES_USER"], of_server["POSTGRES_DB"])
    assert url.host in ours["depends_on"] and url.password == "${SCIDIP_DB_PASSWORD}"
    assert of_server["POSTGRES_PASSWORD"].startswith("${SCIDIP_DB_PASSWORD:?"), "there is no password by default"
    assert "ports" not in database, "only the program reaches it"
    taken = {s["networks"]["inside"]["ipv4_address"] for s in base["services"].values()}
    assert database["networks"]["inside"]["ipv4_address"] not in taken


def test_the_image_runs_commands_that_exist_with_settings_that_are_known() -> None:
    own = dict(part.split("=", 1) for rest in said("ENV") for part in shlex.split(rest))
    settings = Settings.from_env({k: v for k, v in own.items() if k.startswith("SCIDIP_")})
    assert str(settings.port) == said("EXPOSE")[0]
    program, command = yaml.safe_load(said("CMD")[-1])
    assert program.endswith("/bin/scidip") and command in main.commands
    health = said("HEALTHCHECK")[0]
    code = yaml.safe_load(health[health.index("[") :])
    compile(code[2], "healthcheck", "exec")
    assert f":{settings.port}/ready" in code[2]
    assert own["XDG_DATA_HOME"] == said("VOLUME")[0], "the installed program writes into the user's data"


def test_compose_agrees_with_the_image_and_with_nginx() -> None:
    whole = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    ours, front = whole["services"]["scidip"], whole["services"]["nginx"]
    built = DEPLOY / ours["build"]["context"]
    assert (built / ours["build"]["dockerfile"]).samefile(DEPLOY / "Containerfile")
    settings = Settings.from_env(ours["environment"])
    assert settings.site == "https://observatory.example.org/observatory"
    assert settings.proxy == front["networks"]["inside"]["ipv4_address"]
    assert set(ours["environment"]) <= KNOWN
    mounted = [v.split(":") for v in front["volumes"]]
    assert all((DEPLOY / source).exists() for source, *_ in mounted)
    assert [v.split(":")[1] for v in ours["volumes"]] == said("VOLUME")
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert "proxy_pass http://scidip:8050;" in text and "location /observatory/ {" in text
    assert f"listen {front['ports'][0].split(':')[1]};" in text
    for header in ("For $remote_addr", "Proto $scheme", "Host $host", 'Prefix ""'):
        assert f"proxy_set_header X-Forwarded-{header};" in text, "the visitor's own word must not pass"


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian's package nginx-light)")
def test_nginx_takes_its_configuration(tmp_path) -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8").replace("http://scidip:", "http://127.0.0.1:")
    own = "".join(f"{k}_temp_path {tmp_path}/{k};" for k in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    text = text.replace("http {", f"http {{ access_log off; {own}", 1)
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid;\n{text}")
    command = [str(NGINX), "-t", "-e", f"{tmp_path}/error.log", "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "scidip.service").read_text("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals:
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_starts_a_command_that_exists_with_settings_that_are_known() -> None:
    asked = unit()
    settings = Settings.from_env(dict(v.split("=", 1) for v in asked["Environment"]))
    assert settings.site.startswith("https://") and settings.proxy
    program, command = asked["ExecStart"][0].split()
    assert program.endswith("/bin/scidip") and command in main.commands
    assert asked["NoNewPrivileges"] == ["yes"] and asked["User"] != ["root"]
    assert Path(asked["ReadWritePaths"][0]).parent == Path(asked["WorkingDirectory"][0])


@pytest.mark.skipif(VERIFY is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit(tmp_path) -> None:
    text = (DEPLOY / "scidip.service").read_text("utf-8")
    text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text).replace("User=scidip\n", "")
    (tmp_path / "scidip.service").write_text(re.sub(r"WorkingDirectory=.*|ReadWritePaths=.*", "", text))
    done = subprocess.run([str(VERIFY), "verify", tmp_path / "scidip.service"], capture_output=True, text=True)
    faults = [line for line in done.stderr.splitlines() if "scidip.service:" in line]
    assert not faults, faults
