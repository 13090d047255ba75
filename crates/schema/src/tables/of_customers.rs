//! Tables of `customers`.

tables! {
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
}
