//! Carries out what a plan says, one version at a time.
//!
//! A version is a unit: it begins, reads the ledger again, sends its
//! statements, writes its ledger rows and commits. What it does is decided by
//! the second reading, inside the lock; the first only tells whether there is
//! anything to take the lock for. So of several programs that start at once one
//! migrates, and the others find nothing to do.
//!
//! Where the engines differ, `sqlite/`, `postgres/` and `mariadb/` have the same
//! files: `lock.rs` keeps others out, `apply.rs` begins and ends a unit.
//! PostgreSQL and MariaDB have `journal.rs` besides, for statements that no
//! transaction can hold.

use std::time::{Duration, Instant};

use crate::error::While;
use crate::journal::Journal;
use crate::ledger::{EntryState, Ledger, Record};
use crate::plan::{Plan, plan};
use crate::script::{Step, script};
use crate::session::Driver;
use crate::sqlite::foreign_keys::ForeignKeys;
use crate::{Engine, Event, MigrateError, Migration, Migrations, Options, Session, Version};

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The engine of the database.
    pub engine: Engine,
    /// The versions that this run applied, in that order.
    pub applied: Vec<Ran>,
    /// Versions that another tool had applied, and that this run took note of.
    pub baselined: Vec<Version>,
    /// The newest version that the database has now.
    pub current: Option<Version>,
    /// How long the run waited for others.
    pub waited: Duration,
}

/// A version that was applied or reverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The version.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// How long it took.
    pub duration: Duration,
}

/// Applies what is pending, oldest first, up to [`Options::target`].
///
/// Waits at most [`Options::lock_wait`] for other runs, however many programs
/// start at once: one migrates, the others then find nothing to do. With
/// nothing to do, the ledger is read and nothing else happens. A run that was
/// killed is taken up by the next one.
///
/// The connection should be one of its own, closed when the run is over: on
/// PostgreSQL a migration can change settings of the session. If the future is
/// dropped before its end, the connection has to be closed: then nothing of the
/// version under way stays, and its lock is free as soon as the server notices.
///
/// # Errors
///
/// - [`MigrateError::Edited`], [`MigrateError::Newer`], [`MigrateError::Hole`],
///   [`MigrateError::NoTarget`], [`MigrateError::Script`]: nothing ran.
/// - [`MigrateError::Locked`]: the wait ran out.
/// - [`MigrateError::Refused`], [`MigrateError::ForeignKeyCheck`]: versions
///   before it stay applied, and nothing of it does.
/// - [`MigrateError::Interrupted`]: a version outside a transaction stopped
///   where its state can't be told.
/// - [`MigrateError::Pooled`], [`MigrateError::Database`].
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dualfuel_engine::{ConnectOptions, Connection};
/// use dualfuel_migrate::{Migrations, Options, migrate};
///
/// let migrations = Migrations::load("tests/migrations/two")?;
/// let url = "sqlite::memory:".parse()?;
/// let mut conn = Connection::open(&url, &ConnectOptions::default()).await?;
///
/// let report = migrate(&mut conn, &migrations, &Options::default()).await?;
/// assert_eq!(report.applied.len(), 2);
///
/// let again = migrate(&mut conn, &migrations, &Options::default()).await?;
/// assert!(again.applied.is_empty());
/// # Ok(())
/// # }
/// ```
pub async fn migrate<S: Session>(
    conn: &mut S,
    migrations: &Migrations,
    options: &Options,
) -> Result<Report, MigrateError> {
    let mut run = Run::new(conn, migrations, options);
    run.check_target()?;
    let (ledger, plan) = run.read().await?;
    let to_apply = run.to_apply(&plan)?;
    for migration in &to_apply {
        run.script(migration, Direction::Up)?;
    }
    let mut report = Report {
        engine: run.engine,
        applied: Vec::new(),
        baselined: Vec::new(),
        current: ledger.newest().cloned(),
        waited: Duration::ZERO,
    };
    if to_apply.is_empty() && plan.to_baseline().next().is_none() {
        return Ok(report);
    }
    S::lock(&mut run).await?;
    let outcome = run.apply_all(&mut report).await;
    S::unlock(&mut run).await;
    report.waited = run.waited;
    outcome.map(|()| report)
}

