-- The way of an order as the product goes it on PostgreSQL, in two transactions, order and submit; payment.sql follows it. Its
-- reads, its locks, its rows, one statement for each. What HTTP is, and what an answer is made of, is left out. Words in
-- capitals are filled in.
-- ---- POST /api/v1/orders
BEGIN;
-- idempotency: nobody else is at this key, and no answer is kept for it
SELECT pg_try_advisory_xact_lock(hashtextextended('order-' || :n, 0));
SELECT request_hash, status, body FROM idempotency_keys
WHERE organisation_id = ORGANISATION AND actor = ACTOR AND route = 'POST /api/v1/orders' AND key = 'order-' || :n;
-- the customer, with what is sealed of it
SELECT organisation_id, customer_id, kind, name, country, currency, locale, tax_number, tax_number_sealed,
    email_sealed, phone_sealed, payment_terms_days, credit_limit_minor, archived, created_at, version FROM customers
WHERE organisation_id = ORGANISATION AND customer_id = bench_id(9, :n % CUSTOMERS) \gset
-- its key, to open the mail
SELECT wrapped FROM data_keys WHERE organisation_id = ORGANISATION AND subject_id = bench_id(9, :n % CUSTOMERS);
-- how taxes are rounded
SELECT name, country, currency, time_zone, locale, chart, fiscal_year_month, tax_rounding, revenue_at, single_person, alone_up_to_minor, second_factor_required, profile,
    version FROM organisations WHERE organisation_id = ORGANISATION;
-- the item, its prices, the rates and the codes of taxes
SELECT organisation_id, item_id, code, names, unit, tax_code, archived, created_at, version FROM items
WHERE organisation_id = ORGANISATION AND item_id = ITEM;
SELECT price_id, item_id, currency, amount, valid_from FROM item_prices WHERE organisation_id = ORGANISATION AND item_id = ITEM;
SELECT code, valid_from, rate FROM tax_rates WHERE organisation_id = ORGANISATION AND code = 'VAT13';
SELECT organisation_id, code, names, inclusive, archived, created_at, version FROM tax_codes
WHERE organisation_id = ORGANISATION AND code = 'VAT13';
-- the order and its lines
INSERT INTO orders (organisation_id, order_id, number, customer_id, status, currency, net_minor, tax_minor, total_minor,
    tax_rounding, ordered_on, deliver_on, instalments, reference, note, invoice_id, created_by, created_at, version)
VALUES (ORGANISATION, bench_id(2, :n), NULL, :customer_id, 'draft', 'CNY', 65007, 8451, 73458,
    'per_line', TODAY, NULL, '[]', NULL, NULL, NULL, ACTOR, now(), 1);
INSERT INTO order_lines (organisation_id, order_id, line, kind, item_id, description, unit, quantity, unit_price,
    discount_percent, discount_minor, tax_code, tax_rate, tax_inclusive, net_minor, tax_minor, gross_minor)
VALUES (ORGANISATION, bench_id(2, :n), 1, 'item', ITEM, '传感器', 'pcs', '3', '199.90', NULL, 0, 'VAT13', '13', false, 59970, 7796, 67766);
INSERT INTO order_lines (organisation_id, order_id, line, kind, item_id, description, unit, quantity, unit_price,
    discount_percent, discount_minor, tax_code, tax_rate, tax_inclusive, net_minor, tax_minor, gross_minor)
VALUES (ORGANISATION, bench_id(2, :n), 2, 'item', NULL, '运费', '', '1', '50.37', NULL, 0, 'VAT13', '13', false, 5037, 655, 5692);
-- who did it, and what happened
INSERT INTO audit_rows (organisation_id, audit_id, created_at, actor_kind, actor, source_address, source_agent, command,
    subject_kind, subject_id, details, salt, after_digest, mac)
VALUES (ORGANISATION, bench_id(24, :n), now(), 'api_key', ACTOR, '127.0.0.1', '', 'order.create', 'ord', bench_id(2, :n), ORDER_CREATE_DETAILS, SALT, DIGEST, DIGEST);
INSERT INTO events (organisation_id, event_id, kind, subject_id, payload, created_at)
VALUES (ORGANISATION, bench_id(19, :n), 'order.created', bench_id(2, :n), '{}', now());
-- idempotency: the answer
INSERT INTO idempotency_keys (organisation_id, actor, route, key, request_hash, status, body, keep, created_at)
VALUES (ORGANISATION, ACTOR, 'POST /api/v1/orders', 'order-' || :n, DIGEST, 201, ORDER_ANSWER, false, now());
COMMIT;

