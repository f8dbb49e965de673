//! The backend as Diesel sees it: one type whose *value* names the engine.
//!
//! Diesel hands `&Dual` to every query fragment, so a fragment can branch where
//! SQLite and PostgreSQL differ. Everything else is one SQL text: double-quoted
//! identifiers, `||`, `RETURNING`, `ON CONFLICT` and `FILTER` are the same words
//! on both.

use std::fmt::Write as _;

use diesel::QueryResult;
use diesel::backend::{
    Backend, DieselReserveSpecialization, SqlDialect, TrustedBackend, sql_dialect as dialect,
};
use diesel::query_builder::QueryBuilder;
use diesel::sql_types::{
    Array, BigInt, Binary, Bool, Date, Double, Float, HasSqlType, Integer, Json, Jsonb, SmallInt,
    Text, Time, Timestamp, Timestamptz, TypeMetadata, Uuid,
};

use super::Binds;
use crate::{DualValue, Engine};

/// Diesel's backend for both engines.
///
/// It is named where Diesel wants a backend type: `table.into_boxed::<Dual>()`,
/// `impl ToSql<Text, Dual> for ..`, `#[diesel(check_for_backend(Dual))]`.
/// Which engine a value stands for is decided by the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dual {
    engine: Engine,
    walk: Walk,
}

/// Diesel walks a query once for its binds and, unless the text is known, once
/// for its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Walk {
    Binds,
    Text,
}

impl Dual {
    pub(crate) const fn of(engine: Engine) -> &'static Dual {
        // Diesel borrows the backend for as long as the binds it collects, which
        // outlive the call. A few constants serve every query.
        match engine {
            Engine::Sqlite => &Dual {
                engine: Engine::Sqlite,
                walk: Walk::Text,
            },
            Engine::Postgres => &Dual {
                engine: Engine::Postgres,
                walk: Walk::Text,
            },
        }
    }

    /// For collecting binds alone.
    pub(crate) const fn for_binds(engine: Engine) -> &'static Dual {
        match engine {
            Engine::Sqlite => &Dual {
                engine: Engine::Sqlite,
                walk: Walk::Binds,
            },
            Engine::Postgres => &Dual {
                engine: Engine::Postgres,
                walk: Walk::Binds,
            },
        }
    }

    /// Whether SQL text is being written. What is checked then need not be checked
    /// when binds are collected.
    pub(crate) fn writes_text(&self) -> bool {
        self.walk == Walk::Text
    }

    /// The engine that SQL is being written for.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }
}

/// PostgreSQL's spelling: what [`diesel::debug_query`] shows, since it has no
/// connection to ask. [`debug_sql`](crate::debug_sql) names the engine.
impl Default for Dual {
    fn default() -> Self {
        *Dual::of(Engine::Postgres)
    }
}

/// PostgreSQL's object identifiers of a SQL type and of arrays of it. SQLite needs neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DualTypeMetadata {
    pub(crate) oid: u32,
    pub(crate) array_oid: u32,
}

impl TypeMetadata for Dual {
    type TypeMetadata = DualTypeMetadata;
    // The "lookup" is the engine, so that a `ToSql` can ask which engine it writes for.
    type MetadataLookup = Engine;
}

impl Backend for Dual {
    type QueryBuilder = DualQueryBuilder;
    type RawValue<'a> = DualValue<'a>;
    type BindCollector<'a> = Binds;
}

impl DieselReserveSpecialization for Dual {}
impl TrustedBackend for Dual {}

/// `ON CONFLICT` as PostgreSQL has it and SQLite took over (SQLite manual, "UPSERT").
#[derive(Debug, Clone, Copy)]
pub struct DualOnConflict;
impl dialect::on_conflict_clause::SupportsOnConflictClause for DualOnConflict {}
impl dialect::on_conflict_clause::SupportsOnConflictClauseWhere for DualOnConflict {}
impl dialect::on_conflict_clause::PgLikeOnConflictClause for DualOnConflict {}

/// `DEFAULT` is a keyword on PostgreSQL; on SQLite the column is left out. See `clauses.rs`.
#[derive(Debug, Clone, Copy)]
pub struct DualInsertDefault;
impl dialect::default_keyword_for_insert::SupportsDefaultKeyword for DualInsertDefault {}

/// One `INSERT` with many rows. See `clauses.rs`.
#[derive(Debug, Clone, Copy)]
pub struct DualBatchInsert;
impl dialect::batch_insert_support::SupportsBatchInsert for DualBatchInsert {}

/// `IN` lists are one bind. See `lists.rs`.
#[derive(Debug, Clone, Copy)]
pub struct DualLists;

impl SqlDialect for Dual {
    type ReturningClause = dialect::returning_clause::PgLikeReturningClause;
    type OnConflictClause = DualOnConflict;
    type InsertWithDefaultKeyword = DualInsertDefault;
    type BatchInsertSupport = DualBatchInsert;
    type ConcatClause = dialect::concat_clause::ConcatWithPipesClause;
    type DefaultValueClauseForInsert = dialect::default_value_clause::AnsiDefaultValueClause;
    type EmptyFromClauseSyntax = dialect::from_clause_syntax::AnsiSqlFromClauseSyntax;
    type ExistsSyntax = dialect::exists_syntax::AnsiSqlExistsSyntax;
    type ArrayComparison = DualLists;
    type SelectStatementSyntax = dialect::select_statement_syntax::AnsiSqlSelectStatement;
    type AliasSyntax = dialect::alias_syntax::AsAliasSyntax;
    type WindowFrameClauseGroupSupport =
        dialect::window_frame_clause_group_support::IsoGroupWindowFrameUnit;
    type WindowFrameExclusionSupport =
        dialect::window_frame_exclusion_support::FrameExclusionSupport;
    type AggregateFunctionExpressions =
        dialect::aggregate_function_expressions::PostgresLikeAggregateFunctionExpressions;
    type BuiltInWindowFunctionRequireOrder =
        dialect::built_in_window_function_require_order::NoOrderRequired;
}

