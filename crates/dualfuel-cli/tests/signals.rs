//! What stays when a command is told to end: nothing.
//!
//! The program runs as a process of its own, on a login of its own, so that no
//! other test's databases are counted. Servers are reached through
//! `DUALFUEL_TEST_POSTGRES_URL` and `DUALFUEL_TEST_MARIADB_URL`, which
//! `cargo xtask test` sets.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/servers.rs"]
mod servers;

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
};

use dualfuel_cli::database::{Access, Connection};
use dualfuel_schema::{Engine, introspect::Catalog as _};

use servers::admin;

/// Starts `check` on one engine's server and waits until it has a database, in
/// which the first of many migrations is applied.
fn started(source: &Path, engine: Engine) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dualfuel"))
        .args(["check", "--from", "sqlite", "--engines", engine.slug()])
        .arg(format!("--{}={}", engine.slug(), admin(engine).secret()))
        .arg("--source")
        .arg(source)
        .arg("--out")
        .arg(source.join("out"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stderr = BufReader::new(child.stderr.as_mut().unwrap());
    let second = stderr
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains("00000000000002_"));
    assert!(second.is_some(), "it ended before its second migration");
    child
}

/// How many databases hold the table that only this process's check makes.
async fn left(engine: Engine, table: &str) -> usize {
    let mut connection = Connection::open(&admin(engine), Access::Read)
        .await
        .unwrap();
    let sql = match engine {
        Engine::Mariadb => {
            format!(
                "SELECT table_schema FROM information_schema.tables WHERE table_name = '{table}'"
            )
        }
        // PostgreSQL sees the tables of one database; each is looked into.
        _ => {
            "SELECT datname FROM pg_database WHERE datname LIKE 'dualfuel\\_scratch\\_%'".to_owned()
        }
    };
    let databases = connection.rows(&sql).await.unwrap();
    if engine == Engine::Mariadb {
        return databases.len();
    }
    let mut count = 0;
    for name in databases.into_iter().flatten().flatten() {
        let url = admin(engine).secret();
        let (server, _) = url.rsplit_once('/').unwrap();
        let place = format!("{server}/{name}").parse().unwrap();
        // Another test may have dropped it meanwhile.
        if let Ok(mut one) = Connection::open(&place, Access::Read).await {
            let sql = format!("SELECT 1 FROM pg_class WHERE relname = '{table}'");
            count += one.rows(&sql).await.map_or(0, |rows| rows.len());
        }
    }
    count
}

#[tokio::test]
async fn a_signal_leaves_no_scratch_database() {
    for engine in [Engine::Postgres, Engine::Mariadb] {
        for signal in ["INT", "TERM"] {
            let table = format!("signals_{}_{}", std::process::id(), signal.to_lowercase());
            let source = tempfile::tempdir().unwrap();
            for version in 1..=40 {
                let name = match version {
                    1 => table.clone(),
                    version => format!("t{version}"),
                };
                let sql = format!("CREATE TABLE {name} (id INTEGER PRIMARY KEY);");
                fs::write(source.path().join(format!("{version}_{version}.sql")), sql).unwrap();
            }
            let mut child = started(source.path(), engine);
            assert_eq!(left(engine, &table).await, 1, "{engine} {signal}");

            let pid = child.id().to_string();
            let sent = Command::new("kill").args(["-s", signal, &pid]).status();
            assert!(sent.unwrap().success());

            let mut said = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            let status = child.wait().unwrap();
            assert_eq!(status.code(), Some(2), "{engine} {signal}: {said}");
            assert!(
                said.ends_with("error: interrupted: scratch databases are dropped\n"),
                "{said}"
            );
            assert_eq!(left(engine, &table).await, 0, "{engine} {signal}");
        }
    }
}
