from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scoring.networks import NETWORKS
from scoring.networks.bluesky import dpop

ROOT = Path(__file__).resolve().parents[2]
READERS = [
    "klout_site/settings.py",
    "klout_site/local.py",
    *(str(p.relative_to(ROOT)) for p in sorted((ROOT / "klout_site").rglob("*.py"))),
]
ASKED = re.compile(
    r"""(?:env\.(?:text|boolean|integer|words|secret|choice|database|fernet_keys|es256_key|origin)\(\s*|environ(?:\.get\(|\[)\s*)["']([A-Z_]+)["']"""
)
# Django's own, or handed on to children by the supervisor.
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "PATH", "HOME", "TMPDIR", "NO_COLOR", "CI"}
PRODUCTION = {
    "PRODUCTION": "true",
    "SITE_URL": "https://klout.example.org",
    "SECRET_KEY": "s3cret-" * 8,
    "IDENTITY_KEY": "another-s3cret-" * 3,
    "CREDENTIAL_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}


def documented():
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {line.partition("=")[0] for line in lines if re.match(r"[A-Z_]+=", line)}


def asked_for():
    named = {name for reader in READERS for name in ASKED.findall((ROOT / reader).read_text())}
    return named | {key for network in NETWORKS.values() for key in network.setup.keys} - NOT_OURS


def test_every_setting_stands_in_the_example():
    assert asked_for() - documented() == set()


def test_the_example_holds_no_setting_that_nobody_reads():
    assert documented() - asked_for() == set()


def load(check=("check",), **env):
    """Runs manage.py in a process of its own with nothing but this environment."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *check],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_command_without_its_database_says_so_in_two_lines():
    done = load(("networks",), DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stderr.startswith("The database can't be used: ")
    assert "Traceback" not in done.stderr


def test_production_mode_passes_djangos_deployment_check():
    done = load(("check", "--deploy", "--fail-level", "WARNING"), **PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "IDENTITY_KEY", "CREDENTIAL_KEYS"])
def test_production_does_not_start_without_its_secrets(name):
    done = load(**{key: value for key, value in PRODUCTION.items() if key != name})
    assert f"{name} must be set in production" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEBUG", "true"), ("DEMO", "true"), ("LOOPBACK_SERVERS", "localhost:8383")],
)
def test_production_refuses_what_is_the_demos(name, value):
    done = load(**PRODUCTION | {name: value})
    assert f"{name} must not be set where PRODUCTION is" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", "PORT must be a whole number"),
        ("PORT", "99999", "PORT must be a whole number from 1 to 65535"),
        ("DEBUG", "maybe", "DEBUG must be true or false"),
        ("PORT", "²", "PORT must be a whole number"),
        ("PORT", "--5", "PORT must be a whole number"),
        ("CREDENTIAL_KEYS", "short", "CREDENTIAL_KEYS holds something that is no Fernet key"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("SITE_URL", "klout.example.org", "SITE_URL must look like"),
        ("SITE_URL", "https://ann:hunter2@klout.example.org", "SITE_URL must look like"),
        ("SITE_URL", "https://klout.example.org?a=b", "SITE_URL must look like"),
        ("SITE_URL", "https://klout.example.org:99999", "SITE_URL must look like"),
        ("GITHUB_CLIENT_ID", "half", "GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET go together"),
        ("EMAIL_VERIFICATION", "perhaps", "EMAIL_VERIFICATION must be"),
        ("BLUESKY_PRIVATE_KEY", "short", "BLUESKY_PRIVATE_KEY must be a private key for ES256"),
        ("BLUESKY_PLC", "plc.directory", "BLUESKY_PLC must look like"),
    ],
)
def test_a_value_that_cannot_be_used_names_itself(name, value, words):
    done = load(**{name: value})
    assert done.returncode != 0
    assert words in done.stderr


def test_a_secret_that_is_refused_is_not_printed():
    assert "hunter2" not in load(SECRET_KEY="hunter2").stderr


def test_a_key_for_bluesky_may_stand_on_one_line():
    pem = dpop.new_key().replace("\n", "\\n")
    done = load(BLUESKY_PRIVATE_KEY=pem)
    assert done.returncode == 0, done.stderr
