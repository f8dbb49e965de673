//! The tables as queries see them, the same on both engines.
//!
//! Written by `dualfuel schema` from the migrations; do not edit.

diesel::table! {
    access_requests (id) {
        id -> Uuid,
        username -> Text,
        user_id -> Text,
        reviewer -> Nullable<Text>,
        status -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    api_model_aliases (id) {
        id -> Uuid,
        api_format -> Text,
        prefix -> Nullable<Text>,
        base_url -> Text,
        models -> Jsonb,
        secret_cipher -> Nullable<Binary>,
        secret_salt -> Nullable<Binary>,
        secret_nonce -> Nullable<Binary>,
        models_cache -> Nullable<Jsonb>,
        cache_fetched_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        forward_all_with_prefix -> Bool,
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
    app_access_requests (id) {
        id -> Uuid,
        app_client_id -> Text,
        app_name -> Nullable<Text>,
        app_description -> Nullable<Text>,
        flow_type -> Text,
        redirect_uri -> Nullable<Text>,
        status -> Text,
        requested -> Jsonb,
        approved -> Nullable<Jsonb>,
        user_id -> Nullable<Text>,
        requested_role -> Text,
        approved_role -> Nullable<Text>,
        access_request_scope -> Nullable<Text>,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        error_message -> Nullable<Text>,
    }
}

diesel::table! {
    app_instances (client_id) {
        client_id -> Text,
        only_one -> SmallInt,
        secret_cipher -> Binary,
        secret_salt -> Binary,
        secret_nonce -> Binary,
        status -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    app_toolset_configs (id) {
        id -> Uuid,
        toolset_type -> Text,
        enabled -> Bool,
        updated_by -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    download_requests (id) {
        id -> Uuid,
        repo -> Text,
        filename -> Text,
        status -> Text,
        error -> Nullable<Text>,
        total_bytes -> Nullable<BigInt>,
        downloaded_bytes -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    mcp_auth_headers (id) {
        id -> Uuid,
        name -> Text,
        mcp_server_id -> Uuid,
        header_key -> Text,
        secret_cipher -> Binary,
        secret_salt -> Binary,
        secret_nonce -> Binary,
        created_by -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        name_ci -> Text,
    }
}

diesel::table! {
    mcp_oauth_configs (id) {
        id -> Uuid,
        name -> Text,
        mcp_server_id -> Uuid,
        registration_type -> Text,
        client_id -> Text,
        client_secret_cipher -> Nullable<Binary>,
        client_secret_salt -> Nullable<Binary>,
        client_secret_nonce -> Nullable<Binary>,
        authorization_endpoint -> Text,
        token_endpoint -> Text,
        registration_endpoint -> Nullable<Text>,
        registration_token_cipher -> Nullable<Binary>,
        registration_token_salt -> Nullable<Binary>,
        registration_token_nonce -> Nullable<Binary>,
        client_id_issued_at -> Nullable<Timestamptz>,
        token_endpoint_auth_method -> Nullable<Text>,
        scopes -> Nullable<Text>,
        created_by -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        name_ci -> Text,
    }
}

diesel::table! {
    mcp_oauth_tokens (id) {
        id -> Uuid,
        mcp_oauth_config_id -> Uuid,
        access_token_cipher -> Binary,
        access_token_salt -> Binary,
        access_token_nonce -> Binary,
        refresh_token_cipher -> Nullable<Binary>,
        refresh_token_salt -> Nullable<Binary>,
        refresh_token_nonce -> Nullable<Binary>,
        scopes_granted -> Nullable<Text>,
        expires_at -> Nullable<Timestamptz>,
        created_by -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    mcp_servers (id) {
        id -> Uuid,
        url -> Text,
        name -> Text,
        description -> Nullable<Text>,
        enabled -> Bool,
        created_by -> Text,
        updated_by -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        url_ci -> Text,
    }
}

diesel::table! {
    mcps (id) {
        id -> Uuid,
        created_by -> Text,
        mcp_server_id -> Uuid,
        name -> Text,
        slug -> Text,
        description -> Nullable<Text>,
        enabled -> Bool,
        tools_cache -> Nullable<Jsonb>,
        tools_filter -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        auth_type -> Text,
        auth_header_id -> Nullable<Uuid>,
        auth_oauth_config_id -> Nullable<Uuid>,
        slug_ci -> Text,
    }
}

diesel::table! {
    model_metadata (id) {
        id -> Uuid,
        source -> Text,
        repo -> Nullable<Text>,
        filename -> Nullable<Text>,
        snapshot -> Nullable<Text>,
        api_model_id -> Nullable<Text>,
        vision -> Nullable<Bool>,
        audio -> Nullable<Bool>,
        thinking -> Nullable<Bool>,
        function_calling -> Nullable<Bool>,
        structured_output -> Nullable<Bool>,
        context_max_input_tokens -> Nullable<BigInt>,
        context_max_output_tokens -> Nullable<BigInt>,
        architecture -> Nullable<Jsonb>,
        additional -> Nullable<Jsonb>,
        chat_template -> Nullable<Text>,
        extracted_at -> Timestamptz,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        repo_key -> Text,
        filename_key -> Text,
        snapshot_key -> Text,
        api_model_id_key -> Text,
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

diesel::table! {
    organisations (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        slug_ci -> Text,
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
    toolsets (id) {
        id -> Uuid,
        user_id -> Text,
        toolset_type -> Text,
        slug -> Text,
        description -> Nullable<Text>,
        enabled -> Bool,
        secret_cipher -> Nullable<Binary>,
        secret_salt -> Nullable<Binary>,
        secret_nonce -> Nullable<Binary>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        slug_ci -> Text,
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

diesel::joinable!(mcp_auth_headers -> mcp_servers (mcp_server_id));
diesel::joinable!(mcp_oauth_configs -> mcp_servers (mcp_server_id));
diesel::joinable!(mcp_oauth_tokens -> mcp_oauth_configs (mcp_oauth_config_id));
diesel::joinable!(mcps -> mcp_servers (mcp_server_id));
diesel::joinable!(mcps -> mcp_auth_headers (auth_header_id));
diesel::joinable!(mcps -> mcp_oauth_configs (auth_oauth_config_id));

diesel::allow_tables_to_appear_in_same_query!(
    access_requests,
    api_model_aliases,
    api_tokens,
    app_access_requests,
    app_instances,
    app_toolset_configs,
    download_requests,
    mcp_auth_headers,
    mcp_oauth_configs,
    mcp_oauth_tokens,
    mcp_servers,
    mcps,
    model_metadata,
    operator_tokens,
    organisations,
    settings,
    toolsets,
    user_aliases,
);
