"""How fast, how large: each benchmark prints a ratio measured in one run, so that the machine hardly matters."""
