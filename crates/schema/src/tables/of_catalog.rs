//! Tables of `catalog`.

tables! {
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
}
