"""The plugin's core without a host, watched by ThreadSanitizer: a hundred changes and more while it plays."""

import subprocess

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("changes", [120, pytest.param(2000, marks=pytest.mark.soak)])
def test_files_that_change_at_random_never_break_the_sound(plugins, stress, tmp_path, changes):
    done = subprocess.run(
        [stress, plugins / "plaud-live-faust", tmp_path, str(changes), "1"],
        env={"TSAN_OPTIONS": "halt_on_error=1", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
