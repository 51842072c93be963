"""Plugins: VST3, LV2 and CLAP through a thin wrapper over DPF, or a JUCE project through faust2juce."""

from compiler.export.plugin import Exported, export_plugin

__all__ = ["Exported", "export_plugin"]
