//! Work across organisations: queue workers, statistics, clean-up.
//!
//! It visits one organisation after another, each through its own scope, so row
//! level security holds throughout; nothing here bypasses it. Who did it, why
//! and when is written to `dualfuel_audit` before the first one is visited.

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use dualfuel_engine::{Engine, Pool};
use uuid::Uuid;

use crate::postgres::OrgSource;
use crate::{GlobalScope, OrgId, OrgScope};

/// Who works across organisations, and why. Neither can be left out.
///
/// # Examples
///
/// ```
/// use dualfuel_org::Reason;
///
/// let reason = Reason::new("expiry worker", "expire drafts older than ten minutes");
/// assert_eq!(reason.who(), "expiry worker");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    who: String,
    why: String,
}

impl Reason {
    /// `who` is the part of the program or the person, `why` what for. Both end up
    /// in the audit table.
    #[must_use]
    pub fn new(who: impl Into<String>, why: impl Into<String>) -> Self {
        Reason {
            who: who.into(),
            why: why.into(),
        }
    }

    /// Who.
    #[must_use]
    pub fn who(&self) -> &str {
        &self.who
    }

    /// Why.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }
}

/// Permission to visit every organisation, one after another.
#[derive(Debug, Clone)]
pub struct EveryOrg {
    pool: Pool,
    source: Source,
    reason: Reason,
}

#[derive(Debug, Clone)]
enum Source {
    /// The one organisation of a SQLite file.
    File(OrgId),
    /// A table of the application.
    Table(OrgSource),
}

#[derive(QueryableByName)]
struct Listed {
    #[diesel(sql_type = SqlUuid)]
    org_id: Uuid,
}

impl EveryOrg {
    /// The one organisation of a SQLite file.
    #[must_use]
    pub fn of_file(pool: Pool, org: OrgId, reason: Reason) -> Self {
        EveryOrg {
            pool,
            source: Source::File(org),
            reason,
        }
    }

    /// The organisations that `source` lists.
    #[must_use]
    pub fn of_table(pool: Pool, source: OrgSource, reason: Reason) -> Self {
        EveryOrg {
            pool,
            source: Source::Table(source),
            reason,
        }
    }

    /// Writes the audit row and gives a scope for each organisation, in order of id.
    ///
    /// # Errors
    ///
    /// Those of the two statements. Without its audit row nothing is given.
    #[expect(
        clippy::disallowed_methods,
        reason = "an audit says when it really was"
    )]
    pub async fn scopes(&self) -> QueryResult<Vec<OrgScope>> {
        let global = GlobalScope::new(self.pool.clone());
        let orgs = match &self.source {
            Source::File(org) => vec![*org],
            Source::Table(source) => {
                let listed: Vec<Listed> = diesel::sql_query(source.sql())
                    .load(&mut global.reader())
                    .await?;
                // A nil id belongs to nobody; there is no scope for it.
                listed
                    .into_iter()
                    .filter_map(|row| OrgId::new(row.org_id).ok())
                    .collect()
            }
        };
        let count = i64::try_from(orgs.len()).unwrap_or(i64::MAX);
        let id = Uuid::now_v7();
        let at = Utc::now();
        global
            .write(async |connection| {
                diesel::sql_query(
                    "INSERT INTO dualfuel_audit (id, at, who, why, orgs) VALUES ($1, $2, $3, $4, $5)",
                )
                .bind::<SqlUuid, _>(id)
                .bind::<Timestamptz, _>(at)
                .bind::<Text, _>(&self.reason.who)
                .bind::<Text, _>(&self.reason.why)
                .bind::<BigInt, _>(count)
                .execute(connection)
                .await
            })
            .await?;
        tracing::info!(
            who = self.reason.who,
            why = self.reason.why,
            orgs = count,
            "work across organisations"
        );
        Ok(orgs
            .into_iter()
            .map(|org| OrgScope::new(self.pool.clone(), org))
            .collect())
    }
}

/// The audit table, where work across organisations is written down.
pub(crate) fn audit_table(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "CREATE TABLE IF NOT EXISTS dualfuel_audit (
                 id TEXT NOT NULL PRIMARY KEY,
                 at TEXT NOT NULL,
                 who TEXT NOT NULL,
                 why TEXT NOT NULL,
                 orgs INTEGER NOT NULL
             )"
        }
        Engine::Postgres => {
            "CREATE TABLE IF NOT EXISTS dualfuel_audit (
                 id uuid NOT NULL PRIMARY KEY,
                 at timestamptz NOT NULL,
                 who text COLLATE \"C\" NOT NULL,
                 why text COLLATE \"C\" NOT NULL,
                 orgs bigint NOT NULL
             )"
        }
    }
}
