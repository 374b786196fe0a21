"""What runs under the bot: the clock, the ticker, supervised tasks, logging, health."""
