"""Patches for Pure Data and Max that play an exported model through nn~, written from its description."""
