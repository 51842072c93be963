"""The stability certificate: what a program can be shown to do, without a frequency grid as proof."""

from compiler.certificate.certificate import Certificate, certify
from compiler.certificate.judgement import Finding
from compiler.certificate.knobs import KnobRange

__all__ = ["Certificate", "Finding", "KnobRange", "certify"]
