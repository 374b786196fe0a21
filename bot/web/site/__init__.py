"""The pages of published chats: made once, then written into a folder or served live at the same addresses."""
