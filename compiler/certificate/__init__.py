"""The stability certificate: what a program can be shown to do, without a frequency grid as proof.

A model's tree becomes a network (`builder`, `network`): elements that have memory, and gains between them.
Its strongly connected components are the loops, whatever their nesting. For each (`judgement`): the elements'
peaks (`sections`, `matrices`), then weights under which a turn around the loop is a contraction (`scaling`,
`loops`), for the values as they are rounded when written (`rounding`, `spread`). That holds for all delays.
Where it fails, a pole outside the circle is looked for, and proved (`poles`). `certificate` joins what was
found with the ranges of the controls (`knobs`).
"""

from compiler.certificate.certificate import Certificate, certify
from compiler.certificate.judgement import Finding
from compiler.certificate.knobs import KnobRange

__all__ = ["Certificate", "Finding", "KnobRange", "certify"]
