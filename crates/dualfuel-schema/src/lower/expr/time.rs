//! The present, always in UTC.

use super::{Spelling, scope::Scope, sql::Sql, writer::Writer};
use crate::{
    Engine, Refusal,
    model::{Call, DataType, Family, Function},
};

impl Writer {
    /// The time functions.
    pub(super) fn time(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        match call.function {
            Function::CurrentTimestamp => self.now(wanted),
            Function::CurrentDate => self.today(wanted),
            Function::CurrentTime => self.time_of_day(wanted),
            Function::CurrentEpoch => self.epoch(wanted),
            Function::CurrentEpochMillis => self.epoch_millis(wanted),
            _ => self.calendar(scope, call, wanted),
        }
    }

    fn no_time(&self, what: &str, wanted: &DataType) -> Refusal {
        Refusal::new(format!(
            "{what} is stored in a column of type {wanted}: SQLite keeps it as text there, which {} can't",
            self.engine
        ))
    }

    /// `CURRENT_TIMESTAMP`, in UTC whatever zone the session is in.
    fn now(&self, wanted: Option<&DataType>) -> Result<Sql, Refusal> {
        let family = wanted.map_or(Family::Text, DataType::family);
        Ok(Sql::atom(match (self.spelling, family) {
            (Spelling::SqliteCanonical, Family::Timestamp) => {
                "strftime('%Y-%m-%dT%H:%M:%f000', 'now')"
            }
            (Spelling::SqliteCanonical, Family::TimestampTz) => {
                "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
            }
            (Spelling::SqliteCanonical, Family::Date) => "CURRENT_DATE",
            (Spelling::SqliteAsWritten | Spelling::SqliteCanonical, _) => "CURRENT_TIMESTAMP",
            (_, Family::Date) => return self.today(wanted),
            (Spelling::Postgres, Family::Timestamp) => "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')",
            (Spelling::Postgres, Family::TimestampTz) => "CURRENT_TIMESTAMP",
            (Spelling::Postgres, Family::Text) => {
                "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
            }
            (Spelling::Mariadb, Family::Timestamp | Family::TimestampTz) => "utc_timestamp(6)",
            (Spelling::Mariadb, Family::Text) => {
                "date_format(utc_timestamp(), '%Y-%m-%d %H:%i:%s')"
            }
            _ => {
                let wanted = wanted.cloned().unwrap_or(DataType::Text);
                return Err(self.no_time("the present time", &wanted));
            }
        }))
    }

    fn today(&self, wanted: Option<&DataType>) -> Result<Sql, Refusal> {
        let family = wanted.map_or(Family::Text, DataType::family);
        Ok(Sql::atom(match (self.engine, family) {
            (Engine::Sqlite, Family::Timestamp) if self.spelling == Spelling::SqliteCanonical => {
                "strftime('%Y-%m-%dT00:00:00.000000', 'now')"
            }
            (Engine::Sqlite, Family::TimestampTz) if self.spelling == Spelling::SqliteCanonical => {
                "strftime('%Y-%m-%dT00:00:00.000000Z', 'now')"
            }
            (Engine::Sqlite, _) => "CURRENT_DATE",
            (Engine::Postgres, Family::Date) => {
                "CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS date)"
            }
            (Engine::Postgres, Family::Timestamp) => {
                "date_trunc('day', CURRENT_TIMESTAMP AT TIME ZONE 'UTC')"
            }
            (Engine::Postgres, Family::TimestampTz) => {
                "date_trunc('day', CURRENT_TIMESTAMP, 'UTC')"
            }
            (Engine::Postgres, Family::Text) => {
                "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
            }
            (Engine::Mariadb, Family::Date) => "utc_date()",
            (Engine::Mariadb, Family::Timestamp | Family::TimestampTz) => {
                "CAST(utc_date() AS datetime(6))"
            }
            (Engine::Mariadb, Family::Text) => "date_format(utc_date(), '%Y-%m-%d')",
            _ => {
                let wanted = wanted.cloned().unwrap_or(DataType::Text);
                return Err(self.no_time("the present day", &wanted));
            }
        }))
    }

    fn time_of_day(&self, wanted: Option<&DataType>) -> Result<Sql, Refusal> {
        let family = wanted.map_or(Family::Text, DataType::family);
        Ok(Sql::atom(match (self.engine, family) {
            (Engine::Sqlite, Family::Time) if self.spelling == Spelling::SqliteCanonical => {
                "strftime('%H:%M:%f000', 'now')"
            }
            (Engine::Sqlite, _) => "CURRENT_TIME",
            (Engine::Postgres, Family::Time) => {
                "CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS time)"
            }
            (Engine::Postgres, Family::Text) => {
                "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'HH24:MI:SS')"
            }
            (Engine::Mariadb, Family::Time) => "utc_time(6)",
            (Engine::Mariadb, Family::Text) => "time_format(utc_time(), '%H:%i:%s')",
            _ => {
                let wanted = wanted.cloned().unwrap_or(DataType::Text);
                return Err(self.no_time("the present time of day", &wanted));
            }
        }))
    }

    /// Whole seconds since 1970; an instant where a time is wanted.
    fn epoch(&self, wanted: Option<&DataType>) -> Result<Sql, Refusal> {
        let family = wanted.map(DataType::family);
        if self.typed() && matches!(family, Some(Family::Timestamp | Family::TimestampTz)) {
            return self.now(wanted);
        }
        let sql = match self.engine {
            // `unixepoch()` came with 3.38.
            Engine::Sqlite => Sql::atom("unixepoch()"),
            // A cast alone would round up in the second half of a second.
            Engine::Postgres => {
                Sql::atom("CAST(floor(EXTRACT(epoch FROM CURRENT_TIMESTAMP)) AS bigint)")
            }
            Engine::Mariadb => Sql::atom("unix_timestamp()"),
        };
        self.fit(sql, Some(&DataType::BigInt), wanted)
    }

    fn epoch_millis(&self, wanted: Option<&DataType>) -> Result<Sql, Refusal> {
        let family = wanted.map(DataType::family);
        if self.typed() && matches!(family, Some(Family::Timestamp | Family::TimestampTz)) {
            return self.now(wanted);
        }
        let sql = match self.engine {
            Engine::Sqlite => {
                Sql::atom("CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)")
            }
            Engine::Postgres => {
                Sql::atom("CAST(floor(EXTRACT(epoch FROM CURRENT_TIMESTAMP) * 1000) AS bigint)")
            }
            // `unix_timestamp(now(3))` would go through the session's time zone.
            Engine::Mariadb => Sql::operation(
                "timestampdiff(MICROSECOND, '1970-01-01', utc_timestamp(3)) DIV 1000",
            ),
        };
        self.fit(sql, Some(&DataType::BigInt), wanted)
    }
}
