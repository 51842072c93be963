"""Continual training: a model learns new material, and what it could play before still sounds as it did."""
