"""When a series meets: phrases and rules in, wall-clock truth out; pure, with `now` handed in."""
