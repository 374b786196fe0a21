"""Thin, one per occasion: a command parses, checks, calls one service and renders."""
