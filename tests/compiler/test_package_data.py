"""Files that the compiler reads beside its code are installed with it."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_file_beside_the_code_is_package_data():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["compiler"]
    package = ROOT / "compiler"
    files = {
        str(path.relative_to(package))
        for path in package.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".md") and "__pycache__" not in path.parts
    }
    assert "export/dpf/Makefile.in" in files
    assert {file for file in files if not any(fnmatch(file, pattern) for pattern in patterns)} == set()