-- ---- POST /api/v1/orders/{id}/submit
BEGIN;
-- idempotency: nobody else is at this key, and no answer is kept for it
SELECT pg_try_advisory_xact_lock(hashtextextended('submit-' || :n, 0));
SELECT request_hash, status, body FROM idempotency_keys
WHERE organisation_id = ORGANISATION AND actor = ACTOR AND route = 'POST /api/v1/orders/{id}/submit' AND key = 'submit-' || :n;
-- the order; then, in the order of locks, customer and order are held
SELECT organisation_id, order_id, number, customer_id, status, currency, net_minor, tax_minor, total_minor, tax_rounding,
    ordered_on, deliver_on, instalments, reference, note, invoice_id, created_by, submitted_by, created_at, version FROM orders WHERE organisation_id = ORGANISATION AND order_id = bench_id(2, :n);
SELECT organisation_id, customer_id, kind, name, country, currency, locale, tax_number, tax_number_sealed,
    email_sealed, phone_sealed, payment_terms_days, credit_limit_minor, archived, created_at, version FROM customers
WHERE organisation_id = ORGANISATION AND customer_id = :customer_id FOR UPDATE;
SELECT organisation_id, order_id, number, customer_id, status, currency, net_minor, tax_minor, total_minor, tax_rounding,
    ordered_on, deliver_on, instalments, reference, note, invoice_id, created_by, submitted_by, created_at, version FROM orders WHERE organisation_id = ORGANISATION AND order_id = bench_id(2, :n) FOR UPDATE;
-- its lines, priced again
SELECT organisation_id, order_id, line, kind, item_id, description, unit, quantity, unit_price, discount_percent,
    discount_minor, tax_code, tax_rate, tax_inclusive, net_minor, tax_minor, gross_minor
FROM order_lines WHERE organisation_id = ORGANISATION AND order_id = bench_id(2, :n) ORDER BY line;
-- how taxes are rounded
SELECT name, country, currency, time_zone, locale, chart, fiscal_year_month, tax_rounding, revenue_at, single_person, alone_up_to_minor, second_factor_required, profile,
    version FROM organisations WHERE organisation_id = ORGANISATION;
-- the item, its prices, the rates and the codes of taxes
SELECT organisation_id, item_id, code, names, unit, tax_code, archived, created_at, version FROM items
WHERE organisation_id = ORGANISATION AND item_id = ITEM;
SELECT price_id, item_id, currency, amount, valid_from FROM item_prices WHERE organisation_id = ORGANISATION AND item_id = ITEM;
SELECT code, valid_from, rate FROM tax_rates WHERE organisation_id = ORGANISATION AND code = 'VAT13';
SELECT organisation_id, code, names, inclusive, archived, created_at, version FROM tax_codes
WHERE organisation_id = ORGANISATION AND code = 'VAT13';
-- the lines as they are now
DELETE FROM order_lines WHERE organisation_id = ORGANISATION AND order_id = bench_id(2, :n);
INSERT INTO order_lines (organisation_id, order_id, line, kind, item_id, description, unit, quantity, unit_price,
    discount_percent, discount_minor, tax_code, tax_rate, tax_inclusive, net_minor, tax_minor, gross_minor)
VALUES (ORGANISATION, bench_id(2, :n), 1, 'item', ITEM, '传感器', 'pcs', '3', '199.90', NULL, 0, 'VAT13', '13', false, 59970, 7796, 67766);
INSERT INTO order_lines (organisation_id, order_id, line, kind, item_id, description, unit, quantity, unit_price,
    discount_percent, discount_minor, tax_code, tax_rate, tax_inclusive, net_minor, tax_minor, gross_minor)
