"""What `up` says once everything answers."""

import json
import shlex
from pathlib import Path
from urllib.parse import quote


def greeting(*, url: str, var: Path, seconds: float, has_client: bool) -> str:
    """Return where everything is, who may sign in, and a call that works as it is printed.

    The demo accounts stand in var/demo.json, which `seed` writes; without it none are named.
    """
    demo = _demo_accounts(var)
    lines = [
        f"SocialML answers at {url} after {seconds:.0f} s.",
        "",
        *([f"  Look       {_link(f'{url}/', demo.get('member'))}"] if has_client else []),
        f"  Dashboard  {_link(f'{url}/dashboard', demo.get('moderator'))}",
        f"  Docs       {url}/docs",
        f"  API        {url}/api, described at {url}/api/schema",
        f"  Admin      {url}/admin/",
        f"  Health     {url}/health/ready",
        f"  Logs       {var / 'log'}",
    ]
    if demo:
        lines += ["", "Demo accounts, for this machine only:"]
        lines += [
            f"  {role:<10} {account['username']}  password {account['password']}"
            for role, account in demo.items()
        ]
        lines += ["", "Try it:", *_example(url, demo["member"])]
    return "\n".join([*lines, "", "Ctrl-C stops everything."])


def _link(page: str, account: dict[str, str] | None) -> str:
    """Return the page's address. What follows the # signs in, and is sent to nobody."""
    if account is None:
        return page
    name, password = (quote(account[part], safe="") for part in ("username", "password"))
    return f"{page}#sign-in={name}:{password}"


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
