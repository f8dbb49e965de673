//! Connections and scratch databases on real servers, reached through
//! `DUALFUEL_TEST_POSTGRES_URL` and `DUALFUEL_TEST_MARIADB_URL`, which
//! `cargo xtask test` sets.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/servers.rs"]
mod servers;

use dualfuel_cli::database::{Access, Connection, Scratch};
use dualfuel_schema::Engine;
use dualfuel_schema::introspect::Catalog as _;

use servers::admin;

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

#[tokio::test]
async fn a_script_runs_and_rows_are_text() {
    for engine in Engine::ALL {
        let scratch = Scratch::create(&admin(engine)).await.unwrap();
        let mut connection = Connection::open(scratch.place(), Access::Write)
            .await
            .unwrap();
        assert_eq!(connection.engine(), engine);

        let script = "CREATE TABLE a (b INTEGER NOT NULL, c TEXT, d DOUBLE PRECISION);
            -- one; not two
            INSERT INTO a VALUES (1, 'it''s; ü', 1.5), (2, NULL, NULL);";
        connection.run_script(script).await.unwrap();

        let rows = connection
            .rows("SELECT b, c, d FROM a ORDER BY b")
            .await
            .unwrap();
        assert_eq!(
            rows,
            [
                vec![text("1"), text("it's; ü"), text("1.5")],
                vec![text("2"), None, None]
            ],
            "{engine}"
        );
        let error = connection
            .run_script("SELECT 1;\n\nINSERT INTO nowhere\nVALUES (1)")
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("statement 2 (line 3) failed on {engine}: INSERT INTO nowhere")
        );
        assert!(
            error.source.to_string().contains("nowhere"),
            "{}",
            error.source
        );
    }
}

#[tokio::test]
async fn text_sorts_by_its_bytes_on_each_engine() {
    for engine in Engine::ALL {
        let scratch = Scratch::create(&admin(engine)).await.unwrap();
        let mut connection = Connection::open(scratch.place(), Access::Write)
            .await
            .unwrap();
        let script = "CREATE TABLE a (b VARCHAR(9)); INSERT INTO a VALUES ('b'), ('B'), ('a'), ('é'), ('a ')";
        connection.run_script(script).await.unwrap();
        let rows = connection.rows("SELECT b FROM a ORDER BY b").await.unwrap();
        assert_eq!(
            rows,
            ["B", "a", "a ", "b", "é"].map(|b| vec![text(b)]),
            "{engine}"
        );
    }
}

#[tokio::test]
async fn a_reader_changes_nothing() {
    for engine in Engine::ALL {
        let scratch = Scratch::create(&admin(engine)).await.unwrap();
        if engine == Engine::Sqlite {
            // Not even by looking.
            assert!(
                Connection::open(scratch.place(), Access::Read)
                    .await
                    .is_err()
            );
        }
        let mut writer = Connection::open(scratch.place(), Access::Write)
            .await
            .unwrap();
        writer.execute("CREATE TABLE a (b INTEGER)").await.unwrap();
        let mut reader = Connection::open(scratch.place(), Access::Read)
            .await
            .unwrap();

        for sql in ["INSERT INTO a VALUES (1)", "CREATE TABLE c (d INTEGER)"] {
            assert!(reader.execute(sql).await.is_err(), "{engine}: {sql}");
        }

        assert_eq!(
            reader.rows("SELECT count(*) FROM a").await.unwrap(),
            [[text("0")]]
        );
    }
}

async fn databases(engine: Engine, name: &str) -> usize {
    let sql = match engine {
        Engine::Mariadb => "SELECT schema_name FROM information_schema.schemata",
        _ => "SELECT datname FROM pg_database",
    };
    let mut connection = Connection::open(&admin(engine), Access::Read)
        .await
        .unwrap();
    let rows = connection.rows(sql).await.unwrap();
    let is_it = |row: &&Vec<Option<String>>| row.first() == Some(&text(name));
    rows.iter().filter(is_it).count()
}

#[tokio::test]
async fn a_scratch_database_goes_away() {
    for engine in [Engine::Postgres, Engine::Mariadb] {
        let scratch = Scratch::create(&admin(engine)).await.unwrap();
        let url = scratch.place().secret();
        let name = url.rsplit('/').next().unwrap().to_owned();
        // A connection that is still open keeps nothing.
        let _open = Connection::open(scratch.place(), Access::Write)
            .await
            .unwrap();
        assert_eq!(databases(engine, &name).await, 1, "{engine}");
        drop(scratch);
        assert_eq!(databases(engine, &name).await, 0, "{engine}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_not_shown() {
    for url in [
        "mysql://nobody:secret@127.0.0.1:1/none",
        "postgres://nobody:secret@127.0.0.1:1/none",
    ] {
        let error = Connection::open(&url.parse().unwrap(), Access::Read)
            .await
            .unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("secret"),
            "{error:?}"
        );
    }
}
