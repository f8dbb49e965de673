//! Both engines have the same tables.
//!
//! Types differ by engine; that each column is read as what it is shows in every
//! other test.

use std::collections::BTreeMap;

use dualfuel_test::{Engine, TestDatabase, each_engine};
use hub_persistence::test_support::{TestDbService, migrations};

use crate::support::ask_sql;

/// `table column`, with `!` where NULL is refused.
const SQLITE: &str = "
    SELECT t.name || ' ' || c.name || iif(c.\"notnull\", '!', '') AS told
    FROM sqlite_schema t, pragma_table_xinfo(t.name) c
    WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*'
      AND t.name NOT GLOB 'dualfuel_*' AND t.name NOT GLOB '__*'
    ORDER BY t.name, c.cid";
const POSTGRES: &str = "
    SELECT table_name || ' ' || column_name
           || CASE is_nullable WHEN 'NO' THEN '!' ELSE '' END AS told
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name !~ '^(dualfuel_|__)'
    ORDER BY table_name, ordinal_position";

#[each_engine(migrations = migrations())]
async fn the_engines_have_the_same_columns(db: TestDatabase) {
    let sql = match db.engine() {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
    };
    let db = TestDbService::on(db).await;
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for told in ask_sql(&db, sql).await {
        let (table, column) = told.split_once(' ').unwrap();
        tables
            .entry(table.to_owned())
            .or_default()
            .push(column.to_owned());
    }
    // Where SQLite rebuilds a table, PostgreSQL adds a column at its end.
    tables.values_mut().for_each(|columns| columns.sort());
    let tables: Vec<_> = tables
        .iter()
        .map(|(table, columns)| format!("{table}: {}", columns.join(" ")))
        .collect();

    insta::allow_duplicates! {
        insta::assert_snapshot!(tables.join("\n"), @r"
        access_requests: created_at! id! org_id! reviewer status! updated_at! user_id! username!
        api_model_aliases: api_format! base_url! cache_fetched_at created_at! forward_all_with_prefix! id! models! models_cache org_id! prefix secret_cipher secret_nonce secret_salt updated_at!
        api_tokens: created_at! expires_at id! name! org_id! scopes! status! token_hash! token_prefix! updated_at! user_id!
        app_access_requests: access_request_scope app_client_id! app_description app_name approved approved_role created_at! error_message expires_at! flow_type! id! org_id! redirect_uri requested! requested_role! status! updated_at! user_id
        app_instances: client_id! created_at! only_one! org_id! secret_cipher! secret_nonce! secret_salt! status! updated_at!
        app_toolset_configs: created_at! enabled! id! org_id! toolset_type! updated_at! updated_by!
        download_requests: created_at! downloaded_bytes! error filename! id! org_id! repo! started_at status! total_bytes updated_at!
        mcp_auth_headers: created_at! created_by! header_key! id! mcp_server_id! name! name_ci! org_id! secret_cipher! secret_nonce! secret_salt! updated_at!
        mcp_oauth_configs: authorization_endpoint! client_id! client_id_issued_at client_secret_cipher client_secret_nonce client_secret_salt created_at! created_by! id! mcp_server_id! name! name_ci! org_id! registration_endpoint registration_token_cipher registration_token_nonce registration_token_salt registration_type! scopes token_endpoint! token_endpoint_auth_method updated_at!
        mcp_oauth_tokens: access_token_cipher! access_token_nonce! access_token_salt! created_at! created_by! expires_at id! mcp_oauth_config_id! org_id! refresh_token_cipher refresh_token_nonce refresh_token_salt scopes_granted updated_at!
        mcp_servers: created_at! created_by! description enabled! id! name! org_id! updated_at! updated_by! url! url_ci!
        mcps: auth_header_id auth_oauth_config_id auth_type! created_at! created_by! description enabled! id! mcp_server_id! name! org_id! slug! slug_ci! tools_cache tools_filter updated_at!
        model_metadata: additional api_model_id api_model_id_key! architecture audio chat_template context_max_input_tokens context_max_output_tokens created_at! extracted_at! filename filename_key! function_calling id! org_id! repo repo_key! snapshot snapshot_key! source! structured_output thinking updated_at! vision
        operator_tokens: created_at! expires_at id! name! status! token_hash! token_prefix! updated_at!
        organisations: created_at! id! name! slug! slug_ci! updated_at!
        settings: created_at! key! updated_at! value! value_type!
        toolsets: created_at! description enabled! id! org_id! secret_cipher secret_nonce secret_salt slug! slug_ci! toolset_type! updated_at! user_id!
        user_aliases: alias! context_params! created_at! filename! id! org_id! repo! request_params! snapshot! updated_at! user_id!
        ");
    }
}
