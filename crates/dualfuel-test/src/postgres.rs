//! PostgreSQL databases for tests: a template for each set of migrations, a
//! clone of it for each test, and no left-overs.

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::sql_types::{Bool, Integer, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use dualfuel::{ConnectOptions, Connection, Database, DatabaseUrl, Engine, Migrations};

/// The plain role that owns all test databases.
const ROLE: &str = "dualfuel_test";
const PASSWORD: &str = "dualfuel_test";
/// The first half of the advisory locks' keys: "DFTE" in ASCII.
const LOCKS: i32 = 0x4446_5445;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Whether PostgreSQL tests are to be skipped: never in CI.
pub(crate) fn is_skipped() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    is_set("DUALFUEL_TEST_SKIP_POSTGRES") && !is_set("CI")
}

/// Always the database `postgres`: advisory locks hold within one database, and all
/// processes have to see each other's.
fn server_url() -> Result<String> {
    in_database(&configured_url()?, "postgres", None)
}

fn configured_url() -> Result<String> {
    // A Unix socket spares the password's thousands of hash rounds.
    [
        "DUALFUEL_TEST_POSTGRES_SOCKET_URL",
        "DUALFUEL_TEST_POSTGRES_URL",
    ]
    .into_iter()
    .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    .ok_or_else(|| {
        "there is no PostgreSQL server to test on. In Dualfuel's own repository run \
             `cargo xtask test`; elsewhere set DUALFUEL_TEST_POSTGRES_URL to a server's superuser, or DUALFUEL_TEST_SKIP_POSTGRES=1 to go without"
            .into()
    })
}

/// One test's database. Dropped with it.
pub(crate) struct ClonedDatabase {
    name: String,
    url: String,
    server: String,
    /// Holds the advisory lock that says the database is in use. Behind a mutex
    /// only to be `Sync`, so that tests can borrow their database across tasks.
    guard: Mutex<Option<Connection>>,
}

#[derive(diesel::QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

#[derive(diesel::QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

impl ClonedDatabase {
    pub(crate) async fn make(migrations: &Migrations) -> Result<Self> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let server = server_url()?;
        let mut admin = connect(&server).await?;
        sweep(&mut admin).await?;
        let template = template(&mut admin, &server, migrations).await?;
        let name = format!(
            "dualfuel_test_{}_{}_{}",
            std::process::id(),
            started_at(),
            MADE.fetch_add(1, Ordering::Relaxed)
        );
        // The lock comes first: a database without one is taken for a left-over.
        if !try_lock(&mut admin, &name).await? {
            return Err(format!("the name {name} is in use").into());
        }
        admin
            .batch_execute(&format!(
                "CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template} STRATEGY FILE_COPY"
            ))
            .await?;
        let url = login_url(&server, &name)?;
        Ok(ClonedDatabase {
            name,
            url,
            server,
            guard: Mutex::new(Some(admin)),
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for ClonedDatabase {
    /// On a thread of its own: the test's runtime is busy with dropping us.
    fn drop(&mut self) {
        if let Ok(guard) = self.guard.get_mut() {
            drop(guard.take());
        }
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
            else {
                return;
            };
            runtime.block_on(async {
                // What fails here is swept up by the next test that starts.
                if let Ok(mut admin) = connect(&server).await {
                    let _ = drop_database(&mut admin, &name).await;
                }
            });
        });
        let _ = dropping.join();
    }
}

/// Tells runs apart that got the same process id.
#[expect(
    clippy::disallowed_methods,
    reason = "it has to differ from run to run"
)]
fn started_at() -> u128 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_micros())
}

async fn connect(server: &str) -> Result<Connection> {
    let url: DatabaseUrl = server.parse()?;
    let options = ConnectOptions {
        application_name: "dualfuel-test".to_owned(),
        // Waiting for another process that builds a template is no error.
        statement_timeout: None,
        lock_timeout: std::time::Duration::from_secs(300),
        idle_in_transaction_timeout: None,
        ..ConnectOptions::default()
    };
    Ok(Connection::open(&url, &options).await?)
}

/// The URL of database `name` for the plain role.
fn login_url(server: &str, name: &str) -> Result<String> {
    in_database(server, name, Some((ROLE, PASSWORD)))
}

/// The same server's URL for another database, and for another login if one is given.
fn in_database(server: &str, name: &str, login: Option<(&str, &str)>) -> Result<String> {
    let (scheme, rest) = server
        .split_once("://")
        .ok_or("the server's URL has no ://")?;
    let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = address.split('/').next().unwrap_or_default();
    let authority = match (login, authority.rsplit_once('@')) {
        (Some((user, password)), Some((_, host))) => format!("{user}:{password}@{host}"),
        (Some((user, password)), None) => format!("{user}:{password}@{authority}"),
        (None, _) => authority.to_owned(),
    };
    let mark = if parameters.is_empty() { "" } else { "?" };
    Ok(format!("{scheme}://{authority}/{name}{mark}{parameters}"))
}

