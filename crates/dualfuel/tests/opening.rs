//! Opening a database: each wrong URL, file and server ends in a sentence that says
//! what to do, and many servers that start at once end well.

#![allow(clippy::unwrap_used, reason = "a test that panics has done its job")]

mod shop;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use dualfuel::prelude::*;
use dualfuel::{Database, Engine, Migrations, OrgId, PoolOptions};
use dualfuel_test::{TestDatabase, each_engine};
use shop::{migrations, people};

/// The error's sentences, outermost first.
async fn refusal(url: &str) -> String {
    let mut pool = PoolOptions::default();
    pool.connect.connect_timeout = Duration::from_secs(30);
    let error = Database::options()
        .pool(pool)
        .open(url, &migrations())
        .await
        .unwrap_err();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    assert!(!text.contains("s3cret"), "{text}");
    text
}

#[track_caller]
fn says(text: &str, expected: &str) {
    assert!(text.contains(expected), "{text}");
}

fn url_of(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

#[tokio::test]
async fn a_url_of_another_kind_names_what_is_supported() {
    for url in ["", "mysql://app:s3cret@db/app", "app.db", "sqlite:"] {
        let text = refusal(url).await;
        says(
            &text,
            "supported are sqlite::memory:, sqlite://path/to/file.db and postgres://",
        );
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_one_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing").join("app.db");
    says(&refusal(&url_of(&missing)).await, "missing does not exist");
    assert!(!folder.path().join("missing").exists(), "nothing was made");

    says(
        &refusal(&url_of(folder.path())).await,
        "is a folder; name the database file in it",
    );

    let text = folder.path().join("notes.txt");
    let content = "Dear diary, this is no database. ".repeat(100);
    std::fs::write(&text, &content).unwrap();
    says(&refusal(&url_of(&text)).await, "is not a SQLite database");
    assert_eq!(
        std::fs::read_to_string(&text).unwrap(),
        content,
        "it was left alone"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_read_only_file_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    Database::open(&url_of(&file), &Migrations::none())
        .await
        .unwrap()
        .close();
    let permit = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    permit(&file, 0o444);
    permit(folder.path(), 0o555);
    // Root may write anything; without this capability it is as any other user.
    let none = rustix::thread::CapabilitySet::empty();
    rustix::thread::set_capabilities(
        None,
        rustix::thread::CapabilitySets {
            effective: none,
            permitted: none,
            inheritable: none,
        },
    )
    .unwrap();
    let text = refusal(&url_of(&file)).await;
    permit(folder.path(), 0o755);
    says(&text, "cannot be written: check its permissions");
}

/// The server that the tests run on, by TCP and with its password.
fn server() -> Option<String> {
    match std::env::var("DUALFUEL_TEST_POSTGRES_URL") {
        Ok(url) => Some(url),
        Err(_) if std::env::var_os("DUALFUEL_TEST_SKIP_POSTGRES").is_some() => None,
        Err(_) => panic!("no PostgreSQL server: run `cargo xtask test`"),
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_from_one_that_refuses() {
    let Some(server) = server() else { return };
    let text = refusal("postgres://app:s3cret@127.0.0.1:1/app").await;
    says(&text, "no PostgreSQL server answers at 127.0.0.1:1");
    let text = refusal("postgres://app:s3cret@no-such-host.invalid/app").await;
    says(
        &text,
        "the host name in no-such-host.invalid:5432 cannot be resolved",
    );
    let text = refusal("postgres://app:s3cret@/app?host=/no/such/folder").await;
    says(
        &text,
        "no PostgreSQL server answers at /no/such/folder/.s.PGSQL.5432",
    );

    let (login, place) = server.rsplit_once('@').unwrap();
    let (user, _) = login.rsplit_once(':').unwrap();
    let text = refusal(&format!("{user}:s3cret@{place}")).await;
    says(
        &text,
        "refused the login of user \"postgres\": check user name and password",
    );
    let (place, _) = place.split_once('/').unwrap();
    let text = refusal(&format!("{login}@{place}/no_such_database")).await;
    says(&text, "has no database \"no_such_database\"");
    let text = refusal(&server).await;
    says(
        &text,
        "is a superuser or may become one, so row level security would not bind it",
    );
}

#[tokio::test]
async fn both_urls_name_the_same_engine() {
    let error = Database::options()
        .owner_url("postgres://owner:s3cret@db/app")
        .open("sqlite::memory:", &migrations())
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "the database URL names SQLite and the owner's URL PostgreSQL: both must name the same \
         database"
    );
}

#[tokio::test]
async fn connections_are_encrypted_and_checked_as_the_url_asks() {
    let Some(server) = server() else { return };
    let Ok(authority) = std::env::var("DUALFUEL_TEST_POSTGRES_CA") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "the test server has no certificate"
        );
        println!("SKIPPED: the test server has no certificate");
        return;
    };
    let encrypted = async |parameters: &str| {
        let url = format!("{server}?{parameters}").parse().unwrap();
        let mut connection =
            dualfuel::Connection::open(&url, &dualfuel::ConnectOptions::default()).await?;
        #[derive(QueryableByName)]
        struct Answer {
            #[diesel(sql_type = diesel::sql_types::Bool)]
            ssl: bool,
        }
        let answer: Answer =
            diesel::sql_query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                .get_result(&mut connection)
                .await
                .unwrap();
        Ok::<_, dualfuel::ConnectError>(answer.ssl)
    };
    assert!(!encrypted("sslmode=disable").await.unwrap());
    assert!(encrypted("sslmode=prefer").await.unwrap());
    assert!(encrypted("sslmode=require").await.unwrap());
    assert!(
        encrypted(&format!("sslmode=verify-full&sslrootcert={authority}"))
            .await
            .unwrap()
    );
    // A certificate of an authority that nobody trusts.
    let refused = encrypted("sslmode=verify-full")
        .await
        .unwrap_err()
        .to_string();
    says(&refused, "no encrypted connection");
}

#[each_engine(sqlite_file, threads = 4)]
async fn eight_servers_start_at_once(db: TestDatabase) {
    // The test's own opening made Dualfuel's tables; an empty database has none.
    if db.engine() == Engine::Postgres {
        db.global()
            .write(async |tx| tx.batch_execute("DROP TABLE dualfuel_audit").await)
            .await
            .unwrap();
    }
    let url = match db.engine() {
        Engine::Sqlite => db.url().replace("test.db", "empty.db"),
        Engine::Postgres => db.url().to_owned(),
    };
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { Database::open(&url, &migrations()).await })
        })
        .collect();
    let mut orgs: Vec<Option<OrgId>> = Vec::new();
    for start in starts {
        let server = start.await.unwrap().unwrap();
        let count: i64 = people::table
            .count()
            .get_result(&mut server.global().reader())
            .await
            .unwrap();
        assert_eq!(count, 0);
        let status = server.status().await.unwrap();
        assert_eq!(status.schema.current.as_ref(), migrations().latest());
        orgs.push(server.file_org());
    }
    assert!(
        orgs.windows(2).all(|pair| pair[0] == pair[1]),
        "all agree whose file it is"
    );
}

