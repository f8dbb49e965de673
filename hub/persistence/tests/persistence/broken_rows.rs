//! A row that cannot be read is named, and never dropped.
//!
//! Rows are broken as another program would: by one that opens the SQLite file
//! with its checks switched off, and without PostgreSQL's.

use dualfuel_test::{Engine, TestDatabase, each_engine};
use hub_domain::{
    DbError, DbResult, DbServices as _, DownloadChange, DownloadStatus, Page, TokenChange,
    TokenStatus,
};
use hub_persistence::test_support::{TestDbService, migrations};

use crate::support::{
    alias_input, ann, ask_sql, first_page, make_alias, make_download, make_operator_token,
    make_setting, new_setting, new_token, prefix, run_sql,
};

/// A table, a column, and SQL for a value that the domain does not allow.
/// `None`: the engine's own type allows no such value.
type Breakage = (
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
);

const TEXT_TIME: Option<&str> = Some("'yesterday'");
/// PostgreSQL counts further than a `Timestamp` does.
const FAR_TIME: Option<&str> = Some("'12000-01-01T00:00:00Z'");

const fn both(table: &'static str, column: &'static str, value: &'static str) -> Breakage {
    (table, column, Some(value), Some(value))
}

const fn time(table: &'static str, column: &'static str) -> Breakage {
    (table, column, TEXT_TIME, FAR_TIME)
}

const BREAKAGES: &[Breakage] = &[
    ("download_requests", "id", Some("'x'"), None),
    both("download_requests", "repo", "'norepo'"),
    both("download_requests", "filename", "'../x'"),
    both("download_requests", "status", "'lost'"),
    both("download_requests", "error", "''"),
    both("download_requests", "total_bytes", "-1"),
    both("download_requests", "downloaded_bytes", "-1"),
    time("download_requests", "started_at"),
    time("download_requests", "created_at"),
    time("download_requests", "updated_at"),
    ("api_tokens", "id", Some("'x'"), None),
    both("api_tokens", "user_id", "''"),
    both("api_tokens", "name", "' x'"),
    both("api_tokens", "token_prefix", "'x'"),
    both("api_tokens", "token_hash", "'x'"),
    both("api_tokens", "scopes", "'fly'"),
    both("api_tokens", "status", "'lost'"),
    time("api_tokens", "expires_at"),
    time("api_tokens", "created_at"),
    time("api_tokens", "updated_at"),
    ("user_aliases", "id", Some("'x'"), None),
    // No method reads aliases across users, so none meets a broken user_id.
    both("user_aliases", "alias", "''"),
    both("user_aliases", "repo", "'norepo'"),
    both("user_aliases", "filename", "'../x'"),
    both("user_aliases", "snapshot", "''"),
    both("user_aliases", "request_params", "'[]'"),
    ("user_aliases", "request_params", Some("'{'"), None),
    both("user_aliases", "context_params", "'{}'"),
    time("user_aliases", "created_at"),
    time("user_aliases", "updated_at"),
    both("settings", "key", "'a b'"),
    both("settings", "value_type", "'list'"),
    // The text is one of no number.
    both("settings", "value_type", "'number'"),
    time("settings", "created_at"),
    time("settings", "updated_at"),
    ("operator_tokens", "id", Some("'x'"), None),
    both("operator_tokens", "name", "' x'"),
    both("operator_tokens", "token_prefix", "'x'"),
    both("operator_tokens", "token_hash", "'x'"),
    both("operator_tokens", "status", "'lost'"),
    time("operator_tokens", "expires_at"),
    time("operator_tokens", "created_at"),
    time("operator_tokens", "updated_at"),
    both(
        "organisations",
        "id",
        "'00000000-0000-0000-0000-000000000000'",
    ),
    both("organisations", "slug", "'a b'"),
    both("organisations", "name", "''"),
    time("organisations", "created_at"),
    time("organisations", "updated_at"),
];

