-- Where machines went.

-- @insert_movement: one more
INSERT INTO machine_movement (machine, document, kind, position, warehouse, day, cost, at_ms, person, journaled)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- @select_movements: the life of a machine, in order
SELECT id, document, kind, position, warehouse, day, cost, at_ms FROM machine_movement WHERE machine = ? ORDER BY id;

-- @select_movement_last: what sent a machine where it is
SELECT document FROM machine_movement WHERE machine = ? ORDER BY id DESC LIMIT 1;
