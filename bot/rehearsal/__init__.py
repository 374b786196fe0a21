"""Plays a plan and its transcript through the whole bot in a simulated Discord; needs the extra `rehearsal`."""