/// Reverts the newest `steps` versions, newest first, with their `down.sql`.
///
/// Each is a unit as in [`migrate`], under the same lock. With fewer versions
/// than `steps`, all are reverted.
///
/// # Errors
///
/// - [`MigrateError::Irreversible`], [`MigrateError::NotCarried`],
///   [`MigrateError::Script`]: one of the versions can't be reverted. Nothing ran.
/// - [`MigrateError::Interrupted`]: a version is half applied. Nothing ran.
/// - [`MigrateError::Locked`], [`MigrateError::Refused`],
///   [`MigrateError::ForeignKeyCheck`], [`MigrateError::Pooled`],
///   [`MigrateError::Database`]: versions reverted before it stay reverted.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use dualfuel_engine::{ConnectOptions, Connection};
/// use dualfuel_migrate::{Migrations, Options, migrate, revert};
///
/// # let migrations = Migrations::load("tests/migrations/two")?;
/// # let url = "sqlite::memory:".parse()?;
/// # let mut conn = Connection::open(&url, &ConnectOptions::default()).await?;
/// migrate(&mut conn, &migrations, &Options::default()).await?;
///
/// let reverted = revert(&mut conn, &migrations, 1, &Options::default()).await?;
/// assert_eq!(reverted[0].name, "create_notes");
/// # Ok(())
/// # }
/// ```
pub async fn revert<S: Session>(
    conn: &mut S,
    migrations: &Migrations,
    steps: usize,
    options: &Options,
) -> Result<Vec<Ran>, MigrateError> {
    let mut run = Run::new(conn, migrations, options);
    let (ledger, plan) = run.read().await?;
    let to_revert = run.to_revert(&ledger, &plan, steps)?;
    for migration in &to_revert {
        run.script(migration, Direction::Down)?;
    }
    let mut reverted = Vec::new();
    if to_revert.is_empty() {
        return Ok(reverted);
    }
    S::lock(&mut run).await?;
    let outcome = run.revert_all(to_revert.len(), &mut reverted).await;
    S::unlock(&mut run).await;
    outcome.map(|()| reverted)
}

/// Which of its files a version runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// A run under way.
pub struct Run<'a, D = dualfuel_engine::Connection> {
    pub(crate) conn: &'a mut D,
    pub(crate) migrations: &'a Migrations,
    pub(crate) options: &'a Options,
    pub(crate) engine: Engine,
    /// How long it has waited for others so far.
    pub(crate) waited: Duration,
    /// PostgreSQL's, as it was before the version under way.
    pub(crate) search_path: String,
    /// SQLite's, as the version under way needs them.
    pub(crate) foreign_keys: ForeignKeys,
}

/// What a unit came to.
enum Unit {
    Ran(Ran),
    NothingLeft,
}

