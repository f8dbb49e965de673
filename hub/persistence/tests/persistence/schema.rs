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
    let tables: Vec<_> = tables
        .iter()
        .map(|(table, columns)| format!("{table}: {}", columns.join(" ")))
        .collect();

    insta::allow_duplicates! {
        insta::assert_snapshot!(tables.join("\n"), @r"
        api_tokens: org_id! id! user_id! name! token_prefix! token_hash! scopes! status! expires_at created_at! updated_at!
        download_requests: org_id! id! repo! filename! status! error total_bytes downloaded_bytes! started_at created_at! updated_at!
        operator_tokens: id! name! token_prefix! token_hash! status! expires_at created_at! updated_at!
        organisations: id! slug! slug_ci! name! created_at! updated_at!
        settings: key! value! value_type! created_at! updated_at!
        user_aliases: org_id! id! user_id! alias! repo! filename! snapshot! request_params! context_params! created_at! updated_at!
        ");
    }
}
