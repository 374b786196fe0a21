"""Files in and out: pure functions from and to `ChatRecord`."""
