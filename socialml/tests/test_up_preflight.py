import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError

from socialml.management.commands.up import Command
from socialml.processes.errors import UpError
from socialml.processes.preflight import disk_check, folder_lock, port_check
from socialml.processes.valkey import ValkeyError, socket_prepare, valkey_await, valkey_command

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from socialml.processes.preflight import folder_lock
folder_lock(Path(sys.argv[1]), port=8123)
print("held", flush=True)
time.sleep(60)
"""


def test_a_busy_port_is_named_with_a_free_one_to_take_instead():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(UpError) as caught:
            port_check("127.0.0.1", port)

    assert f"Port {port} is in use" in str(caught.value)
    assert "PORT=" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_free_port_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    port_check("127.0.0.1", port)


def test_a_full_disk_is_told_before_anything_is_started(tmp_path):
    with pytest.raises(UpError, match=r"Only \d+ MB are free in .* needs 1000000000 MB"):
        disk_check(tmp_path, needed_bytes=1_000_000_000 * 2**20)


@pytest.fixture
def holder(tmp_path):
    """Another process that runs on the same folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_start_on_the_same_folder_names_the_first(tmp_path, holder):
    with pytest.raises(UpError, match=rf"already runs on .* \(process {holder.pid}, port 8123\)"):
        folder_lock(tmp_path, port=8000)


def test_a_killed_start_leaves_no_lock(tmp_path, holder):
    holder.kill()
    holder.wait()

    descriptor = folder_lock(tmp_path, port=8000)

    os.close(descriptor)


def test_the_socket_of_a_killed_valkey_does_not_matter(tmp_path):
    path = tmp_path / "run" / "valkey.sock"
    path.parent.mkdir()
    path.write_text("stale")

    socket_prepare(path)
    server = subprocess.Popen(valkey_command(socket=path), stdout=subprocess.DEVNULL)
    try:
        valkey_await(path, seconds=10, is_running=lambda: server.poll() is None)

        assert path.stat().st_mode & 0o777 == 0o700
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert list(path.parent.iterdir()) == [path]
    finally:
        server.terminate()
        server.wait()


def test_a_valkey_that_ends_at_once_is_noticed(tmp_path):
    with pytest.raises(ValkeyError):
        valkey_await(tmp_path / "none.sock", seconds=10, is_running=lambda: False)


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1", "８０", ""])
def test_what_is_no_port_is_refused(port):
    parser = Command().create_parser("manage.py", "up")

    with pytest.raises(CommandError, match="is no port"):
        parser.parse_args(["--port", port])
