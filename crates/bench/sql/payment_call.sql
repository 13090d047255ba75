-- The harder mark: everything of a payment in one call; see payment_function.sql.
\set turn :turn + 1
\set n :first + :turn * :sessions + :client_id
SELECT bench_pay(:n);
