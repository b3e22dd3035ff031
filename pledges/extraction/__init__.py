"""Text in, measures out: plain Python that knows no Django. `measures.extract` is the door."""