VALUES (ORGANISATION, bench_id(2, :n), 2, 'item', NULL, '运费', '', '1', '50.37', NULL, 0, 'VAT13', '13', false, 5037, 655, 5692);
-- the invoice's terms
SELECT organisation_id, customer_id, kind, name, country, currency, locale, tax_number, tax_number_sealed,
    email_sealed, phone_sealed, payment_terms_days, credit_limit_minor, archived, created_at, version FROM customers WHERE organisation_id = ORGANISATION AND customer_id = :customer_id;
-- its period is not closed meanwhile, and is open
SELECT pg_advisory_xact_lock_shared(PERIOD_LOCK);
SELECT closed FROM periods WHERE organisation_id = ORGANISATION AND starts_on = MONTH;
-- its entry: receivable, revenue, tax
INSERT INTO journal_entries (organisation_id, entry_id, date, kind, document_kind, document_id, memo, reverses, posted_at)
VALUES (ORGANISATION, bench_id(3, :n), TODAY, 'invoice', 'inv', bench_id(1, :n), '', NULL, now());
INSERT INTO journal_lines (organisation_id, entry_id, line, date, account, side, currency, original_minor,
    functional_minor, party_id, tax_code, cash_flow_line)
VALUES (ORGANISATION, bench_id(3, :n), 0, TODAY, '1122', 'debit', 'CNY', 73458, 73458, :customer_id, NULL, NULL);
INSERT INTO journal_lines (organisation_id, entry_id, line, date, account, side, currency, original_minor,
    functional_minor, party_id, tax_code, cash_flow_line)
VALUES (ORGANISATION, bench_id(3, :n), 1, TODAY, '5001', 'credit', 'CNY', 65007, 65007, NULL, 'VAT13', NULL);
INSERT INTO journal_lines (organisation_id, entry_id, line, date, account, side, currency, original_minor,
    functional_minor, party_id, tax_code, cash_flow_line)
VALUES (ORGANISATION, bench_id(3, :n), 2, TODAY, '22210105', 'credit', 'CNY', 8451, 8451, NULL, 'VAT13', NULL);
INSERT INTO journal_tail (organisation_id, entry_id) VALUES (ORGANISATION, bench_id(3, :n));
-- what the customer owes
INSERT INTO open_items (organisation_id, item_id, kind, customer_id, currency, amount_minor, open_minor,
    functional_minor, functional_open_minor, date, due_on, final_due_on)
VALUES (ORGANISATION, bench_id(1, :n), 'invoice', :customer_id, 'CNY', 73458, 73458, 73458, 73458, TODAY, TODAY + 30, NULL);
-- more is due on its day
INSERT INTO day_sums (organisation_id, kind, day, change_id, functional_minor, documents)
VALUES (ORGANISATION, 'due', TODAY + 30, bench_id(30, :n), 73458, 1);
-- seller and buyer as they are today, sealed for the buyer
SELECT name, country, currency, time_zone, locale, chart, fiscal_year_month, tax_rounding, revenue_at, single_person, alone_up_to_minor, second_factor_required, profile,
    version FROM organisations WHERE organisation_id = ORGANISATION;
SELECT organisation_id, customer_id, kind, name, country, currency, locale, tax_number, tax_number_sealed,
    email_sealed, phone_sealed, payment_terms_days, credit_limit_minor, archived, created_at, version FROM customers WHERE organisation_id = ORGANISATION AND customer_id = :customer_id;
-- the buyer's key, to open
SELECT wrapped FROM data_keys WHERE organisation_id = ORGANISATION AND subject_id = bench_id(9, :n % CUSTOMERS);
-- and to seal
SELECT wrapped FROM data_keys WHERE organisation_id = ORGANISATION AND subject_id = bench_id(9, :n % CUSTOMERS);
-- how invoices are numbered
SELECT name, country, currency, time_zone, locale, chart, fiscal_year_month, tax_rounding, revenue_at, single_person, alone_up_to_minor, second_factor_required, profile,
    version FROM organisations WHERE organisation_id = ORGANISATION;
-- and in which year
SELECT name, country, currency, time_zone, locale, chart, fiscal_year_month, tax_rounding, revenue_at, single_person, alone_up_to_minor, second_factor_required, profile,
    version FROM organisations WHERE organisation_id = ORGANISATION;
