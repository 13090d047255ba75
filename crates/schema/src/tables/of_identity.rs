//! Tables of `identity`.

tables! {
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
        second_factor_required -> Bool,
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
    pending_sign_ins (organisation_id, token_hash) {
        organisation_id -> IdSql,
        token_hash -> Binary,
        user_id -> IdSql,
        expires_at -> InstantSql,
    }
    second_factors (organisation_id, user_id) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        secret_sealed -> Binary,
        last_step -> BigInt,
        enrolled_at -> InstantSql,
    }
    recovery_codes (organisation_id, user_id, code_hash) {
        organisation_id -> IdSql,
        user_id -> IdSql,
        code_hash -> Binary,
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
}