/// Makes two rows in an empty table and gives the key of the second, as SQL.
async fn make_two(db: &TestDbService, table: &str) -> String {
    let service = db.service();
    match table {
        "download_requests" => {
            make_download(&*service, "sound.gguf").await;
            make_download(&*service, "broken.gguf").await.id.to_string()
        }
        "api_tokens" => {
            service.create_token(new_token(&ann(), 1)).await.unwrap();
            let broken = service.create_token(new_token(&ann(), 2)).await.unwrap();
            broken.id.to_string()
        }
        "user_aliases" => {
            make_alias(&*service, &ann(), "sound").await.unwrap();
            let broken = make_alias(&*service, &ann(), "broken").await.unwrap();
            broken.id.to_string()
        }
        "settings" => {
            make_setting(db, "sound").await;
            make_setting(db, "broken").await.key.to_string()
        }
        "operator_tokens" => {
            make_operator_token(db, 1).await;
            make_operator_token(db, 2).await.id.to_string()
        }
        "organisations" => {
            let ids = ["1", "2"].map(|end| format!("01941f29-7c00-7000-8000-00000000000{end}"));
            for (id, slug) in ids.iter().zip(["sound", "broken"]) {
                let sql = format!(
                    "INSERT INTO organisations (id, slug, name, created_at, updated_at) VALUES
                     ('{id}', '{slug}', 'A name', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z')"
                );
                run_sql(db, &sql).await;
            }
            ids[1].clone()
        }
        other => panic!("{other}"),
    }
}

fn total<T>(listed: DbResult<Page<T>>) -> DbResult<u64> {
    listed.map(|page| page.total)
}

/// Reads all rows of a table that a service shows.
async fn list(db: &TestDbService, table: &str) -> DbResult<u64> {
    let (service, global, all) = (db.service(), db.global(), first_page());
    match table {
        "download_requests" => total(service.list_download_requests(all).await),
        "api_tokens" => {
            // A list by user does not meet a broken user_id.
            service.find_token_by_prefix(&prefix(2)).await?;
            total(service.list_tokens(&ann(), all).await)
        }
        "user_aliases" => total(service.list_user_aliases(&ann(), all).await),
        "settings" => total(global.list_settings(all).await),
        "operator_tokens" => total(global.list_operator_tokens(all).await),
        "organisations" => total(global.list_organisations(all).await),
        other => panic!("{other}"),
    }
}

fn key_of(table: &str) -> &'static str {
    if table == "settings" { "key" } else { "id" }
}

async fn break_row(db: &TestDbService, table: &str, column: &str, value: &str, id: &str) {
    let key = key_of(table);
    let update = format!("UPDATE {table} SET {column} = {value} WHERE {key} = '{id}';");
    match db.database().engine() {
        // Dualfuel's own connections cannot switch checks off.
        Engine::Sqlite => {
            let file = db.database().url().strip_prefix("sqlite://").unwrap();
            let other_program = rusqlite::Connection::open(file).unwrap();
            let unchecked = format!("PRAGMA ignore_check_constraints = ON; {update}");
            other_program.execute_batch(&unchecked).unwrap();
        }
        Engine::Postgres => {
            let mut checks = String::new();
            for check in ask_sql(
                db,
                &format!(
                    "SELECT conname::text AS told FROM pg_constraint
                     WHERE conrelid = '{table}'::regclass AND contype = 'c'"
                ),
            )
            .await
            {
                checks.push_str(&format!("ALTER TABLE {table} DROP CONSTRAINT {check};"));
            }
            run_sql(db, &(checks + &update)).await;
        }
    }
}

