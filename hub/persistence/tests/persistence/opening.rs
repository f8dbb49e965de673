//! A database is opened, closed, told about, and protected in production.

use std::error::Error;

use dualfuel_test::{Engine, TestDatabase, each_engine};
use hub_domain::test_support::{FrozenClock, SeededIds};
use hub_domain::{Clock as _, DbError, DbServices as _};
use hub_persistence::test_support::{Event, TestDbService, migrations};
use hub_persistence::{HubDatabase, Mode, OpenError, OpenOptions};

use crate::support::{
    SECOND, ann, ask_sql, first_page, make_alias, make_download, make_setting, new_token, run_sql,
};

fn chain(error: &dyn Error) -> String {
    let sources = std::iter::successors(Some(error), |error: &&dyn Error| (*error).source());
    sources
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

async fn open(url: &str, clock: &FrozenClock) -> Result<HubDatabase, OpenError> {
    OpenOptions::new(url)
        .clock(clock.clone())
        .ids(SeededIds::new(1))
        .open()
        .await
}

#[tokio::test]
async fn a_new_file_gets_an_organisation_and_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("hub.db").display());
    let clock = FrozenClock::default();

    let first = open(&url, &clock).await.unwrap();
    let org = first.file_org().unwrap();
    let stored = first
        .services()
        .global()
        .get_organisation(org)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.slug.as_str(), "local");
    assert_eq!(stored.created_at, clock.now());
    let service = first.services().org(org);
    let alias = make_alias(&*service, &ann(), "fast").await.unwrap();
    first.close();
    drop((first, service));

    clock.advance(SECOND);
    let second = open(&url, &clock).await.unwrap();
    assert_eq!(second.file_org(), Some(org));
    let orgs = second
        .services()
        .global()
        .list_organisations(first_page())
        .await
        .unwrap();
    assert_eq!(orgs.items, [stored]);
    let read = second
        .services()
        .org(org)
        .get_user_alias(&ann(), alias.id)
        .await
        .unwrap();
    assert_eq!(read, Some(alias));
}

#[tokio::test]
async fn eight_openings_of_a_new_file_at_once_agree_on_its_organisation() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("hub.db").display());
    let openings: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { open(&url, &FrozenClock::default()).await })
        })
        .collect();

    let mut orgs = Vec::new();
    for opening in openings {
        let hub = opening.await.unwrap().unwrap();
        let listed = hub
            .services()
            .global()
            .list_organisations(first_page())
            .await
            .unwrap();
        assert_eq!(listed.total, 1);
        orgs.push((hub.file_org().unwrap(), listed.items[0].id));
    }
    orgs.dedup();
    assert_eq!(orgs.len(), 1);
    assert_eq!(orgs[0].0, orgs[0].1);
}

#[tokio::test]
async fn what_cannot_be_opened_says_why_and_shows_no_password() {
    let check = async |url: &str, expected: &str| {
        let error = open(url, &FrozenClock::default()).await.unwrap_err();
        let told = chain(&error);
        assert!(told.contains(expected), "{url}: {told}");
        assert!(!told.contains("s3cret"), "{told}");
    };
    check("mysql://u:s3cret@h/d", "supported are").await;
    check("", "supported are").await;
    check("sqlite:///no/such/folder/hub.db", "/no/such/folder").await;
    check("postgres://u:s3cret@127.0.0.1:1/d", "127.0.0.1").await;
}

#[each_engine(migrations = migrations(), sqlite_file)]
async fn a_database_is_opened_by_its_url(db: TestDatabase) {
    let clock = FrozenClock::default();
    let hub = open(db.url(), &clock).await.unwrap();
    assert_eq!(hub.file_org().is_some(), db.engine() == Engine::Sqlite);

    let status = hub.status().await.unwrap();
    assert_eq!(status.engine, db.engine().to_string());
    assert!(
        status
            .server_version
            .starts_with(|first: char| first.is_ascii_digit())
    );
    let latest = migrations().latest().unwrap().to_string();
    assert_eq!(status.schema_version, Some(latest));
    assert_eq!(status.pool, hub.pool());
    assert!(status.pool.open >= 1 && status.pool.open <= status.pool.max);
}