-- the next number, held until the end
INSERT INTO counters (organisation_id, series, year, last) VALUES (ORGANISATION, 'invoice', YEAR, 1)
ON CONFLICT (organisation_id, series, year) DO UPDATE SET last = counters.last + 1
RETURNING last AS invoice_number \gset
-- found by its number and the customer's name; all pairs of characters in one statement, which is less than a statement a row
DELETE FROM search_grams WHERE organisation_id = ORGANISATION AND subject_id = bench_id(1, :n);
INSERT INTO search_entries (organisation_id, subject_id, kind, customer_id, title, title_key, title_end, detail, updated_at)
VALUES (ORGANISATION, bench_id(1, :n), 'inv', :customer_id, 'INV-' || YEAR || '-' || lpad(:invoice_number::text, 5, '0'),
    convert_to('inv' || YEAR || lpad(:invoice_number::text, 5, '0'), 'UTF8'),
    convert_to(reverse('inv' || YEAR || lpad(:invoice_number::text, 5, '0')), 'UTF8'), CUSTOMER_NAME, now())
ON CONFLICT (organisation_id, subject_id) DO UPDATE SET customer_id = excluded.customer_id, title = excluded.title,
    title_key = excluded.title_key, title_end = excluded.title_end, detail = excluded.detail, updated_at = excluded.updated_at;
INSERT INTO search_grams (organisation_id, kind, gram, subject_id) SELECT ORGANISATION, 'inv', gram, bench_id(1, :n) FROM unnest(GRAMS::text[]) gram;
-- the invoice, its lines, its taxes
INSERT INTO invoices (organisation_id, invoice_id, number, state, purpose, customer_id, order_id, currency, net_minor, tax_minor,
    total_minor, tax_rounding, exchange_rate, issued_on, issued_by, due_on, payment_terms_days, pay_token, frozen, written_off_minor,
    waived_minor, charges_minor, official_status, official_number, sent_at, revenue_at, deliver_on, delivered_on, reference,
    note, created_at, version)
VALUES (ORGANISATION, bench_id(1, :n), 'INV-' || YEAR || '-' || lpad(:invoice_number::text, 5, '0'), 'issued', 'sale', :customer_id,
    bench_id(2, :n), 'CNY', 65007, 8451, 73458, 'per_line', '1', TODAY, ACTOR, TODAY + 30, 30,
    substr(md5(:n::text), 1, 26), FROZEN, 0, 0, 0, 'none', NULL, NULL, 'invoice', NULL, NULL, NULL, NULL, now(), 1);
INSERT INTO invoice_lines (organisation_id, invoice_id, line, kind, item_id, description, unit, quantity, unit_price,
    discount_percent, discount_minor, tax_code, tax_rate, tax_inclusive, net_minor, tax_minor, gross_minor)
VALUES (ORGANISATION, bench_id(1, :n), 1, 'item', ITEM, '传感器', 'pcs', '3', '199.90', NULL, 0, 'VAT13', '13', false, 59970, 7796, 67766);
INSERT INTO invoice_lines (organisation_id, invoice_id, line, kind, item_id, description, unit, quantity, unit_price,
    discount_percent, discount_minor, tax_code, tax_rate, tax_inclusive, net_minor, tax_minor, gross_minor)
VALUES (ORGANISATION, bench_id(1, :n), 2, 'item', NULL, '运费', '', '1', '50.37', NULL, 0, 'VAT13', '13', false, 5037, 655, 5692);
INSERT INTO invoice_taxes (organisation_id, invoice_id, tax_code, rate, base_minor, tax_minor)
VALUES (ORGANISATION, bench_id(1, :n), 'VAT13', '13', 65007, 8451);
-- who did it, and what happened
INSERT INTO audit_rows (organisation_id, audit_id, created_at, actor_kind, actor, source_address, source_agent, command,
    subject_kind, subject_id, details, salt, after_digest, mac)