#[each_engine(sqlite_file)]
async fn a_table_with_org_id_and_no_policy_is_refused(db: TestDatabase) {
    if db.engine() == Engine::Sqlite {
        return; // The file is the wall.
    }
    let run = async |sql: &str| {
        let scope = db.global();
        scope
            .write(async |tx| tx.batch_execute(sql).await)
            .await
            .unwrap();
    };
    let open = async || match Database::open(db.url(), &Migrations::none()).await {
        Ok(_) => "opened".to_owned(),
        Err(error) => error.source().unwrap().to_string(),
    };
    run("CREATE TABLE forgotten (org_id uuid, id uuid)").await;
    says(
        &open().await,
        "row level security is not enabled and it is not forced on the owner",
    );
    run("ALTER TABLE forgotten ENABLE ROW LEVEL SECURITY").await;
    says(
        &open().await,
        "has the column org_id and it is not forced on the owner",
    );
    run("ALTER TABLE forgotten FORCE ROW LEVEL SECURITY").await;
    says(
        &open().await,
        "has the column org_id and there is no policy",
    );
    run("CREATE POLICY org ON forgotten USING (false)").await;
    assert_eq!(open().await, "opened");
}

#[each_engine(migrations = migrations(), sqlite_file)]
async fn a_second_start_changes_nothing(db: TestDatabase) {
    let before = db.status().await.unwrap();
    let again = Database::open(db.url(), &migrations()).await.unwrap();
    let after = again.status().await.unwrap();
    assert_eq!(before.schema, after.schema);
    assert!(!before.server_version.is_empty());
    assert!(after.pool.open >= 1 && after.pool.open <= after.pool.max);
}
