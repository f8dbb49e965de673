//! A database and its migrations: `plan`, `migrate`, `revert`, `status`,
//! `inspect`, `diff`.

use crate::project::{NOTES, TAGS, notes};

#[tokio::test]
async fn a_database_goes_there_and_back() {
    let project = notes();
    project.write("m/0002_tags/up.sql", TAGS);
    project.done("render").await;
    let url = "--url sqlite://@/app.db";
    // What is not there yet would be made, and is not made by looking.
    let out = project.done(&format!("plan {url}")).await;
    assert!(
        out.ends_with("  0002 tags    pending\nSchema version 0002 after `dualfuel migrate`\n"),
        "{out}"
    );
    assert!(!project.path().join("app.db").exists());
    assert_eq!(
        project.not_done(&format!("status {url}"), 2).await,
        "error: there is no database at sqlite://app.db: `dualfuel migrate` makes it"
    );

    let out = project.done(&format!("migrate {url}")).await;
    assert!(
        out.contains(" at sqlite://app.db, no schema version yet\n"),
        "{out}"
    );
    assert!(out.contains("\n  0001 notes   applied in "), "{out}");
    assert!(out.ends_with("\nSchema version 0002\n"), "{out}");
    let again = project.done(&format!("migrate {url}")).await;
    assert!(
        again.ends_with("schema version 0002\nNothing to do\n"),
        "{again}"
    );

    let out = project.done(&format!("revert {url}")).await;
    assert!(out.contains("\n  0002 tags   reverted in "), "{out}");
    let out = project.done(&format!("plan {url}")).await;
    assert!(
        out.ends_with("  0002 tags   pending\nSchema version 0002 after `dualfuel migrate`\n"),
        "{out}"
    );
    let json = project.done(&format!("status {url} --json")).await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["current"], "0001");
    assert_eq!(json["versions"][1]["state"], "pending");
}

#[tokio::test]
async fn a_database_is_shown_as_a_tree() {
    let project = notes();
    project.sqlite("app.db", &format!("{NOTES}{TAGS}")).await;
    assert_eq!(
        project.done("inspect --url sqlite://@/app.db").await,
        "notes\n\
         ├─ id    BIGINT not null identity\n\
         ├─ body  TEXT not null\n\
         └─ primary key (id)\n\
         tags\n\
         ├─ note_id  BIGINT not null\n\
         ├─ tag      TEXT not null\n\
         ├─ primary key (note_id, tag)\n\
         └─ foreign key (note_id) to notes (id)\n"
    );
}

#[tokio::test]
async fn differences_are_a_line_each() {
    let project = notes();
    project.sqlite("same.db", NOTES).await;
    assert_eq!(project.done("diff @/m sqlite://@/same.db").await, "");
    project
        .sqlite("other.db", &NOTES.replace("NOT NULL", "DEFAULT 'x'"))
        .await;
    let out = project
        .not_done("diff sqlite://@/same.db sqlite://@/other.db", 1)
        .await;
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(out.contains("notes.body: null is"), "{out}");
    assert!(out.contains("notes.body: default"), "{out}");
}