/// What a unit's transaction did.
enum Inside<'a> {
    NothingLeft,
    /// Nothing: the version needs another one, as [`Run::foreign_keys`] says.
    Otherwise,
    /// All of the version.
    Version(&'a Migration),
    /// It noted that the version is under way.
    Journal(Journal<'a>),
}

impl<'a, D: Driver> Run<'a, D> {
    fn new(conn: &'a mut D, migrations: &'a Migrations, options: &'a Options) -> Self {
        Run {
            engine: conn.engine(),
            conn,
            migrations,
            options,
            waited: Duration::ZERO,
            search_path: String::new(),
            foreign_keys: ForeignKeys::default(),
        }
    }

    fn check_target(&self) -> Result<(), MigrateError> {
        match self.options.target_version() {
            Some(version) if self.migrations.get(self.engine, version).is_none() => {
                Err(MigrateError::NoTarget {
                    version: version.clone(),
                })
            }
            _ => Ok(()),
        }
    }

    async fn read(&mut self) -> Result<(Ledger, Plan), MigrateError> {
        self.migrations.require(self.engine)?;
        let ledger = self.conn.read_ledger().await.while_to("read the ledger")?;
        let plan = plan(self.engine, &ledger, self.migrations);
        Ok((ledger, plan))
    }

    fn to_apply(&self, plan: &Plan) -> Result<Vec<&'a Migration>, MigrateError> {
        let options = self.options;
        let versions = plan.to_apply(
            options.target_version(),
            options.order,
            &options.program_version,
        )?;
        let carried = versions.iter().filter_map(|version| self.carried(version));
        Ok(carried.collect())
    }

    fn to_revert(
        &self,
        ledger: &Ledger,
        plan: &Plan,
        steps: usize,
    ) -> Result<Vec<&'a Migration>, MigrateError> {
        if let Some(half) = plan.half_applied() {
            return Err(half.into());
        }
        let newest = ledger.diesel.keys().rev().take(steps);
        newest
            .map(|version| match self.carried(version) {
                None => Err(MigrateError::NotCarried {
                    version: version.clone(),
                }),
                Some(migration) => match migration.down_with(self.options.loss) {
                    Ok(_) => Ok(migration),
                    Err(why) => Err(MigrateError::Irreversible {
                        version: version.clone(),
                        why,
                    }),
                },
            })
            .collect()
    }

    fn carried(&self, version: &Version) -> Option<&'a Migration> {
        self.migrations.get(self.engine, version)
    }

    /// Whether the unit that has begun is one that the version can run in. If
    /// not, the next one will be: which version comes is known only inside.
    fn suits(&mut self, migration: &'a Migration, direction: Direction) -> bool {
        if self.engine != Engine::Sqlite {
            return true;
        }
        let (_, sql) = self.file(migration, direction);
        let needed = ForeignKeys::of(sql);
        let suits = needed.are_on() == self.foreign_keys.are_on();
        self.foreign_keys = needed;
        suits
    }

    fn file(&self, migration: &'a Migration, direction: Direction) -> (&'static str, &'a str) {
        match direction {
            Direction::Up => ("up.sql", migration.up()),
            Direction::Down => {
                let down = migration.down_with(self.options.loss);
                ("down.sql", down.unwrap_or_default())
            }
        }
    }

    /// The statements of a file without the transaction it may bring.
    pub(crate) fn script(
        &self,
        migration: &'a Migration,
        direction: Direction,
    ) -> Result<Vec<Step<'a>>, MigrateError> {
        let (file, sql) = self.file(migration, direction);
        script(self.engine, sql).map_err(|fault| MigrateError::Script {
            version: migration.version().clone(),
            engine: self.engine,
            file,
            line: fault.line,
            problem: fault.problem,
        })
    }

    async fn apply_all(&mut self, report: &mut Report) -> Result<(), MigrateError> {
        while let Unit::Ran(ran) = self.apply_one(report).await? {
            report.applied.push(ran);
        }
        Ok(())
    }

    async fn revert_all(
        &mut self,
        steps: usize,
        reverted: &mut Vec<Ran>,
    ) -> Result<(), MigrateError> {
        while reverted.len() < steps {
            match self.revert_one().await? {
                Unit::Ran(ran) => reverted.push(ran),
                Unit::NothingLeft => break,
            }
        }
        Ok(())
    }

    /// Applies the oldest pending version, if there is one still.
    async fn apply_one(&mut self, report: &mut Report) -> Result<Unit, MigrateError> {
        let start = Instant::now();
        let inside = loop {
            self.begin().await?;
            let inside = self.apply_inside(report, start).await;
            match self.end(inside).await? {
                Inside::Otherwise => {}
                inside => break inside,
            }
        };
        let unit = self.finish(inside, start).await?;
        if let Unit::Ran(ran) = &unit {
            report.current = report.current.take().max(Some(ran.version.clone()));
        }
        Ok(unit)
    }

    /// What comes after a unit's transaction.
    async fn finish(&mut self, inside: Inside<'a>, start: Instant) -> Result<Unit, MigrateError> {
        let migration = match inside {
            Inside::NothingLeft | Inside::Otherwise => return Ok(Unit::NothingLeft),
            Inside::Version(migration) => migration,
            Inside::Journal(journal) => {
                let migration = journal.migration;
                D::run_journal(self, journal, start).await?;
                migration
            }
        };
        let (version, duration) = (migration.version(), start.elapsed());
        self.options
            .tell(Event::VersionCommitted { version, duration });
        Ok(Unit::Ran(Ran {
            version: version.clone(),
            name: migration.name().to_owned(),
            duration,
        }))
    }

    async fn apply_inside(
        &mut self,
        report: &mut Report,
        start: Instant,
    ) -> Result<Inside<'a>, MigrateError> {
        let (ledger, plan) = self.read().await?;
        report.current = ledger.newest().cloned();
        let next = self.to_apply(&plan)?.first().copied();
        let foreign: Vec<Version> = plan.to_baseline().cloned().collect();
        if next.is_none() && foreign.is_empty() {
            return Ok(Inside::NothingLeft);
        }
        if next.is_some_and(|next| !self.suits(next, Direction::Up)) {
            return Ok(Inside::Otherwise);
        }
        self.conn
            .create_ledger(&ledger)
            .await
            .while_to("create the ledger")?;
        for version in foreign {
            if let Some(migration) = self.carried(&version) {
                self.write(migration, EntryState::Baselined, None, 0)
                    .await?;
                report.baselined.push(version);
            }
        }
        let Some(migration) = next else {
            return Ok(Inside::NothingLeft);
        };
        let steps = self.script(migration, Direction::Up)?;
        self.tell_started(migration, &steps);
        if self.conn.is_journalled(migration) {
            let journal = Journal::of(&ledger, migration, Direction::Up);
            if !journal.resumed {
                self.write(migration, EntryState::Started, None, 0).await?;
            }
            return Ok(Inside::Journal(journal));
        }
        self.send_all(migration, &steps).await?;
        D::verify(self, migration).await?;
        self.record_applied(migration, start, steps.len()).await?;
        Ok(Inside::Version(migration))
    }

    /// Reverts the newest applied version, if there is one still.
    async fn revert_one(&mut self) -> Result<Unit, MigrateError> {
        let start = Instant::now();
        let inside = loop {
            self.begin().await?;
            let inside = self.revert_inside().await;
            match self.end(inside).await? {
                Inside::Otherwise => {}
                inside => break inside,
            }
        };
        self.finish(inside, start).await
    }

    async fn revert_inside(&mut self) -> Result<Inside<'a>, MigrateError> {
        let (ledger, plan) = self.read().await?;
        let Some(migration) = self.to_revert(&ledger, &plan, 1)?.first().copied() else {
            return Ok(Inside::NothingLeft);
        };
        if !self.suits(migration, Direction::Down) {
            return Ok(Inside::Otherwise);
        }
        let version = migration.version();
        let steps = self.script(migration, Direction::Down)?;
        self.tell_started(migration, &steps);
        self.conn
            .create_ledger(&ledger)
            .await
            .while_to("create the ledger")?;
        if self.conn.is_journalled(migration) {
            let journal = Journal::of(&ledger, migration, Direction::Down);
            if ledger.current_entry(version).is_none() {
                self.write(migration, EntryState::Baselined, None, 0)
                    .await?;
            }
            if !journal.resumed {
                self.conn
                    .write_state(version, Some(EntryState::Reverting))
                    .await
                    .while_to("write the ledger")?;
            }
            return Ok(Inside::Journal(journal));
        }
        self.send_all(migration, &steps).await?;
        D::verify(self, migration).await?;
        self.record_reverted(migration).await?;
        Ok(Inside::Version(migration))
    }

    pub(crate) async fn send_all(
        &mut self,
        migration: &Migration,
        steps: &[Step<'_>],
    ) -> Result<(), MigrateError> {
        for step in steps {
            self.send(migration, step).await?;
        }
        Ok(())
    }

    pub(crate) async fn send(
        &mut self,
        migration: &Migration,
        step: &Step<'_>,
    ) -> Result<(), MigrateError> {
        let version = migration.version();
        let Step {
            position,
            line,
            text: sql,
            ..
        } = *step;
        self.options.tell(Event::StatementStarted {
            version,
            position,
            line,
            sql,
        });
        let start = Instant::now();
        self.conn
            .send(sql)
            .await
            .map_err(|source| MigrateError::Refused {
                version: version.clone(),
                engine: self.engine,
                position,
                line: line + self.conn.lines_before(&source, sql),
                source,
            })?;
        let duration = start.elapsed();
        self.options.tell(Event::StatementFinished {
            version,
            position,
            duration,
        });
        Ok(())
    }

    pub(crate) async fn record_applied(
        &mut self,
        migration: &Migration,
        start: Instant,
        statements: usize,
    ) -> Result<(), MigrateError> {
        self.conn
            .write_diesel(migration.version())
            .await
            .while_to("write the ledger")?;
        let duration = Some(start.elapsed());
        self.write(migration, EntryState::Applied, duration, statements)
            .await?;
        self.options.tell(Event::VersionRecorded {
            version: migration.version(),
        });
        Ok(())
    }

    pub(crate) async fn record_reverted(
        &mut self,
        migration: &Migration,
    ) -> Result<(), MigrateError> {
        self.conn
            .delete(migration.version())
            .await
            .while_to("write the ledger")?;
        self.options.tell(Event::VersionRecorded {
            version: migration.version(),
        });
        Ok(())
    }

    async fn write(
        &mut self,
        migration: &Migration,
        state: EntryState,
        duration: Option<Duration>,
        statements_done: usize,
    ) -> Result<(), MigrateError> {
        let record = Record {
            migration,
            state,
            at: (self.options.clock)(),
            duration,
            program_version: &self.options.program_version,
            statements_done,
        };
        self.conn.write(record).await.while_to("write the ledger")
    }

    fn tell_started(&self, migration: &Migration, steps: &[Step<'_>]) {
        self.options.tell(Event::VersionStarted {
            version: migration.version(),
            name: migration.name(),
            statements: steps.len(),
        });
    }

    /// What is left of the time that the run may wait, `since` then.
    pub(crate) fn wait_left(&self, since: tokio::time::Instant) -> Duration {
        self.options
            .lock_wait
            .saturating_sub(self.waited + since.elapsed())
    }

    pub(crate) async fn begin(&mut self) -> Result<(), MigrateError> {
        D::begin(self).await
    }

    /// Commits a unit that succeeded and rolls another back.
    pub(crate) async fn end<T: Send>(
        &mut self,
        mut inside: Result<T, MigrateError>,
    ) -> Result<T, MigrateError> {
        match &mut inside {
            Ok(_) => D::commit(self).await?,
            Err(failure) => D::roll_back(self, failure).await?,
        }
        inside
    }
}
