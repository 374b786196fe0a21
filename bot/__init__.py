"""Shelftalk: a Discord bot that runs library-style chats, hosted hours of numbered questions and answers."""

__version__ = "0.1.0"
