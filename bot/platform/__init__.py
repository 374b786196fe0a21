"""Discord behind the ports, with discord.py: posting, reading history, hearing what happens."""
