//! Proves migrations on an empty database: what they leave is what the model
//! says, after each of them and after each is taken back.
//!
//! The files are run as other tools run them: in one transaction unless
//! `metadata.toml` says otherwise, with foreign keys on. A migration without a
//! way back ends the way back; to see the ways of those before it, the database
//! is made anew up to there.

use dualfuel_schema::{
    Engine,
    compare::{self, Comparison, Difference, Side},
    lower::Weakening,
    model::Schema,
    parse::ReadOptions,
    render::{Files, Rendered, says_no_transaction},
};
use serde::Serialize;

use crate::{
    database::{Access, Connection, Place, Scratch},
    reach,
};

/// What an engine's databases showed.
#[derive(Debug, Serialize)]
pub struct Proof {
    /// Which engine, and the version it has.
    pub engine: Engine,
    /// The server's version.
    pub server: String,
    /// Migrations that were applied.
    pub applied: usize,
    /// Of those, how many left what the model says.
    pub equal: usize,
    /// Migrations that were taken back.
    pub reverted: usize,
    /// Of those, how many left what was there before.
    pub restored: usize,
    /// What this engine does without, as the comparison met it.
    pub weakenings: Vec<Weakening>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Something that is wrong with a migration on an engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// On which engine.
    pub engine: Engine,
    /// The migration's directory.
    pub migration: String,
    /// Which of its files.
    pub file: &'static str,
    /// What.
    #[serde(flatten)]
    pub fault: Fault,
}

/// What can be wrong with a migration on an engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// The database refused a statement.
    Refused {
        /// Which, and what it said.
        said: String,
    },
    /// The database holds something else than the model says.
    Differs {
        /// The left is the model's, the right the database's.
        #[serde(flatten)]
        difference: Difference,
    },
    /// The database can't be read back.
    Unread {
        /// Why.
        reason: String,
    },
    /// There are no files, so what follows could not be tried.
    Missing,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}/{}/{}: ",
            self.engine.slug(),
            self.migration,
            self.file
        )?;
        match &self.fault {
            Fault::Refused { said } => write!(f, "{said}"),
            Fault::Differs { difference } => {
                write!(
                    f,
                    "{}",
                    difference_line(difference, "the source", "the database")
                )
            }
            Fault::Unread { reason } => write!(f, "the database can't be read back: {reason}"),
            Fault::Missing => write!(f, "it could not be rendered, so none after it was tried"),
        }
    }
}

/// What something is said of: a table, or one of its columns, constraints or
/// indexes.
pub fn place(table: &str, object: &str) -> String {
    match object {
        "" => table.to_owned(),
        object => format!("{table}.{object}"),
    }
}

/// A difference in a line: "users.age: default is 0 in a and none in b".
pub fn difference_line(difference: &Difference, left: &str, right: &str) -> String {
    let Difference {
        table,
        object,
        attribute,
        left: on_left,
        right: on_right,
    } = difference;
    let place = place(table, object);
    match (on_left, on_right) {
        (Some(a), Some(b)) => format!("{place}: {attribute} is {a} in {left} and {b} in {right}"),
        (Some(a), None) => format!("{place}: {attribute} {a} is only in {left}"),
        (None, Some(b)) => format!("{place}: {attribute} {b} is only in {right}"),
        (None, None) => format!("{place}: {attribute} is not the same"),
    }
}

/// Proves `rendered` on scratch databases made at `admin`. `progress` hears of
/// each migration.
///
/// # Errors
///
/// There is no scratch database to be had. What is wrong with a migration is
/// in the proof.
pub async fn prove(
    admin: &Place,
    rendered: &[Rendered],
    read: ReadOptions,
    progress: &mut (dyn FnMut(&str) + Send),
) -> anyhow::Result<Proof> {
    let scratch = Scratch::create(admin).await?;
    let connection = Connection::open(scratch.place(), Access::Write).await?;
    let mut proving = Proving {
        admin,
        rendered,
        read,
        proof: Proof {
            engine: connection.engine(),
            server: connection.server_version().to_owned(),
            applied: 0,
            equal: 0,
            reverted: 0,
            restored: 0,
            weakenings: Vec::new(),
            findings: Vec::new(),
        },
        told: Vec::new(),
        database: Some((connection, scratch)),
    };
    proving.up(progress).await;
    proving.down(progress).await?;
    let mut proof = proving.proof;
    if let Some((connection, scratch)) = proving.database {
        drop(connection);
        scratch.remove().await?;
    }
    proof.weakenings.sort();
    proof.weakenings.dedup();
    Ok(proof)
}

struct Proving<'a> {
    admin: &'a Place,
    rendered: &'a [Rendered],
    read: ReadOptions,
    proof: Proof,
    /// Differences that are in the findings.
    told: Vec<Difference>,
    /// None while it can't be told how far the database is.
    database: Option<(Connection, Scratch)>,
}

