//! The tables, by the slice that owns them.

tables! {
    // ---- store -------------------------------------------------------------------------------------------------
    schema_migrations (version) {
        version -> BigInt,
        name -> Text,
        checksum -> Text,
        applied_at -> InstantSql,
    }
    idempotency_keys (organisation_id, actor, route, key) {
        organisation_id -> IdSql,
        actor -> Text,
        route -> Text,
        key -> Text,
        request_hash -> Binary,
        status -> Integer,
        body -> Binary,
        keep -> Bool,
        created_at -> InstantSql,
    }
    events (organisation_id, event_id) {
        organisation_id -> IdSql,
        event_id -> IdSql,
        kind -> Text,
        subject_id -> IdSql,
        payload -> JsonSql,
        created_at -> InstantSql,
    }
    jobs (organisation_id, job_id) {
        organisation_id -> IdSql,
        job_id -> IdSql,
        kind -> Text,
        payload -> JsonSql,
        run_at -> InstantSql,
        attempts -> Integer,
        leased_until -> Nullable<InstantSql>,
        dead -> Bool,
        last_error -> Nullable<Text>,
        created_at -> InstantSql,
    }
    audit_rows (organisation_id, audit_id) {
        organisation_id -> IdSql,
        audit_id -> IdSql,
        created_at -> InstantSql,
        actor_kind -> Text,
        actor -> Text,
        source_address -> Text,
        source_agent -> Text,
        command -> Text,
        subject_kind -> Text,
        subject_id -> IdSql,
        details -> JsonSql,
        salt -> Binary,
        after_digest -> Binary,
        mac -> Binary,
    }
    audit_heads (organisation_id) {
        organisation_id -> IdSql,
        sequence -> BigInt,
        hash -> Binary,
        mac -> Binary,
    }
    audit_seals (organisation_id, sequence) {
        organisation_id -> IdSql,
        sequence -> BigInt,
        audit_id -> IdSql,
        hash -> Binary,
        sealed_at -> InstantSql,
    }
    data_keys (organisation_id, subject_id) {
        organisation_id -> IdSql,
        subject_id -> IdSql,
        wrapped -> Binary,
        created_at -> InstantSql,
    }
    kept_documents (organisation_id, subject_id, format, locale) {
        organisation_id -> IdSql,
        subject_id -> IdSql,
        format -> Text,
        locale -> Text,
        owner_id -> IdSql,
        media_type -> Text,
        blob -> Text,
        sha256 -> Binary,
        size -> BigInt,
        created_at -> InstantSql,
    }
    counters (organisation_id, series, year) {
        organisation_id -> IdSql,
        series -> Text,
        year -> Integer,
        last -> BigInt,
    }
    search_entries (organisation_id, subject_id) {
        organisation_id -> IdSql,
        subject_id -> IdSql,
        kind -> Text,
        customer_id -> Nullable<IdSql>,
        title -> Text,
        title_key -> Binary,
        detail -> Text,
        updated_at -> InstantSql,
    }
    search_grams (organisation_id, gram, subject_id) {
        organisation_id -> IdSql,
        gram -> Text,
        subject_id -> IdSql,
    }
    // ---- identity ----------------------------------------------------------------------------------------------
    organisations (organisation_id) {
        organisation_id -> IdSql,
        name -> Text,
        country -> Text,
        currency -> CurrencySql,
        time_zone -> Text,
        locale -> Text,
        chart -> Text,
        fiscal_year_month -> Integer,
        tax_rounding -> Text,
        revenue_at -> Text,
        single_person -> Bool,
        alone_up_to_minor -> BigInt,
        profile -> JsonSql,
        created_at -> InstantSql,
        version -> BigInt,
    }
    users (organisation_id, user_id) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        customer_id -> Nullable<IdSql>,
        name -> Text,
        email_hash -> Binary,
        email_sealed -> Binary,
        password_hash -> Nullable<Text>,
        locale -> Text,
        active -> Bool,
        created_at -> InstantSql,
        version -> BigInt,
    }
    user_roles (organisation_id, user_id, role) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        role -> Text,
    }
    saved_views (organisation_id, user_id, list, name) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        list -> Text,
        name -> Text,
        query -> Text,
        created_at -> InstantSql,
    }
    sessions (organisation_id, token_hash) {
        organisation_id -> IdSql,
        token_hash -> Binary,
        user_id -> IdSql,
        created_at -> InstantSql,
        seen_at -> InstantSql,
        confirmed_at -> InstantSql,
        expires_at -> InstantSql,
        address -> Text,
        agent -> Text,
    }
    api_keys (organisation_id, key_id) {
        organisation_id -> IdSql,
        key_id -> IdSql,
        name -> Text,
        token_hash -> Binary,
        roles -> JsonSql,
        scopes -> Nullable<JsonSql>,
        requests_per_minute -> Nullable<Integer>,
        created_by -> Text,
        created_at -> InstantSql,
        expires_at -> Nullable<InstantSql>,
        revoked_at -> Nullable<InstantSql>,
    }

    // ---- customers ---------------------------------------------------------------------------------------------
    customers (organisation_id, customer_id) {
        organisation_id -> IdSql,
        customer_id -> IdSql,
        kind -> Text,
        name -> Text,
        country -> Text,
        currency -> CurrencySql,
        locale -> Text,
        tax_number -> Nullable<Text>,
        tax_number_sealed -> Nullable<Binary>,
        email_sealed -> Nullable<Binary>,
        phone_sealed -> Nullable<Binary>,
        payment_terms_days -> Integer,
        credit_limit_minor -> Nullable<BigInt>,
        archived -> Bool,
        created_at -> InstantSql,
        version -> BigInt,
    }
    contacts (organisation_id, contact_id) {
        organisation_id -> IdSql,
        contact_id -> IdSql,
        customer_id -> IdSql,
        name -> Text,
        position -> Nullable<Text>,
        email_sealed -> Nullable<Binary>,
        phone_sealed -> Nullable<Binary>,
        created_at -> InstantSql,
        version -> BigInt,
    }
    addresses (organisation_id, address_id) {
        organisation_id -> IdSql,
        address_id -> IdSql,
        customer_id -> IdSql,
        purpose -> Text,
        lines -> Text,
        city -> Text,
        region -> Nullable<Text>,
        postal_code -> Nullable<Text>,
        country -> Text,
        created_at -> InstantSql,
        version -> BigInt,
    }

    // ---- catalog -----------------------------------------------------------------------------------------------
    items (organisation_id, item_id) {
        organisation_id -> IdSql,
        item_id -> IdSql,
        code -> Text,
        names -> JsonSql,
        unit -> Text,
        tax_code -> Nullable<Text>,
        archived -> Bool,
        created_at -> InstantSql,
        version -> BigInt,
    }
    item_prices (organisation_id, price_id) {
        organisation_id -> IdSql,
        price_id -> IdSql,
        item_id -> IdSql,
        currency -> CurrencySql,
        amount -> DecimalSql,
        valid_from -> DateSql,
    }
    tax_codes (organisation_id, code) {
        organisation_id -> IdSql,
        code -> Text,
        names -> JsonSql,
        inclusive -> Bool,
        archived -> Bool,
        created_at -> InstantSql,
        version -> BigInt,
    }
    tax_rates (organisation_id, code, valid_from) {
        organisation_id -> IdSql,
        code -> Text,
        valid_from -> DateSql,
        rate -> DecimalSql,
    }

    // ---- ledger ------------------------------------------------------------------------------------------------
    accounts (organisation_id, code) {
        organisation_id -> IdSql,
        code -> Text,
        parent -> Nullable<Text>,
        names -> JsonSql,
        kind -> Text,
        side -> Text,
        postable -> Bool,
        cash_flow_line -> Nullable<Integer>,
    }
    periods (organisation_id, starts_on) {
        organisation_id -> IdSql,
        starts_on -> DateSql,
        period_id -> IdSql,
        ends_on -> DateSql,
        closed -> Bool,
        version -> BigInt,
    }
    journal_entries (organisation_id, entry_id) {
        organisation_id -> IdSql,
        entry_id -> IdSql,
        date -> DateSql,
        kind -> Text,
        document_kind -> Nullable<Text>,
        document_id -> Nullable<IdSql>,
        memo -> Text,
        reverses -> Nullable<IdSql>,
        posted_at -> InstantSql,
    }
    journal_lines (organisation_id, entry_id, line) {
        organisation_id -> IdSql,
        entry_id -> IdSql,
        line -> Integer,
        date -> DateSql,
        account -> Text,
        side -> Text,
        currency -> CurrencySql,
        original_minor -> BigInt,
        functional_minor -> BigInt,
        party_id -> Nullable<IdSql>,
        tax_code -> Nullable<Text>,
        cash_flow_line -> Nullable<Integer>,
    }
    journal_tail (organisation_id, entry_id) {
        organisation_id -> IdSql,
        entry_id -> IdSql,
    }
    balances (organisation_id, account, party_id, currency, day) {
        organisation_id -> IdSql,
        account -> Text,
        party_id -> IdSql,
        currency -> CurrencySql,
        day -> DateSql,
        debit_minor -> BigInt,
        credit_minor -> BigInt,
        original_debit_minor -> BigInt,
        original_credit_minor -> BigInt,
    }
    account_days (organisation_id, account, day) {
        organisation_id -> IdSql,
        account -> Text,
        day -> DateSql,
        debit_minor -> BigInt,
        credit_minor -> BigInt,
    }
    voucher_numbers (organisation_id, entry_id) {
        organisation_id -> IdSql,
        entry_id -> IdSql,
        month -> DateSql,
        number -> BigInt,
    }
    exchange_rates (organisation_id, base, quote, valid_from) {
        organisation_id -> IdSql,
        base -> CurrencySql,
        quote -> CurrencySql,
        valid_from -> DateSql,
        rate -> DecimalSql,
        source -> Text,
    }

    // ---- receivables -------------------------------------------------------------------------------------------
    open_items (organisation_id, item_id) {
        organisation_id -> IdSql,
        item_id -> IdSql,
        kind -> Text,
        customer_id -> IdSql,
        currency -> CurrencySql,
        amount_minor -> BigInt,
        open_minor -> BigInt,
        functional_minor -> BigInt,
        functional_open_minor -> BigInt,
        date -> DateSql,
        due_on -> Nullable<DateSql>,
        final_due_on -> Nullable<DateSql>,
    }
    allocations (organisation_id, allocation_id) {
        organisation_id -> IdSql,
        allocation_id -> IdSql,
        debit_id -> Nullable<IdSql>,
        credit_id -> Nullable<IdSql>,
        amount_minor -> BigInt,
        debit_functional_minor -> BigInt,
        credit_functional_minor -> BigInt,
        date -> DateSql,
        reverses -> Nullable<IdSql>,
        created_at -> InstantSql,
    }

    // ---- orders ------------------------------------------------------------------------------------------------
    orders (organisation_id, order_id) {
        organisation_id -> IdSql,
        order_id -> IdSql,
        number -> Nullable<Text>,
        customer_id -> IdSql,
        status -> Text,
        currency -> CurrencySql,
        net_minor -> BigInt,
        tax_minor -> BigInt,
        total_minor -> BigInt,
        tax_rounding -> Text,
        ordered_on -> DateSql,
        deliver_on -> Nullable<DateSql>,
        instalments -> JsonSql,
        reference -> Nullable<Text>,
        note -> Nullable<Text>,
        invoice_id -> Nullable<IdSql>,
        exceeded_minor -> Nullable<BigInt>,
        created_by -> Text,
        submitted_by -> Nullable<Text>,
        created_at -> InstantSql,
        version -> BigInt,
    }
    order_lines (organisation_id, order_id, line) {
        organisation_id -> IdSql,
        order_id -> IdSql,
        line -> Integer,
        kind -> Text,
        item_id -> Nullable<IdSql>,
        description -> Text,
        unit -> Text,
        quantity -> DecimalSql,
        unit_price -> DecimalSql,
        discount_percent -> Nullable<DecimalSql>,
        discount_minor -> BigInt,
        tax_code -> Nullable<Text>,
        tax_rate -> DecimalSql,
        tax_inclusive -> Bool,
        net_minor -> BigInt,
        tax_minor -> BigInt,
        gross_minor -> BigInt,
    }

    // ---- invoicing ---------------------------------------------------------------------------------------------
    invoices (organisation_id, invoice_id) {
        organisation_id -> IdSql,
        invoice_id -> IdSql,
        number -> Nullable<Text>,
        state -> Text,
        customer_id -> IdSql,
        order_id -> Nullable<IdSql>,
        currency -> CurrencySql,
        net_minor -> BigInt,
        tax_minor -> BigInt,
        total_minor -> BigInt,
        tax_rounding -> Text,
        exchange_rate -> DecimalSql,
        issued_on -> Nullable<DateSql>,
        issued_by -> Nullable<Text>,
        due_on -> Nullable<DateSql>,
        payment_terms_days -> Integer,
        pay_token -> Nullable<Text>,
        frozen -> JsonSql,
        written_off_minor -> BigInt,
        waived_minor -> BigInt,
        official_status -> Text,
        official_number -> Nullable<Text>,
        sent_at -> Nullable<InstantSql>,
        revenue_at -> Text,
        deliver_on -> Nullable<DateSql>,
        delivered_on -> Nullable<DateSql>,
        reference -> Nullable<Text>,
        note -> Nullable<Text>,
        created_at -> InstantSql,
        version -> BigInt,
    }
    invoice_lines (organisation_id, invoice_id, line) {
        organisation_id -> IdSql,
        invoice_id -> IdSql,
        line -> Integer,
        kind -> Text,
        item_id -> Nullable<IdSql>,
        description -> Text,
        unit -> Text,
        quantity -> DecimalSql,
        unit_price -> DecimalSql,
        discount_percent -> Nullable<DecimalSql>,
        discount_minor -> BigInt,
        tax_code -> Nullable<Text>,
        tax_rate -> DecimalSql,
        tax_inclusive -> Bool,
        net_minor -> BigInt,
        tax_minor -> BigInt,
        gross_minor -> BigInt,
    }
    invoice_taxes (organisation_id, invoice_id, tax_code, rate) {
        organisation_id -> IdSql,
        invoice_id -> IdSql,
        tax_code -> Text,
        rate -> DecimalSql,
        base_minor -> BigInt,
        tax_minor -> BigInt,
    }
    invoice_instalments (organisation_id, invoice_id, instalment) {
        organisation_id -> IdSql,
        invoice_id -> IdSql,
        instalment -> Integer,
        due_on -> DateSql,
        amount_minor -> BigInt,
    }
    credit_notes (organisation_id, credit_note_id) {
        organisation_id -> IdSql,
        credit_note_id -> IdSql,
        number -> Text,
        invoice_id -> IdSql,
        customer_id -> IdSql,
        currency -> CurrencySql,
        net_minor -> BigInt,
        tax_minor -> BigInt,
        total_minor -> BigInt,
        kind -> Text,
        reason -> Text,
        issued_on -> DateSql,
        frozen -> JsonSql,
        issued_by -> Text,
        created_at -> InstantSql,
    }
    credit_note_lines (organisation_id, credit_note_id, line) {
        organisation_id -> IdSql,
        credit_note_id -> IdSql,
        line -> Integer,
        invoice_line -> Nullable<Integer>,
        description -> Text,
        quantity -> DecimalSql,
        tax_code -> Nullable<Text>,
        tax_rate -> DecimalSql,
        net_minor -> BigInt,
        tax_minor -> BigInt,
        gross_minor -> BigInt,
    }

    // ---- payments ----------------------------------------------------------------------------------------------
    payments (organisation_id, payment_id) {
        organisation_id -> IdSql,
        payment_id -> IdSql,
        customer_id -> IdSql,
        method -> Text,
        status -> Text,
        currency -> CurrencySql,
        amount_minor -> BigInt,
        refunded_minor -> BigInt,
        exchange_rate -> DecimalSql,
        received_on -> DateSql,
        reference -> Nullable<Text>,
        account -> Text,
        checkout_id -> Nullable<IdSql>,
        receipt_number -> Nullable<Text>,
        deposited_on -> Nullable<DateSql>,
        recorded_by -> Text,
        created_at -> InstantSql,
        version -> BigInt,
    }
    refunds (organisation_id, refund_id) {
        organisation_id -> IdSql,
        refund_id -> IdSql,
        payment_id -> Nullable<IdSql>,
        credit_note_id -> Nullable<IdSql>,
        customer_id -> IdSql,
        status -> Text,
        currency -> CurrencySql,
        amount_minor -> BigInt,
        account -> Text,
        refunded_on -> DateSql,
        reason -> Text,
        provider_id -> Nullable<Text>,
        recorded_by -> Text,
        created_at -> InstantSql,
        version -> BigInt,
    }
    checkouts (organisation_id, checkout_id) {
        organisation_id -> IdSql,
        checkout_id -> IdSql,
        customer_id -> IdSql,
        connection_id -> IdSql,
        method -> Text,
        status -> Text,
        currency -> CurrencySql,
        amount_minor -> BigInt,
        return_url -> Nullable<Text>,
        provider_id -> Nullable<Text>,
        url -> Nullable<Text>,
        qr -> Nullable<Text>,
        failure -> Nullable<Text>,
        payment_id -> Nullable<IdSql>,
        fee_minor -> Nullable<BigInt>,
        next_poll_at -> Nullable<InstantSql>,
        polls -> Integer,
        expires_at -> InstantSql,
        created_at -> InstantSql,
        version -> BigInt,
    }
    checkout_invoices (organisation_id, checkout_id, invoice_id) {
        organisation_id -> IdSql,
        checkout_id -> IdSql,
        invoice_id -> IdSql,
        amount_minor -> BigInt,
    }
    gateway_connections (organisation_id, connection_id) {
        organisation_id -> IdSql,
        connection_id -> IdSql,
        provider -> Text,
        name -> Text,
        settings -> JsonSql,
        secrets_sealed -> Binary,
        active -> Bool,
        created_at -> InstantSql,
        version -> BigInt,
    }
    gateway_calls (organisation_id, call_id) {
        organisation_id -> IdSql,
        call_id -> IdSql,
        checkout_id -> IdSql,
        operation -> Text,
        idempotency_key -> Text,
        request -> JsonSql,
        sent_at -> InstantSql,
        answered_at -> Nullable<InstantSql>,
        outcome -> Nullable<Text>,
        answer -> Nullable<JsonSql>,
    }
    gateway_events (organisation_id, connection_id, provider_event_id) {
        organisation_id -> IdSql,
        connection_id -> IdSql,
        provider_event_id -> Text,
        checkout_id -> Nullable<IdSql>,
        body -> Binary,
        effect -> Text,
        received_at -> InstantSql,
    }
}
