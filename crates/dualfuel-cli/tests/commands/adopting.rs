//! `adopt`: going on with what another tool has migrated.

use crate::project::{NOTES, Project, TAGS};

#[tokio::test]
async fn a_database_of_sqlx_is_gone_on_with() {
    let project = Project::new(&[
        ("m/1_notes.sql", NOTES),
        ("m/2_tags.sql", TAGS),
        (
            "m/3_more.sql",
            "CREATE TABLE more (id INTEGER PRIMARY KEY);",
        ),
    ]);
    let ledger = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT \
                  NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN \
                  NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);
                  INSERT INTO _sqlx_migrations (version, description, success, checksum, \
                  execution_time) VALUES (1, 'notes', 1, x'00', 1), (2, 'tags', 1, x'00', 1);";
    project
        .sqlite("app.db", &format!("{NOTES}{TAGS}{ledger}"))
        .await;
    let adopt = "adopt --from sqlx @/m --url sqlite://@/app.db";

    assert_eq!(
        project.done(&format!("{adopt} --dry-run")).await,
        "the database is what its 2 migrations make: it can be adopted; 1 pending\n"
    );
    assert_eq!(
        project.done(adopt).await,
        "adopted: 2 migrations are applied, 2 of them written down now; 1 pending for `dualfuel \
         migrate`\n"
    );
    project
        .done("render --source @/m --from sqlite --out @/o")
        .await;
    let out = project
        .done("migrate --out @/o --url sqlite://@/app.db")
        .await;
    assert!(
        out.contains(
            "\n  00000000000002 tags    applied by another tool: noted\n  00000000000003 more    \
             applied in "
        ),
        "{out}"
    );
    assert_eq!(out.matches("applied in").count(), 1, "{out}");
}

#[tokio::test]
async fn a_database_that_is_not_what_its_migrations_make_is_not_adopted() {
    let project = Project::new(&[("m/V1__notes.sql", NOTES)]);
    let ledger = "CREATE TABLE refinery_schema_history (version INTEGER PRIMARY KEY, name TEXT, \
                  applied_on TEXT, checksum TEXT); INSERT INTO refinery_schema_history VALUES (1, \
                  'notes', '', '');";
    let drifted = NOTES.replace("NOT NULL", "");
    project
        .sqlite("app.db", &format!("{drifted}{ledger}"))
        .await;
    let out = project
        .not_done("adopt --from refinery @/m --url sqlite://@/app.db", 1)
        .await;
    assert!(out.contains("notes.body: null is"), "{out}");
    assert!(
        out.ends_with(
            "not adopted: the database is not what its 1 migrations make; nothing was written\n"
        ),
        "{out}"
    );
    let tree = project
        .done("diff sqlite://@/app.db sqlite://@/app.db")
        .await;
    assert_eq!(tree, "");
}
