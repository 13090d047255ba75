-- ---- POST /api/v1/payments
-- One payment as the product writes it on PostgreSQL: its reads, its locks, its rows, one statement for each.
-- Left out is what HTTP is: the API key (remembered by the product), the answer. Parts in capitals are filled in.
BEGIN;
-- idempotency: nobody else is at this key
SELECT pg_try_advisory_xact_lock(hashtextextended('pay-' || :n, 0));
-- idempotency: no answer is kept for this key
SELECT request_hash, status, body FROM idempotency_keys
WHERE organisation_id = ORGANISATION AND actor = ACTOR AND route = 'POST /api/v1/payments' AND key = 'pay-' || :n;
-- the customer's terms; the ids of what follows are worked out beside it, so that no statement is spent on them
SELECT organisation_id, customer_id, kind, name, country, currency, locale, tax_number, payment_terms_days,
    credit_limit_minor, archived, created_at, version,
    bench_id(1, :n) AS invoice_id, bench_id(16, :n) AS payment_id, bench_id(17, :n) AS allocation_id,
    bench_id(18, :n) AS entry_id, bench_id(22, :n) AS event_id, bench_id(27, :n) AS audit_id
FROM customers WHERE organisation_id = ORGANISATION AND customer_id = bench_id(9, :n % CUSTOMERS) \gset
-- the payment
INSERT INTO payments (organisation_id, payment_id, customer_id, method, status, currency, amount_minor, refunded_minor,
    exchange_rate, received_on, reference, account, checkout_id, receipt_number, deposited_on, recorded_by, created_at,
    version)
VALUES (ORGANISATION, :payment_id, :customer_id, 'bank_transfer', 'succeeded', 'CNY', 73458, 0,
    '1', TODAY, 'B' || lpad(:n::text, 10, '0'), '1002', NULL, NULL, NULL, ACTOR, now(), 1);
-- the invoice's open item, held
SELECT organisation_id, item_id, kind, customer_id, currency, amount_minor, open_minor, functional_minor,
    functional_open_minor, date, due_on, final_due_on
FROM open_items WHERE organisation_id = ORGANISATION AND item_id = :invoice_id FOR UPDATE;
-- what the payment leaves open to the customer's credit: nothing
INSERT INTO open_items (organisation_id, item_id, kind, customer_id, currency, amount_minor, open_minor,
    functional_minor, functional_open_minor, date, due_on, final_due_on)
VALUES (ORGANISATION, :payment_id, 'payment', :customer_id, 'CNY', 73458, 0, 73458, 0, TODAY, NULL, NULL);
-- the one set against the other
INSERT INTO allocations (organisation_id, allocation_id, debit_id, credit_id, amount_minor, debit_functional_minor,
    credit_functional_minor, date, reverses, in_place_of, created_at)
VALUES (ORGANISATION, :allocation_id, :invoice_id, :payment_id, 73458, 73458, 73458, TODAY, NULL, NULL, now());
-- less is open of the invoice
UPDATE open_items SET open_minor = open_minor - 73458, functional_open_minor = functional_open_minor - 73458
WHERE organisation_id = ORGANISATION AND item_id = :invoice_id;
-- less is due on its day, more was received today
INSERT INTO day_sums (organisation_id, kind, day, change_id, functional_minor, documents)
VALUES (ORGANISATION, 'due', TODAY + 30, bench_id(31, :n), -73458, -1);
INSERT INTO day_sums (organisation_id, kind, day, change_id, functional_minor, documents)
VALUES (ORGANISATION, 'received', TODAY, bench_id(32, :n), 73458, 1);
-- the period is not closed meanwhile
SELECT pg_advisory_xact_lock_shared(PERIOD_LOCK);
-- and is open
SELECT closed FROM periods WHERE organisation_id = ORGANISATION AND starts_on = MONTH;
-- the entry
INSERT INTO journal_entries (organisation_id, entry_id, date, kind, document_kind, document_id, memo, reverses, posted_at)
VALUES (ORGANISATION, :entry_id, TODAY, 'payment', 'pay', :payment_id, 'B' || lpad(:n::text, 10, '0'), NULL, now());
-- its line of the bank
INSERT INTO journal_lines (organisation_id, entry_id, line, date, account, side, currency, original_minor,
    functional_minor, party_id, tax_code, cash_flow_line)
VALUES (ORGANISATION, :entry_id, 0, TODAY, '1002', 'debit', 'CNY', 73458, 73458, NULL, NULL, 1);
-- its line of the customer's account
INSERT INTO journal_lines (organisation_id, entry_id, line, date, account, side, currency, original_minor,
    functional_minor, party_id, tax_code, cash_flow_line)
VALUES (ORGANISATION, :entry_id, 1, TODAY, '1122', 'credit', 'CNY', 73458, 73458, :customer_id, NULL, NULL);
-- it is not rolled up yet
INSERT INTO journal_tail (organisation_id, entry_id) VALUES (ORGANISATION, :entry_id);
-- what happened, for whoever follows
INSERT INTO events (organisation_id, event_id, kind, subject_id, payload, created_at)
VALUES (ORGANISATION, :event_id, 'payment.succeeded', :payment_id, EVENT_PAYLOAD, now());
-- who did it
INSERT INTO audit_rows (organisation_id, audit_id, created_at, actor_kind, actor, source_address, source_agent, command,
    subject_kind, subject_id, details, salt, after_digest, mac)
VALUES (ORGANISATION, :audit_id, now(), 'api_key', ACTOR, '127.0.0.1', '', 'payment.record',
    'pay', :payment_id, AUDIT_DETAILS, SALT, DIGEST, DIGEST);
-- idempotency: the answer, kept for ever
INSERT INTO idempotency_keys (organisation_id, actor, route, key, request_hash, status, body, keep, created_at)
VALUES (ORGANISATION, ACTOR, 'POST /api/v1/payments', 'pay-' || :n, DIGEST, 201, ANSWER, true, now());
COMMIT;
