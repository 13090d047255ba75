//! Tables of `reconciliation`.

tables! {
    bank_accounts (organisation_id, account, currency, number) {
        organisation_id -> IdSql,
        account -> Text,
        currency -> CurrencySql,
        number -> Text,
        column_map -> Nullable<JsonSql>,
        created_at -> InstantSql,
    }
    statements (organisation_id, statement_id) {
        organisation_id -> IdSql,
        statement_id -> IdSql,
        account -> Text,
        currency -> CurrencySql,
        bank_number -> Text,
        number -> Nullable<Text>,
        status -> Text,
        format -> Text,
        file_name -> Text,
        file_sha256 -> Text,
        from_on -> Nullable<DateSql>,
        until_on -> Nullable<DateSql>,
        opening_minor -> Nullable<BigInt>,
        closing_minor -> Nullable<BigInt>,
        line_count -> BigInt,
        known_count -> BigInt,
        warnings -> JsonSql,
        report -> Nullable<JsonSql>,
        imported_by -> Text,
        created_at -> InstantSql,
        closed_by -> Nullable<Text>,
        closed_at -> Nullable<InstantSql>,
        version -> BigInt,
    }
    statement_lines (organisation_id, line_id) {
        organisation_id -> IdSql,
        line_id -> IdSql,
        statement_id -> IdSql,
        place -> BigInt,
        booked_on -> DateSql,
        value_on -> Nullable<DateSql>,
        amount_minor -> BigInt,
        fingerprint -> BigInt,
        payer -> Nullable<Text>,
        payer_key -> Nullable<BigInt>,
        reference -> Nullable<Text>,
        text -> Text,
        code -> Nullable<Text>,
        state -> Text,
        tier -> Nullable<Text>,
        score -> Nullable<Integer>,
        proposal -> Nullable<Binary>,
    }
    statement_pages (organisation_id, statement_id, line_id) {
        organisation_id -> IdSql,
        statement_id -> IdSql,
        line_id -> IdSql,
        rows_sealed -> Binary,
    }
    statement_settings (organisation_id) {
        organisation_id -> IdSql,
        post_from -> Integer,
        written_by -> Text,
        written_at -> InstantSql,
        version -> BigInt,
    }
    statement_notes (organisation_id, note_id) {
        organisation_id -> IdSql,
        note_id -> IdSql,
        line_id -> IdSql,
        text -> Text,
        asked_id -> Nullable<IdSql>,
        noted_by -> Text,
        noted_at -> InstantSql,
    }
    matches (organisation_id, match_id) {
        organisation_id -> IdSql,
        match_id -> IdSql,
        tier -> Text,
        score -> Nullable<Integer>,
        reasons -> JsonSql,
        settled -> JsonSql,
        rule_id -> Nullable<IdSql>,
        customer_id -> Nullable<IdSql>,
        decided_by -> Text,
        created_at -> InstantSql,
        undone_by -> Nullable<Text>,
        undone_at -> Nullable<InstantSql>,
    }
    match_lines (organisation_id, match_id, line_id) {
        organisation_id -> IdSql,
        match_id -> IdSql,
        line_id -> IdSql,
        amount_minor -> BigInt,
        undone_at -> Nullable<InstantSql>,
    }
    match_entries (organisation_id, match_id, entry_id) {
        organisation_id -> IdSql,
        match_id -> IdSql,
        entry_id -> IdSql,
        account -> Text,
        amount_minor -> BigInt,
        made -> Bool,
        undone_at -> Nullable<InstantSql>,
    }
    match_rules (organisation_id, rule_id, version) {
        organisation_id -> IdSql,
        rule_id -> IdSql,
        version -> BigInt,
        name -> Text,
        position -> Integer,
        conditions -> JsonSql,
        action -> JsonSql,
        active -> Bool,
        written_by -> Text,
        created_at -> InstantSql,
        replaced_at -> Nullable<InstantSql>,
        replay -> Nullable<JsonSql>,
    }
    payer_aliases (organisation_id, kind, alias_key, customer_id) {
        organisation_id -> IdSql,
        kind -> Text,
        alias_key -> BigInt,
        customer_id -> IdSql,
        alias -> Nullable<Text>,
        times -> Integer,
        last_at -> InstantSql,
    }
}
