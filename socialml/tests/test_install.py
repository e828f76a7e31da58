import errno
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from socialml.install.environment import install, is_installed
from socialml.install.failures import (
    InstallError,
    disk_check,
    failure_sentence,
    os_error_sentence,
    python_check,
)
from socialml.install.progress import Bar

ROOT = Path(__file__).resolve().parents[2]

FULL_DISK = """Installing collected packages: numpy
ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device
"""
NO_COMPILER = """  Building wheel for needs-c (pyproject.toml): finished with status 'error'
  error: subprocess-exited-with-error
      building 'needsc' extension
      gcc -Wsign-compare -fPIC -c x.c -o build/temp.linux-x86_64-cpython-311/x.o
      error: [Errno 2] No such file or directory: 'gcc'
  ERROR: Failed building wheel for needs-c
Failed to build needs-c
ERROR: Could not build wheels for needs-c, which is required to install the project
"""
NO_NETWORK = """WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('
<HTTPSConnection object>: Failed to establish a new connection: [Errno 111] Connection refused')'
ERROR: Could not find a version that satisfies the requirement six==1.17.0 (from versions: none)
ERROR: No matching distribution found for six==1.17.0
"""
WRONG_HASH = """ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.
    six==1.17.0 from six-1.17.0-py2.py3-none-any.whl:
        Expected sha256 00
"""
NOT_OFFERED = """ERROR: Could not find a version that satisfies av==99 (from versions: 18.1)
ERROR: No matching distribution found for av==99
"""
STRANGE = "ERROR: The moon is in the wrong house.\n"

# A Python that runs nothing, notes each call of pip, and fails or not as its folder says.
FAKE_PYTHON = """#!/bin/sh
[ "$1" = -c ] && exit 0
echo called >> "{folder}/calls"
cat "{folder}/output"
exit $(cat "{folder}/status")
"""