#[each_engine(migrations = migrations(), sqlite_file)]
async fn a_row_that_cannot_be_read_is_named(db: TestDatabase) {
    let engine = db.engine();
    let db = TestDbService::on(db).await;
    for (table, column, sqlite, postgres) in BREAKAGES {
        let value = match engine {
            Engine::Sqlite => sqlite,
            Engine::Postgres => postgres,
        };
        let Some(value) = value else {
            continue;
        };
        run_sql(&db, &format!("DELETE FROM {table}")).await;
        let id = make_two(&db, table).await;
        assert_eq!(list(&db, table).await.unwrap(), 2, "{table}");

        break_row(&db, table, column, value, &id).await;

        // A broken key is all that there is to name the row by.
        let named = match (*table, *column) {
            ("organisations", "id") | ("settings", "key") => value.trim_matches('\'').to_owned(),
            (_, "id") => "(unreadable)".to_owned(),
            _ => id,
        };
        let found_in = if *value == "'number'" {
            "value"
        } else {
            column
        };
        match list(&db, table).await {
            Err(DbError::Undecodable {
                table: of,
                column: at,
                id,
            }) => {
                assert_eq!((of, &*at, id), (*table, found_in, named));
            }
            other => panic!("{table}.{column} = {value}: {other:?}"),
        }
    }
}

#[each_engine(migrations = migrations(), sqlite_file)]
async fn a_broken_row_keeps_no_other_from_being_read(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let sound = make_download(&*service, "sound.gguf").await;
    let broken = make_download(&*service, "broken.gguf").await;
    let id = broken.id.to_string();
    break_row(&db, "download_requests", "repo", "'norepo'", &id).await;

    let read = service.get_download_request(sound.id).await.unwrap();
    assert_eq!(read, Some(sound));
    let read = service.get_download_request(broken.id).await;
    assert!(matches!(read, Err(DbError::Undecodable { .. })));
}

/// A method that fails has changed nothing, also when its statement did its
/// work and what it returned could not be read.
#[each_engine(migrations = migrations(), sqlite_file)]
async fn a_change_that_cannot_be_returned_is_not_made(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let (service, global) = (db.service(), db.global());
    let download = make_download(&*service, "q4.gguf").await;
    let token = service.create_token(new_token(&ann(), 1)).await.unwrap();
    let alias = make_alias(&*service, &ann(), "fast").await.unwrap();
    let operator_token = make_operator_token(&db, 1).await;
    let setting = make_setting(&db, "some.key").await;
    let keys = [
        ("download_requests", download.id.to_string()),
        ("api_tokens", token.id.to_string()),
        ("user_aliases", alias.id.to_string()),
        ("operator_tokens", operator_token.id.to_string()),
        ("settings", setting.key.to_string()),
    ];
    for (table, id) in &keys {
        let value = match db.database().engine() {
            Engine::Sqlite => TEXT_TIME,
            Engine::Postgres => FAR_TIME,
        };
        break_row(&db, table, "created_at", value.unwrap(), id).await;
    }

    let finished = DownloadChange {
        status: Some(DownloadStatus::Completed),
        ..DownloadChange::default()
    };
    let revoked = TokenChange {
        status: Some(TokenStatus::Inactive),
        ..TokenChange::default()
    };
    let results = [
        service
            .update_download_request(download.id, finished)
            .await
            .map(drop),
        service
            .update_token(&ann(), token.id, revoked.clone())
            .await
            .map(drop),
        service
            .update_user_alias(&ann(), alias.id, alias_input("slow"))
            .await
            .map(drop),
        global
            .update_operator_token(operator_token.id, revoked)
            .await
            .map(drop),
        global
            .upsert_setting(new_setting("some.key", "other"))
            .await
            .map(drop),
    ];

    for result in results {
        assert!(
            matches!(&result, Err(DbError::Undecodable { column, .. }) if column == "created_at"),
            "{result:?}"
        );
    }
    let kept = ask_sql(
        &db,
        "SELECT status AS told FROM download_requests
         UNION ALL SELECT status FROM api_tokens
         UNION ALL SELECT alias FROM user_aliases
         UNION ALL SELECT status FROM operator_tokens
         UNION ALL SELECT value FROM settings",
    )
    .await;
    assert_eq!(kept, ["pending", "active", "fast", "active", "value"]);
}
