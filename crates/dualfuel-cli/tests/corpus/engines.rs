//! Scratch databases, and migrations applied to them.

use dualfuel_cli::database::{Access, Connection, Scratch, of_migrate};
use dualfuel_migrate::split_statements;
use dualfuel_schema::{
    Engine,
    compare::{Comparison, Side, compare},
    introspect::introspect,
    model::Schema,
    parse::ReadOptions,
    render::Files,
};

use crate::servers::admin;

/// An empty database of its own.
pub(crate) struct Database {
    pub(crate) engine: Engine,
    pub(crate) connection: Connection,
    _scratch: Scratch,
}

impl Database {
    pub(crate) async fn create(engine: Engine) -> Self {
        let scratch = Scratch::create(&admin(engine)).await.unwrap();
        let connection = Connection::open(scratch.place(), Access::Write)
            .await
            .unwrap();
        Database {
            engine,
            connection,
            _scratch: scratch,
        }
    }

    pub(crate) async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for engine in Engine::ALL {
            all.push(Self::create(engine).await);
        }
        all
    }

    /// Runs one file of a migration as a unit; an error's text says which
    /// statement failed.
    pub(crate) async fn apply(&mut self, files: &Files, script: &str) -> Result<(), String> {
        let done = match self.engine {
            Engine::Sqlite => self.apply_sqlite(script).await,
            Engine::Postgres => self.apply_postgres(files, script).await,
            Engine::Mariadb => self.run(script, &|_| false).await,
        };
        if done.is_err() && self.engine != Engine::Mariadb {
            let _ = self.connection.execute("ROLLBACK").await;
        }
        if self.engine == Engine::Sqlite {
            let usual = "PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF";
            self.connection.execute(usual).await.unwrap();
        }
        done
    }

    /// In one transaction, whatever the file says: with foreign keys off while
    /// tables are dropped to be built anew, and a check at the end.
    async fn apply_sqlite(&mut self, script: &str) -> Result<(), String> {
        let lower = script.to_lowercase();
        let keys = if lower.contains("drop table") {
            "OFF"
        } else {
            "ON"
        };
        let begin = format!("PRAGMA foreign_keys = {keys}; BEGIN IMMEDIATE");
        self.connection.execute(&begin).await.unwrap();
        self.run(script, &is_envelope).await?;
        let orphans =
            "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2";
        let orphans = self.rows(orphans).await?;
        if !orphans.is_empty() {
            return Err(format!("rows without their parent: {orphans:?}"));
        }
        self.execute("COMMIT").await
    }

    async fn apply_postgres(&mut self, files: &Files, script: &str) -> Result<(), String> {
        let alone = files
            .metadata
            .as_deref()
            .is_some_and(|text| text.contains("false"))
            || script.contains("CONCURRENTLY");
        if alone {
            return self.run(script, &|_| false).await;
        }
        self.execute("BEGIN").await?;
        self.run(script, &|_| false).await?;
        self.execute("COMMIT").await
    }

    async fn run(&mut self, script: &str, skip: &dyn Fn(&str) -> bool) -> Result<(), String> {
        for statement in split_statements(of_migrate(self.engine), script) {
            if !skip(statement.text) {
                self.execute(statement.text).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn execute(&mut self, sql: &str) -> Result<(), String> {
        let done = self.connection.execute(sql).await;
        done.map_err(|failure| format!("{failure}\n    in: {}", sql.replace('\n', "\n        ")))
    }

    pub(crate) async fn rows(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, String> {
        let rows = self.connection.text_rows(sql).await;
        rows.map_err(|failure| format!("{failure}\n    in: {sql}"))
    }

    pub(crate) async fn introspect(&mut self) -> Result<Schema, String> {
        let found = introspect(self.engine, &mut self.connection, ReadOptions::default()).await;
        found.map_err(|failure| {
            let source = std::error::Error::source(&failure);
            let source = source.map_or(String::new(), |source| format!(": {source}"));
            format!("{failure}{source}")
        })
    }
}

/// What a file says about its own transaction: the unit has one already.
fn is_envelope(statement: &str) -> bool {
    let words: Vec<String> = statement
        .split_whitespace()
        .take(2)
        .map(str::to_ascii_uppercase)
        .collect();
    match words.first().map(String::as_str) {
        Some("BEGIN" | "COMMIT" | "END") => true,
        Some("PRAGMA") => words
            .get(1)
            .is_some_and(|name| name.starts_with("FOREIGN_KEYS")),
        _ => false,
    }
}

/// What differs, in a line each.
pub(crate) fn differences(comparison: &Comparison) -> Vec<String> {
    let differences = comparison.differences.iter();
    differences
        .map(|difference| {
            let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".into());
            format!(
                "{}.{}: {}: {} | {}",
                difference.table,
                difference.object,
                difference.attribute,
                side(&difference.left),
                side(&difference.right)
            )
        })
        .collect()
}

pub(crate) fn compare_schemas(
    left: (&Schema, Option<Engine>),
    right: (&Schema, Option<Engine>),
) -> Vec<String> {
    let side = |(schema, engine)| Side { schema, engine };
    differences(&compare(side(left), side(right)))
}
