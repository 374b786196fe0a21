"""Use cases, named by verbs: load, decide, save, post; what they need from outside stands in `ports.py`."""