async fn try_lock(admin: &mut Connection, name: &str) -> Result<bool> {
    let answer: Answer = diesel::sql_query("SELECT pg_try_advisory_lock($1, hashtext($2)) AS yes")
        .bind::<Integer, _>(LOCKS)
        .bind::<Text, _>(name)
        .get_result(admin)
        .await?;
    Ok(answer.yes)
}

async fn unlock(admin: &mut Connection, name: &str) -> Result<()> {
    diesel::sql_query("SELECT pg_advisory_unlock($1, hashtext($2))")
        .bind::<Integer, _>(LOCKS)
        .bind::<Text, _>(name)
        .execute(admin)
        .await?;
    Ok(())
}

async fn drop_database(admin: &mut Connection, name: &str) -> Result<()> {
    admin
        .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        .await?;
    Ok(())
}

/// Removes databases whose test died: nobody holds their lock.
async fn sweep(admin: &mut Connection) -> Result<()> {
    let names: Vec<Name> = diesel::sql_query(
        "SELECT datname::text AS name FROM pg_catalog.pg_database
         WHERE datname ~ '^dualfuel_(test|build)_[0-9a-f_]+$' ORDER BY datname",
    )
    .load(admin)
    .await?;
    for Name { name } in names {
        if try_lock(admin, &name).await? {
            // Another process may be dropping it as well.
            let _ = drop_database(admin, &name).await;
            unlock(admin, &name).await?;
        }
    }
    Ok(())
}

/// The template for `migrations`, built by whoever comes first.
async fn template(admin: &mut Connection, server: &str, migrations: &Migrations) -> Result<String> {
    let fingerprint = fingerprint(migrations);
    let template = format!("dualfuel_template_{fingerprint:016x}");
    if exists(admin, &template).await? {
        return Ok(template);
    }
    let building = format!("dualfuel_build_{fingerprint:016x}");
    diesel::sql_query("SELECT pg_advisory_lock($1, hashtext($2))")
        .bind::<Integer, _>(LOCKS)
        .bind::<Text, _>(&building)
        .execute(admin)
        .await?;
    let built = build(admin, server, &template, &building, migrations).await;
    unlock(admin, &building).await?;
    built.map(|()| template)
}

async fn build(
    admin: &mut Connection,
    server: &str,
    template: &str,
    building: &str,
    migrations: &Migrations,
) -> Result<()> {
    if exists(admin, template).await? {
        return Ok(());
    }
    make_role(admin).await?;
    drop_database(admin, building).await?;
    admin
        .batch_execute(&format!("CREATE DATABASE {building} OWNER {ROLE}"))
        .await?;
    let database = Database::open(&login_url(server, building)?, migrations).await?;
    database.close();
    drop(database);
    // The server ends our sessions in its own time, and renames only without any.
    let ended: Answer = diesel::sql_query(
        "SELECT count(pg_terminate_backend(pid, 10000)) >= 0 AS yes FROM pg_stat_activity
         WHERE datname = $1",
    )
    .bind::<Text, _>(building)
    .get_result(admin)
    .await?;
    debug_assert!(ended.yes);
    admin
        .batch_execute(&format!("ALTER DATABASE {building} RENAME TO {template}"))
        .await?;
    Ok(())
}

async fn exists(admin: &mut Connection, database: &str) -> Result<bool> {
    let answer: Answer = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1) AS yes",
    )
    .bind::<Text, _>(database)
    .get_result(admin)
    .await?;
    Ok(answer.yes)
}

/// The plain role; processes that make it at the same moment wait for each other.
async fn make_role(admin: &mut Connection) -> Result<()> {
    diesel::sql_query("SELECT pg_advisory_lock($1, hashtext($2))")
        .bind::<Integer, _>(LOCKS)
        .bind::<Text, _>(ROLE)
        .execute(admin)
        .await?;
    let answer: Answer = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1) AS yes",
    )
    .bind::<Text, _>(ROLE)
    .get_result(admin)
    .await?;
    let made = if answer.yes {
        Ok(())
    } else {
        admin
            .batch_execute(&format!(
                "CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}' NOSUPERUSER NOBYPASSRLS \
                 NOCREATEROLE NOCREATEDB"
            ))
            .await
    };
    unlock(admin, ROLE).await?;
    Ok(made?)
}

fn fingerprint(migrations: &Migrations) -> u64 {
    let mut hasher = DefaultHasher::new();
    // What the library itself adds to a database may change with its release.
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    for migration in migrations.of(Engine::Postgres) {
        migration.directory().hash(&mut hasher);
        migration.up().hash(&mut hasher);
    }
    hasher.finish()
}
