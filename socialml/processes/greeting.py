"""What `up` says once everything answers."""

import json
import shlex
from pathlib import Path


def greeting(*, url: str, var: Path, seconds: float) -> str:
    """Return where everything is, who may sign in, and a call that works as it is printed.

    The demo accounts stand in var/demo.json, which `seed` writes; without it none are named.
    """
    lines = [
        f"SocialML answers at {url} after {seconds:.0f} s.",
        "",
        f"  Docs       {url}/docs",
        f"  API        {url}/api, described at {url}/api/schema",
        f"  Admin      {url}/admin/",
        f"  Health     {url}/health/ready",
        f"  Logs       {var / 'log'}",
    ]
    demo = _demo_accounts(var)
    if demo:
        lines += ["", "Demo accounts, for this machine only:"]
        lines += [
            f"  {role:<10} {account['username']}  password {account['password']}"
            for role, account in demo.items()
        ]
        lines += ["", "Try it:", *_example(url, demo["member"])]
    return "\n".join([*lines, "", "Ctrl-C stops everything."])


def _demo_accounts(var: Path) -> dict[str, dict[str, str]]:
    file = var / "demo.json"
    if not file.exists():
        return {}
    accounts = json.loads(file.read_text())
    return {role: accounts[role] for role in ("member", "moderator") if role in accounts}


def _example(url: str, account: dict[str, str]) -> list[str]:
    body = json.dumps({"username": account["username"], "password": account["password"]})
    return [
        f"  TOKEN=$(curl -s {url}/api/auth/token -H 'Content-Type: application/json' \\",
        f'    -d {shlex.quote(body)} | sed \'s/.*"access": *"\\([^"]*\\)".*/\\1/\')',
        f'  curl -s "{url}/api/feed?limit=3" -H "Authorization: Bearer $TOKEN"',
    ]
