-- The rows, reads and locks of payment.sql in one call, whose statements stay planned.
CREATE FUNCTION bench_pay(n bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    the_customer uuid := bench_id(9, n % CUSTOMERS);
    the_invoice uuid := bench_id(1, n);
    the_payment uuid := bench_id(16, n);
    the_allocation uuid := bench_id(17, n);
    the_entry uuid := bench_id(18, n);
    the_event uuid := bench_id(19, n);
    the_audit uuid := bench_id(20, n);
BEGIN
    -- idempotency: nobody else is at this key
    PERFORM pg_try_advisory_xact_lock(hashtextextended('pay-' || n, 0));
    -- idempotency: no answer is kept for this key
    PERFORM request_hash, status, body FROM idempotency_keys
    WHERE organisation_id = ORGANISATION AND actor = ACTOR AND route = 'POST /api/v1/payments' AND key = 'pay-' || n;
    -- the customer's terms
    PERFORM organisation_id, customer_id, kind, name, country, currency, locale, tax_number, payment_terms_days,
        credit_limit_minor, archived, created_at, version
    FROM customers WHERE organisation_id = ORGANISATION AND customer_id = the_customer;
    -- the payment
    INSERT INTO payments (organisation_id, payment_id, customer_id, method, status, currency, amount_minor, refunded_minor,
        exchange_rate, received_on, reference, account, checkout_id, receipt_number, deposited_on, recorded_by, created_at,
        version)
    VALUES (ORGANISATION, the_payment, the_customer, 'bank_transfer', 'succeeded', 'CNY', 73458, 0,
        '1', TODAY, 'B' || lpad(n::text, 10, '0'), '1002', NULL, NULL, NULL, ACTOR, now(), 1);
    -- the invoice's open item, held
    PERFORM organisation_id, item_id, kind, customer_id, currency, amount_minor, open_minor, functional_minor,
        functional_open_minor, date, due_on, final_due_on
    FROM open_items WHERE organisation_id = ORGANISATION AND item_id = the_invoice FOR UPDATE;
    -- what the payment leaves open to the customer's credit: nothing
    INSERT INTO open_items (organisation_id, item_id, kind, customer_id, currency, amount_minor, open_minor,
        functional_minor, functional_open_minor, date, due_on, final_due_on)
    VALUES (ORGANISATION, the_payment, 'payment', the_customer, 'CNY', 73458, 0, 73458, 0, TODAY, NULL, NULL);
    -- the one set against the other
    INSERT INTO allocations (organisation_id, allocation_id, debit_id, credit_id, amount_minor, debit_functional_minor,
        credit_functional_minor, date, reverses, in_place_of, created_at)
    VALUES (ORGANISATION, the_allocation, the_invoice, the_payment, 73458, 73458, 73458, TODAY, NULL, NULL, now());
    -- less is open of the invoice
    UPDATE open_items SET open_minor = open_minor - 73458, functional_open_minor = functional_open_minor - 73458
    WHERE organisation_id = ORGANISATION AND item_id = the_invoice;
    -- less is due on its day, more was received today
    INSERT INTO day_sums (organisation_id, kind, day, change_id, functional_minor, documents)
    VALUES (ORGANISATION, 'due', TODAY + 30, bench_id(31, n), -73458, -1);
    INSERT INTO day_sums (organisation_id, kind, day, change_id, functional_minor, documents)
    VALUES (ORGANISATION, 'received', TODAY, bench_id(32, n), 73458, 1);
    -- the period is not closed meanwhile
    PERFORM pg_advisory_xact_lock_shared(PERIOD_LOCK);
    -- and is open
    PERFORM closed FROM periods WHERE organisation_id = ORGANISATION AND starts_on = MONTH;
    -- the entry
    INSERT INTO journal_entries (organisation_id, entry_id, date, kind, document_kind, document_id, memo, reverses, posted_at)
    VALUES (ORGANISATION, the_entry, TODAY, 'payment', 'pay', the_payment, 'B' || lpad(n::text, 10, '0'), NULL, now());
    -- its line of the bank
    INSERT INTO journal_lines (organisation_id, entry_id, line, date, account, side, currency, original_minor,
        functional_minor, party_id, tax_code, cash_flow_line)
    VALUES (ORGANISATION, the_entry, 0, TODAY, '1002', 'debit', 'CNY', 73458, 73458, NULL, NULL, 1);
    -- its line of the customer's account
    INSERT INTO journal_lines (organisation_id, entry_id, line, date, account, side, currency, original_minor,
        functional_minor, party_id, tax_code, cash_flow_line)
    VALUES (ORGANISATION, the_entry, 1, TODAY, '1122', 'credit', 'CNY', 73458, 73458, the_customer, NULL, NULL);
    -- it is not rolled up yet
    INSERT INTO journal_tail (organisation_id, entry_id) VALUES (ORGANISATION, the_entry);
    -- what happened, for whoever follows
    INSERT INTO events (organisation_id, event_id, kind, subject_id, payload, created_at)
    VALUES (ORGANISATION, the_event, 'payment.succeeded', the_payment, EVENT_PAYLOAD, now());
    -- who did it
    INSERT INTO audit_rows (organisation_id, audit_id, created_at, actor_kind, actor, source_address, source_agent, command,
        subject_kind, subject_id, details, salt, after_digest, mac)
    VALUES (ORGANISATION, the_audit, now(), 'api_key', ACTOR, '127.0.0.1', '', 'payment.record',
        'pay', the_payment, AUDIT_DETAILS, SALT, DIGEST, DIGEST);
    -- idempotency: the answer, kept for ever
    INSERT INTO idempotency_keys (organisation_id, actor, route, key, request_hash, status, body, keep, created_at)
    VALUES (ORGANISATION, ACTOR, 'POST /api/v1/payments', 'pay-' || n, DIGEST, 201, ANSWER, true, now());
END $$;
