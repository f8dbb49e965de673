//! What a run may do, and for how long it may wait.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{Event, Observer, Order, ProgramVersion, Version};

/// How far a run goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Target {
    /// To the newest version that the program carries.
    #[default]
    Latest,
    /// To this version, and no further.
    Version(Version),
}

/// Whether a revert may run a `down.sql` that says `-- dualfuel: irreversible`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Loss {
    /// It may not: [`MigrateError::Irreversible`](crate::MigrateError::Irreversible).
    #[default]
    Refuse,
    /// It may: what it loses was looked at and is not wanted.
    Accept,
}

/// Tells the time that is written in the ledger.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Settings of a run, with defaults that are safe in production.
///
/// # Examples
///
/// ```
/// use dualfuel_migrate::Options;
///
/// let options = Options {
///     program_version: env!("CARGO_PKG_VERSION").parse()?,
///     ..Options::default()
/// };
/// # let _ = options;
/// # Ok::<(), dualfuel_migrate::ProgramVersionError>(())
/// ```
#[derive(Clone)]
pub struct Options {
    /// How far to go. Default: to the newest version.
    pub target: Target,
    /// How long to wait in all for other runs. Default: 60 s.
    pub lock_wait: Duration,
    /// Whether holes are filled. Default: they stop the run.
    pub order: Order,
    /// Whether a revert may lose what can't be brought back. Default: it stops
    /// the run.
    pub loss: Loss,
    /// The release of this program: it may run on a database with versions it
    /// does not know if they are declared compatible with it. Default:
    /// [`ProgramVersion::UNKNOWN`], which is compatible with none.
    pub program_version: ProgramVersion,
    /// How long a statement waits for a lock on PostgreSQL and MariaDB, while
    /// others queue behind it. Default: 10 s. Statements that can't run in a transaction
    /// wait without limit, as `CREATE INDEX CONCURRENTLY` has to.
    pub lock_timeout: Duration,
    /// How long a statement may run on PostgreSQL, within a transaction, and on
    /// MariaDB, where one that runs longer is undone.
    /// Default: 15 min. `None`: without limit.
    pub statement_timeout: Option<Duration>,
    /// Default: the system's.
    pub clock: Clock,
    /// Who is told what goes on. Default: no one.
    pub observer: Option<Arc<dyn Observer>>,
}

impl Options {
    pub(crate) fn tell(&self, event: Event<'_>) {
        if let Some(observer) = &self.observer {
            observer.observe(event);
        }
    }

    pub(crate) fn target_version(&self) -> Option<&Version> {
        match &self.target {
            Target::Latest => None,
            Target::Version(version) => Some(version),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            target: Target::Latest,
            lock_wait: Duration::from_secs(60),
            order: Order::Strict,
            loss: Loss::Refuse,
            program_version: ProgramVersion::UNKNOWN,
            lock_timeout: Duration::from_secs(10),
            statement_timeout: Some(Duration::from_secs(15 * 60)),
            clock: system_clock(),
            observer: None,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the default of the clock that is passed in"
)]
fn system_clock() -> Clock {
    Arc::new(Utc::now)
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("target", &self.target)
            .field("lock_wait", &self.lock_wait)
            .field("order", &self.order)
            .field("loss", &self.loss)
            .field("program_version", &self.program_version)
            .field("lock_timeout", &self.lock_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .finish_non_exhaustive()
    }
}
