"""Campaigns on the engine that you already run: its scheduler may call `tick` twice, or not at all."""
