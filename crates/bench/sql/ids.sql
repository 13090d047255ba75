-- Ids of copies and of what a script writes: a time, a kind, a number; see fill.rs. The planner puts the expression in
-- place of the call, so it costs a script no call.
CREATE FUNCTION bench_id(kind integer, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (lpad(to_hex(:epoch_ms + number), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8' || lpad(to_hex(number), 15, '0'))::uuid $$;
