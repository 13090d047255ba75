-- Every session takes every so many-th number.
\set turn :turn + 1
\set n :first + :turn * :sessions + :client_id