// Object identifiers are fixed by PostgreSQL's `pg_type.dat`.
macro_rules! sql_types {
    ($($sql_type:ty = $oid:literal, $array_oid:literal;)*) => {$(
        impl HasSqlType<$sql_type> for Dual {
            fn metadata(_: &mut Engine) -> DualTypeMetadata {
                DualTypeMetadata { oid: $oid, array_oid: $array_oid }
            }
        }
    )*};
}

sql_types! {
    Bool = 16, 1000;
    SmallInt = 21, 1005;
    Integer = 23, 1007;
    BigInt = 20, 1016;
    Float = 700, 1021;
    Double = 701, 1022;
    Text = 25, 1009;
    Binary = 17, 1001;
    Date = 1082, 1182;
    Time = 1083, 1183;
    Timestamp = 1114, 1115;
    Timestamptz = 1184, 1185;
    Json = 114, 199;
    Jsonb = 3802, 3807;
    Uuid = 2950, 2951;
}

impl<ST: 'static> HasSqlType<Array<ST>> for Dual
where
    Dual: HasSqlType<ST>,
{
    fn metadata(engine: &mut Engine) -> DualTypeMetadata {
        let element = <Dual as HasSqlType<ST>>::metadata(engine);
        DualTypeMetadata {
            oid: element.array_oid,
            array_oid: 0,
        }
    }
}

/// Collects the SQL text of one query.
#[derive(Debug)]
pub struct DualQueryBuilder {
    engine: Engine,
    sql: String,
    binds: u32,
    repetition: Option<Repetition>,
}

/// Text that is compared with what is there already, instead of added to it.
#[derive(Debug)]
struct Repetition {
    /// How much was compared.
    length: usize,
    agrees: bool,
}

impl DualQueryBuilder {
    pub(crate) fn new(engine: Engine) -> Self {
        DualQueryBuilder {
            engine,
            sql: String::with_capacity(128),
            binds: 0,
            repetition: None,
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    /// Whether `write` would write once more what is there. Nothing is added.
    pub(crate) fn is_repeated(
        &mut self,
        write: impl FnOnce(&mut Self) -> QueryResult<()>,
    ) -> QueryResult<bool> {
        self.repetition = Some(Repetition {
            length: 0,
            agrees: true,
        });
        let written = write(self);
        let repetition = self.repetition.take();
        written?;
        Ok(repetition.is_some_and(|it| it.agrees && it.length == self.sql.len()))
    }

    #[inline]
    fn put(&mut self, text: &str) {
        match &mut self.repetition {
            None => self.sql.push_str(text),
            Some(repetition) => {
                let rest = self.sql.as_bytes().get(repetition.length..);
                repetition.agrees &= rest.is_some_and(|rest| rest.starts_with(text.as_bytes()));
                repetition.length += text.len();
            }
        }
    }
}

impl Default for DualQueryBuilder {
    fn default() -> Self {
        DualQueryBuilder::new(Dual::default().engine)
    }
}

impl QueryBuilder<Dual> for DualQueryBuilder {
    fn push_sql(&mut self, sql: &str) {
        self.put(sql);
    }

    fn push_identifier(&mut self, identifier: &str) -> QueryResult<()> {
        self.put("\"");
        if identifier.as_bytes().contains(&b'"') {
            self.put(&identifier.replace('"', "\"\""));
        } else {
            self.put(identifier);
        }
        self.put("\"");
        Ok(())
    }

    fn push_bind_param(&mut self) {
        self.binds += 1;
        match self.engine {
            // SQLite looks a `$n` up by name, one string comparison per earlier
            // parameter; `?` counts by itself. A list of 500 binds three times faster.
            Engine::Sqlite => self.put("?"),
            Engine::Postgres => {
                // Writing to a `String` cannot fail.
                let _ = write!(self.sql, "${}", self.binds);
            }
        }
    }

    fn push_bind_param_value_only(&mut self) {
        self.binds += 1;
    }

    fn finish(self) -> String {
        self.sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns<'a>(
        names: &'a [&str],
    ) -> impl FnOnce(&mut DualQueryBuilder) -> QueryResult<()> + 'a {
        move |builder| {
            for name in names {
                builder.push_identifier(name)?;
                builder.push_sql(", ");
            }
            Ok(())
        }
    }

    #[test]
    fn a_quotation_mark_in_a_name_is_doubled() {
        let mut builder = DualQueryBuilder::new(Engine::Sqlite);
        columns(&[r#"a"b"#])(&mut builder).unwrap();
        assert_eq!(builder.finish(), r#""a""b", "#);
    }

    #[test]
    fn only_the_whole_text_again_is_a_repetition() {
        let mut builder = DualQueryBuilder::new(Engine::Sqlite);
        columns(&["id", "name"])(&mut builder).unwrap();
        let mut repeats = |names: &[&str]| builder.is_repeated(columns(names)).unwrap();
        assert!(repeats(&["id", "name"]));
        assert!(!repeats(&["id"]));
        assert!(!repeats(&["id", "name", "age"]));
        assert!(!repeats(&["name", "id"]));
        assert!(!repeats(&["id", "nome"]));
        assert!(repeats(&["id", "name"]));
        assert_eq!(builder.finish(), r#""id", "name", "#);
    }
}
