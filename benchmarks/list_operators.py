"""The operators of the torch that runs this, one a line: what a module may use that is exported for it.

    python -m venv /tmp/old && /tmp/old/bin/pip install torch==2.5.1
    /tmp/old/bin/python benchmarks/list_operators.py > plaud_live/deploy/libtorch_2_5_1.txt

Those that write into a tensor that they are given (`_` at the end, `.out`) and inner ones (`_` at the
beginning) are left out: no export uses them.
"""

import torch


def main() -> None:
    lines = set()
    for schema in torch._C._jit_get_all_schemas():
        kind, _, name = schema.name.partition("::")
        special = name.startswith("__")
        unused = name.startswith("_") or name.endswith(("_", "backward")) or "out" in schema.overload_name
        if kind == "aten" and (special or not unused):
            lines.add(str(schema))
    print("\n".join(sorted(lines)))


if __name__ == "__main__":
    main()
