"""Pages of chats for people who read in a browser: nothing here asks Discord or the database."""