/// PostgreSQL's other role may not migrate, and the one that may is not used to serve.
#[each_engine(migrations = migrations(), sqlite_file)]
async fn both_urls_name_one_kind_of_database(db: TestDatabase) {
    let other = match db.engine() {
        Engine::Sqlite => "postgres://u:s3cret@127.0.0.1:1/d",
        Engine::Postgres => "sqlite::memory:",
    };
    let opened = OpenOptions::new(db.url()).owner_url(other).open().await;
    let told = chain(&opened.unwrap_err());
    assert!(told.contains("both must name the same"), "{told}");
}

#[each_engine(migrations = migrations())]
async fn a_closed_database_is_not_available(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let (service, global) = (db.service(), db.global());

    db.hub().close();

    let results = [
        service.list_download_requests(first_page()).await.map(drop),
        service.create_token(new_token(&ann(), 1)).await.map(drop),
        service.migrate().await,
        global.get_organisation(db.org_id()).await.map(drop),
        db.hub().status().await.map(drop),
    ];
    for result in results {
        assert!(
            matches!(result, Err(DbError::Unavailable { .. })),
            "{result:?}"
        );
    }
}

#[each_engine(migrations = migrations())]
async fn production_refuses_to_delete_everything(db: TestDatabase) {
    let db = TestDbService::in_mode(db, Mode::Production).await;
    let service = db.service();
    make_download(&*service, "q4.gguf").await;

    let reset = service.reset_all().await;

    assert!(matches!(
        reset,
        Err(DbError::Refused {
            operation: "reset_all",
            ..
        })
    ));
    let kept = service.list_download_requests(first_page()).await.unwrap();
    assert_eq!(kept.total, 1);
}

#[each_engine(migrations = migrations())]
async fn a_reset_deletes_the_organisations_rows_and_no_others(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    make_download(&*service, "q4.gguf").await;
    service.create_token(new_token(&ann(), 1)).await.unwrap();
    make_alias(&*service, &ann(), "fast").await.unwrap();
    make_setting(&db, "some.key").await;

    service.reset_all().await.unwrap();

    let left = ask_sql(
        &db,
        "SELECT repo AS told FROM download_requests
         UNION ALL SELECT name FROM api_tokens
         UNION ALL SELECT alias FROM user_aliases
         UNION ALL SELECT key FROM settings
         UNION ALL SELECT slug FROM organisations",
    )
    .await;
    assert_eq!(left, ["some.key", "local"]);
    service.reset_all().await.unwrap();
}

#[each_engine(migrations = migrations())]
async fn migrating_and_seeding_again_change_nothing(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    service.migrate().await.unwrap();
    service.seed().await.unwrap();
    service.seed().await.unwrap();
    let orgs = db.global().list_organisations(first_page()).await.unwrap();
    assert_eq!(orgs.total, 1);

    // As `diesel migration revert` would.
    let latest = migrations().latest().unwrap();
    let forget = format!("DELETE FROM __diesel_schema_migrations WHERE version = '{latest}'");
    run_sql(&db, &forget).await;
    let refused = service.migrate().await;
    assert!(
        matches!(
            refused,
            Err(DbError::Refused {
                operation: "migrate",
                ..
            })
        ),
        "{refused:?}"
    );
}

#[each_engine(migrations = migrations())]
async fn each_call_is_told_and_time_is_the_clocks(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let mut events = db.subscribe();
    let service = db.service();

    let token = service.create_token(new_token(&ann(), 1)).await.unwrap();
    service
        .create_token(new_token(&ann(), 1))
        .await
        .unwrap_err();
    let key = "some.key".parse().unwrap();
    db.services().global().delete_setting(&key).await.unwrap();

    let mut told = Vec::new();
    while let Ok(Event { method, succeeded }) = events.try_recv() {
        told.push((method, succeeded));
    }
    assert_eq!(
        told,
        [
            ("create_token", true),
            ("create_token", false),
            ("delete_setting", true)
        ]
    );
    // The first id of seed 0 at the frozen time, in every run.
    assert_eq!(token.id.to_string(), "01941f29-7c00-7000-88ff-f7719dd5979e");
    db.clock().advance(SECOND);
    assert_eq!(service.now(), db.clock().now());
}
