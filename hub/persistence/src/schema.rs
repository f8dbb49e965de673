//! The tables as queries see them, the same on both engines.
//!
//! `org_id` is not here. Its default fills it and the wall filters by it, so
//! that no query can name an organisation, rightly or wrongly; for the same
//! reason the keys of tenant tables show as `id` alone.

// ---- global ---------------------------------------------------------------

diesel::table! {
    organisations (id) {
        id -> Uuid,
        slug -> Text,
        slug_ci -> Text,
        name -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    settings (key) {
        key -> Text,
        value -> Text,
        value_type -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    operator_tokens (id) {
        id -> Uuid,
        name -> Text,
        token_prefix -> Text,
        token_hash -> Text,
        status -> Text,
        expires_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

// ---- tenant ---------------------------------------------------------------

diesel::table! {
    download_requests (id) {
        id -> Uuid,
        repo -> Text,
        filename -> Text,
        status -> Text,
        error -> Nullable<Text>,
        total_bytes -> Nullable<BigInt>,
        downloaded_bytes -> BigInt,
        started_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> Uuid,
        user_id -> Text,
        name -> Text,
        token_prefix -> Text,
        token_hash -> Text,
        scopes -> Text,
        status -> Text,
        expires_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    user_aliases (id) {
        id -> Uuid,
        user_id -> Text,
        alias -> Text,
        repo -> Text,
        filename -> Text,
        snapshot -> Text,
        request_params -> Jsonb,
        context_params -> Jsonb,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}