@pytest.fixture
def fake_root(tmp_path):
    """A project whose .venv has a pip that does as told."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("six==1.17.0 --hash=sha256:00\n")
    (tmp_path / "requirements" / "dev.txt").write_text("six==1.17.0 --hash=sha256:00\nruff==1\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(FAKE_PYTHON.format(folder=tmp_path))
    python.chmod(stat.S_IRWXU)
    (tmp_path / "output").write_text("Successfully installed six-1.17.0\n")
    (tmp_path / "status").write_text("0")
    return tmp_path


def pip_calls(root):
    calls = root / "calls"
    return len(calls.read_text().split()) if calls.exists() else 0


def test_a_second_install_of_the_same_lock_asks_pip_nothing(fake_root):
    install(root=fake_root)
    install(root=fake_root)

    assert pip_calls(fake_root) == 1
    assert is_installed(root=fake_root, lock="base")


def test_a_changed_lock_is_installed(fake_root):
    install(root=fake_root)
    (fake_root / "requirements" / "base.txt").write_text("six==1.18.0 --hash=sha256:11\n")

    install(root=fake_root)

    assert pip_calls(fake_root) == 2


def test_the_developers_lock_also_satisfies_a_run(fake_root):
    install(root=fake_root, lock="dev")

    install(root=fake_root, lock="base")

    assert pip_calls(fake_root) == 1


def test_the_base_alone_does_not_satisfy_the_tests(fake_root):
    install(root=fake_root)

    assert not is_installed(root=fake_root, lock="dev")


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (FULL_DISK, "The disk is full"),
        (NO_COMPILER, "needs-c has no ready-made wheel"),
        (NO_NETWORK, "The package index cannot be reached"),
        (WRONG_HASH, "differs from its locked hash"),
        (NOT_OFFERED, "offers no av in the locked version"),
        (STRANGE, "The moon is in the wrong house."),
        ("", "it did not say why"),
    ],
)
def test_a_failed_pip_is_told_in_one_sentence_and_tried_again_next_time(fake_root, output, told):
    (fake_root / "output").write_text(output)
    (fake_root / "status").write_text("1")

    with pytest.raises(InstallError) as caught:
        install(root=fake_root)

    assert told in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not is_installed(root=fake_root, lock="base")
    assert (fake_root / ".venv" / "install.log").read_text() == output


@pytest.mark.parametrize("lost", ["six.py", "six-1.17.0.dist-info/RECORD"])
def test_an_environment_that_lost_a_package_is_not_taken_for_whole(fake_root, lost):
    packages = fake_root / ".venv" / "lib" / "python3.11" / "site-packages"
    record = packages / "six-1.17.0.dist-info" / "RECORD"
    record.parent.mkdir(parents=True)
    record.write_text("six.py,sha256=0,1\nsix-1.17.0.dist-info/RECORD,,\n")
    (packages / "six.py").touch()
    install(root=fake_root)
    assert is_installed(root=fake_root, lock="base")

    (packages / lost).unlink()

    assert not is_installed(root=fake_root, lock="base")


def test_a_compiler_is_named_as_the_remedy():
    assert "install a C and C++ compiler" in failure_sentence(NO_COMPILER)


@pytest.mark.parametrize("version", [(3, 7, 16), (3, 10, 13)])
def test_an_old_python_is_refused(version):
    with pytest.raises(InstallError, match=r"needs Python 3\.11 or newer"):
        python_check(version, has_venv=True, has_pip=True)


def test_a_new_python_is_taken():
    python_check((3, 13, 1), has_venv=True, has_pip=True)


def test_a_python_without_ensurepip_names_the_package_to_install():
    with pytest.raises(InstallError, match=r"apt install python3\.12-venv"):
        python_check((3, 12, 0), has_venv=True, has_pip=False)


def test_too_little_space_is_told_before_anything_is_written(tmp_path):
    with pytest.raises(InstallError, match="Only 5 MB are free"):
        disk_check(5 * 2**20, folder=tmp_path)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "No space is left"),
        (errno.EACCES, "cannot be written"),
        (errno.EROFS, "cannot be written"),
    ],
)
def test_a_failure_of_the_system_is_told_in_one_sentence(tmp_path, number, told):
    sentence = os_error_sentence(OSError(number, "words"), folder=tmp_path)

    assert told in sentence
    assert str(tmp_path) in sentence


def test_the_bar_ends_full_and_leaves_out_pins_of_other_systems(capsys):
    bar = Bar(pins=3)

    for line in (
        "Ignoring colorama: markers 'sys_platform == \"win32\"' don't match your environment",
        "Collecting six==1.17.0 (from -r base.txt (line 1))",
        "  Downloading six-1.17.0-py2.py3-none-any.whl (11 kB)",
        "Processing /wheels/numpy-2.4.6-cp311-cp311-linux.whl (from -r base.txt (line 2))",
        "",
        "Installing collected packages: six, numpy",
    ):
        bar.read(line)
    bar.installed(0)
    bar.installed(1)
    bar.read("Successfully installed numpy-2.4.6 six-1.17.0")

    shown = re.findall(r"(\d+) %", capsys.readouterr().err)
    assert shown == ["0", "25", "50", "75", "100"]


def test_installing_needs_the_standard_library_alone():
    # -S leaves out site-packages: an import of anything installed would fail.
    done = subprocess.run(
        [sys.executable, "-S", "-m", "socialml.install", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Install the locked requirements" in done.stdout


def test_the_locks_agree_and_every_pin_has_hashes():
    pins = {}
    for name in ("base", "prod", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins[name] = set(re.findall(r"^(\S+==.*?) \\$", text, re.MULTILINE))
        blocks = re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]
        assert all("--hash=sha256:" in block for block in blocks)

    assert pins["base"] <= pins["dev"]
    assert pins["base"] <= pins["prod"]
    assert not any(pin.startswith(("psycopg==", "psycopg-")) for pin in pins["dev"])