impl Proving<'_> {
    fn engine(&self) -> Engine {
        self.proof.engine
    }

    async fn up(&mut self, progress: &mut (dyn FnMut(&str) + Send)) {
        let rendered = self.rendered;
        for migration in rendered {
            progress(&format!("{} {}", self.engine(), migration.directory));
            let Some(files) = migration.files_for(self.engine()) else {
                self.find(migration, "up.sql", Fault::Missing);
                return;
            };
            if let Err(said) = self.run(&files.up, files).await {
                self.find(migration, "up.sql", Fault::Refused { said });
                self.database = None;
                return;
            }
            self.proof.applied += 1;
            let schema = migration.schema_on(self.engine());
            self.proof.equal += usize::from(self.compare(migration, "up.sql", schema).await);
        }
    }

    /// Takes back what was applied, newest first.
    async fn down(&mut self, progress: &mut (dyn FnMut(&str) + Send)) -> anyhow::Result<()> {
        let empty = Schema::default();
        let applied = self.rendered.get(..self.proof.applied).unwrap_or_default();
        // How many are applied now.
        let mut present = applied.len();
        for (index, migration) in applied.iter().enumerate().rev() {
            let files = migration.files_for(self.engine());
            let Some((files, down)) = files.and_then(|files| Some((files, files.down.as_ref()?)))
            else {
                continue;
            };
            progress(&format!("{} {} back", self.engine(), migration.directory));
            if (self.database.is_none() || present != index + 1)
                && !self.make(applied.get(..=index).unwrap_or_default()).await?
            {
                return Ok(());
            }
            match self.run(down, files).await {
                Err(said) => {
                    self.find(migration, "down.sql", Fault::Refused { said });
                    self.database = None;
                }
                Ok(()) => {
                    self.proof.reverted += 1;
                    let before = index.checked_sub(1).and_then(|index| applied.get(index));
                    let schema = before.map_or(&empty, |before| before.schema_on(self.engine()));
                    let restored = self.compare(migration, "down.sql", schema).await;
                    self.proof.restored += usize::from(restored);
                    // What is wrong is told of once.
                    if !restored {
                        self.database = None;
                    }
                }
            }
            present = index;
        }
        Ok(())
    }

    /// A new database with these migrations; false when that did not work,
    /// which the way there has told of.
    async fn make(&mut self, migrations: &[Rendered]) -> anyhow::Result<bool> {
        self.database = None;
        let scratch = Scratch::create(self.admin).await?;
        let connection = Connection::open(scratch.place(), Access::Write).await?;
        self.database = Some((connection, scratch));
        for migration in migrations {
            let Some(files) = migration.files_for(self.engine()) else {
                return Ok(false);
            };
            if self.run(&files.up, files).await.is_err() {
                self.database = None;
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn run(&mut self, script: &str, files: &Files) -> Result<(), String> {
        let Some((connection, _)) = &mut self.database else {
            return Err("there is no database".to_owned());
        };
        run(connection, script, files).await
    }

    async fn compare(&mut self, migration: &Rendered, file: &'static str, want: &Schema) -> bool {
        let Some((connection, _)) = &mut self.database else {
            return false;
        };
        let found = match reach::schema(connection, self.read).await {
            Ok(found) => found,
            Err(error) => {
                let reason = error.root_cause().to_string();
                self.find(migration, file, Fault::Unread { reason });
                return false;
            }
        };
        let Comparison {
            differences,
            weakenings,
        } = compare::compare(
            Side {
                schema: want,
                engine: None,
            },
            Side {
                schema: &found,
                engine: Some(self.engine()),
            },
        );
        self.proof.weakenings.extend(weakenings);
        let equal = differences.is_empty();
        // One that an earlier migration left is told of there.
        for difference in differences {
            if !self.told.contains(&difference) {
                self.told.push(difference.clone());
                self.find(migration, file, Fault::Differs { difference });
            }
        }
        equal
    }

    fn find(&mut self, migration: &Rendered, file: &'static str, fault: Fault) {
        self.proof.findings.push(Finding {
            engine: self.proof.engine,
            migration: migration.directory.clone(),
            file,
            fault,
        });
    }
}

/// Runs a file as `diesel_cli` would.
async fn run(connection: &mut Connection, script: &str, files: &Files) -> Result<(), String> {
    let alone = says_no_transaction(files.metadata.as_deref());
    // MariaDB commits with each change of the schema, whatever is round it.
    let round = !alone && connection.engine() != Engine::Mariadb;
    if round {
        connection
            .execute("BEGIN")
            .await
            .map_err(|error| error.to_string())?;
    }
    let ran = connection.run_script(script).await;
    let said = ran.map_err(|error| format!("{error}: {}", error.source));
    match (round, &said) {
        (true, Ok(())) => connection
            .execute("COMMIT")
            .await
            .map_err(|error| error.to_string())?,
        (true, Err(_)) => {
            let _ = connection.execute("ROLLBACK").await;
        }
        _ => {}
    }
    said
}