VALUES (ORGANISATION, bench_id(25, :n), now(), 'api_key', ACTOR, '127.0.0.1', '', 'order.submit', 'inv', bench_id(1, :n), INVOICE_FACTS, SALT, DIGEST, DIGEST);
INSERT INTO events (organisation_id, event_id, kind, subject_id, payload, created_at)
VALUES (ORGANISATION, bench_id(20, :n), 'invoice.issued', bench_id(1, :n), INVOICE_FACTS, now());
-- work for later
INSERT INTO jobs (organisation_id, job_id, kind, payload, run_at, attempts, leased_until, dead, last_error, created_at)
VALUES (ORGANISATION, bench_id(28, :n), 'search.index', INVOICE_FACTS, now(), 0, NULL, false, NULL, now());
INSERT INTO jobs (organisation_id, job_id, kind, payload, run_at, attempts, leased_until, dead, last_error, created_at)
VALUES (ORGANISATION, bench_id(29, :n), 'document.render', '{}', now(), 0, NULL, false, NULL, now());
-- how orders are numbered
SELECT name, country, currency, time_zone, locale, chart, fiscal_year_month, tax_rounding, revenue_at, single_person, alone_up_to_minor, second_factor_required, profile,
    version FROM organisations WHERE organisation_id = ORGANISATION;
-- and in which year
SELECT name, country, currency, time_zone, locale, chart, fiscal_year_month, tax_rounding, revenue_at, single_person, alone_up_to_minor, second_factor_required, profile,
    version FROM organisations WHERE organisation_id = ORGANISATION;
-- the next number, held until the end
INSERT INTO counters (organisation_id, series, year, last) VALUES (ORGANISATION, 'order', YEAR, 1)
ON CONFLICT (organisation_id, series, year) DO UPDATE SET last = counters.last + 1
RETURNING last AS order_number \gset
-- found by its number and the customer's name; all pairs of characters in one statement, which is less than a statement a row
DELETE FROM search_grams WHERE organisation_id = ORGANISATION AND subject_id = bench_id(2, :n);
INSERT INTO search_entries (organisation_id, subject_id, kind, customer_id, title, title_key, title_end, detail, updated_at)
VALUES (ORGANISATION, bench_id(2, :n), 'ord', :customer_id, 'SO-' || YEAR || '-' || lpad(:order_number::text, 5, '0'),
    convert_to('so' || YEAR || lpad(:order_number::text, 5, '0'), 'UTF8'),
    convert_to(reverse('so' || YEAR || lpad(:order_number::text, 5, '0')), 'UTF8'), CUSTOMER_NAME, now())
ON CONFLICT (organisation_id, subject_id) DO UPDATE SET customer_id = excluded.customer_id, title = excluded.title,
    title_key = excluded.title_key, title_end = excluded.title_end, detail = excluded.detail, updated_at = excluded.updated_at;
INSERT INTO search_grams (organisation_id, kind, gram, subject_id) SELECT ORGANISATION, 'ord', gram, bench_id(2, :n) FROM unnest(GRAMS::text[]) gram;
-- the order is confirmed
UPDATE orders SET number = 'SO-' || YEAR || '-' || lpad(:order_number::text, 5, '0'), status = 'confirmed',
    currency = 'CNY', net_minor = 65007, tax_minor = 8451, total_minor = 73458, tax_rounding = 'per_line', ordered_on = TODAY,
    deliver_on = NULL, instalments = '[]', reference = NULL, note = NULL, invoice_id = bench_id(1, :n), submitted_by = ACTOR, version = 2
WHERE organisation_id = ORGANISATION AND order_id = bench_id(2, :n);
-- who did it, and what happened
INSERT INTO audit_rows (organisation_id, audit_id, created_at, actor_kind, actor, source_address, source_agent, command,
    subject_kind, subject_id, details, salt, after_digest, mac)
VALUES (ORGANISATION, bench_id(26, :n), now(), 'api_key', ACTOR, '127.0.0.1', '', 'order.submit', 'ord', bench_id(2, :n), SUBMIT_DETAILS, SALT, DIGEST, DIGEST);
INSERT INTO events (organisation_id, event_id, kind, subject_id, payload, created_at)
VALUES (ORGANISATION, bench_id(21, :n), 'order.confirmed', bench_id(2, :n), SUBMIT_PAYLOAD, now());
-- idempotency: the answer
INSERT INTO idempotency_keys (organisation_id, actor, route, key, request_hash, status, body, keep, created_at)
VALUES (ORGANISATION, ACTOR, 'POST /api/v1/orders/{id}/submit', 'submit-' || :n, DIGEST, 200, SUBMIT_REPLY, false, now());
COMMIT;

