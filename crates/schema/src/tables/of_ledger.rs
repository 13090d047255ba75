//! Tables of `ledger`.

tables! {
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
}
