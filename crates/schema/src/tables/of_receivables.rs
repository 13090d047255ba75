//! Tables of `receivables`.

tables! {
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
        paid_minor -> Nullable<BigInt>,
        debit_functional_minor -> BigInt,
        credit_functional_minor -> BigInt,
        date -> DateSql,
        reverses -> Nullable<IdSql>,
        in_place_of -> Nullable<IdSql>,
        created_at -> InstantSql,
    }
    day_sums (organisation_id, kind, day, change_id) {
        organisation_id -> IdSql,
        kind -> Text,
        day -> DateSql,
        change_id -> IdSql,
        functional_minor -> BigInt,
        documents -> BigInt,
    }
}
