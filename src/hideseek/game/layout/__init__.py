"""How a world begins: walls, rooms and doors, and where everything is put."""
