"""The demo city: `city` sets up its organisation, `history` replays a year's life through the gate."""
