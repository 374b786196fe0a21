"""What a chat is: pure and synchronous; no clock, no input or output, no Discord, no SQL."""
