//! Functions: each with SQLite's meaning, or refused.
//!
//! - `text`, `number`: by what they give.
//! - `gathered`: aggregates and windows.
//! - `session`: the clock, the connection, chance.

mod gathered;
mod number;
mod session;
mod text;

use super::{Spelling, scope::Scope, sql::Sql, types, writer::Writer};
use crate::{
    Engine, Refusal,
    model::{Call, DataType, Expr, Family, Function},
};

pub(super) use number::integer;
use number::is_whole;

/// A value with its type, where it has one.
type Typed = (Sql, Option<DataType>);

impl Writer {
    pub(super) fn call(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        let (sql, kind) = match call.function {
            Function::CurrentDate
            | Function::CurrentTime
            | Function::CurrentTimestamp
            | Function::CurrentEpoch
            | Function::CurrentEpochMillis
            | Function::Strftime
            | Function::Date
            | Function::Time
            | Function::Datetime
            | Function::Julianday
            | Function::Unixepoch => return self.time(scope, call, wanted),
            Function::JsonExtract
            | Function::JsonGet
            | Function::JsonValid
            | Function::Json
            | Function::JsonType
            | Function::JsonArrayLength
            | Function::JsonArray
            | Function::JsonObject
            | Function::JsonSet
            | Function::JsonInsert
            | Function::JsonReplace
            | Function::JsonRemove
            | Function::JsonPatch
            | Function::JsonGroupArray
            | Function::JsonGroupObject => return self.json(scope, call, wanted),
            Function::Count
            | Function::Sum
            | Function::Total
            | Function::Avg
            | Function::Min
            | Function::Max
            | Function::GroupConcat
            | Function::RowNumber
            | Function::Rank
            | Function::DenseRank
            | Function::Ntile
            | Function::Lag
            | Function::Lead
            | Function::FirstValue
            | Function::LastValue => self.aggregate(scope, call)?,
            Function::Coalesce | Function::Nullif | Function::Least | Function::Greatest => {
                self.choice(scope, call, wanted)?
            }
            Function::Random
            | Function::Randomblob
            | Function::RandomUuid
            | Function::LastInsertRowid
            | Function::CurrentOrg => self.session(call, wanted)?,
            Function::Abs
            | Function::Round
            | Function::Ceil
            | Function::Floor
            | Function::Sign
            | Function::Sqrt
            | Function::Power => self.number(scope, call)?,
            Function::Lower
            | Function::Upper
            | Function::Length
            | Function::OctetLength
            | Function::Substr
            | Function::Trim
            | Function::Ltrim
            | Function::Rtrim
            | Function::Replace
            | Function::Instr
            | Function::Glob
            | Function::Hex
            | Function::Char
            | Function::Unicode
            | Function::Quote
            | Function::Typeof
            | Function::Printf => self.string(scope, call)?,
        };
        if is_whole(scope, call)
            && let Some(wanted) = wanted.filter(|wanted| wanted.family() == Family::Integer)
        {
            // There is no fraction to lose.
            return Ok(match self.engine {
                Engine::Postgres => sql.cast(&self.spelling.data_type(wanted)),
                _ => sql,
            });
        }
        self.fit(sql, kind.as_ref(), wanted)
    }

    /// That argument, or a refusal that says which is missing.
    pub(super) fn arg<'c>(&self, call: &'c Call, place: usize) -> Result<&'c Expr, Refusal> {
        call.args.get(place).ok_or_else(|| {
            Refusal::new(format!(
                "`{}` needs at least {} arguments",
                name(call.function),
                place + 1
            ))
        })
    }

    pub(super) fn no_function(&self, function: Function, why: &str) -> Refusal {
        Refusal::new(format!(
            "`{}` can't be said on {}: {why}",
            name(function),
            self.engine
        ))
    }

    /// The arguments as they are, for an engine that has the function.
    fn as_is(&self, scope: &Scope<'_>, call: &Call, kind: DataType) -> Result<Typed, Refusal> {
        let args: Result<Vec<Sql>, Refusal> = call
            .args
            .iter()
            .map(|arg| self.value(scope, arg, None))
            .collect();
        Ok((Sql::call(&name(call.function), args?), Some(kind)))
    }

    fn choice(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        wanted: Option<&DataType>,
    ) -> Result<Typed, Refusal> {
        let kinds = call.args.iter().map(|arg| types::of(scope, arg));
        let own = types::common(kinds).data;
        if call.function == Function::Nullif {
            return self.nullif(scope, call);
        }
        let kind = wanted
            .cloned()
            .or(own)
            .filter(|_| self.typed() || self.spelling == Spelling::SqliteCanonical);
        let args: Vec<Sql> = call
            .args
            .iter()
            .map(|arg| self.beside_others(scope, arg, kind.as_ref()))
            .collect::<Result<_, _>>()?;
        let sql = match (self.engine, call.function) {
            (_, Function::Coalesce) => Sql::call("COALESCE", args),
            (Engine::Sqlite, Function::Least) => Sql::call("min", args),
            (Engine::Sqlite, _) => Sql::call("max", args),
            (engine, function) => {
                let word = if function == Function::Least {
                    "LEAST"
                } else {
                    "GREATEST"
                };
                // PostgreSQL's pass over NULL, SQLite's and MariaDB's do not.
                let tests: Vec<String> = call
                    .args
                    .iter()
                    .zip(&args)
                    .filter(|(arg, _)| arg.is_null_literal() || !matches!(arg, Expr::Literal(_)))
                    .map(|(_, sql)| format!("{} IS NOT NULL", sql.clone().side()))
                    .collect();
                let sql = Sql::call(word, args);
                if engine == Engine::Postgres && !tests.is_empty() {
                    Sql::atom(format!(
                        "CASE WHEN {} THEN {} END",
                        tests.join(" AND "),
                        sql.text
                    ))
                } else {
                    sql
                }
            }
        };
        Ok((sql, kind))
    }

    fn nullif(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let (value, other) = (self.arg(call, 0)?, self.arg(call, 1)?);
        let own = types::of(scope, value);
        let kind = types::meet(own.clone(), types::of(scope, other));
        let first = self.compared(scope, value, &kind)?;
        match self.compared(scope, other, &kind) {
            Ok(second) if !kind.nocase => Ok((Sql::call("NULLIF", [first, second]), kind.data)),
            Ok(_) => Err(self.no_function(Function::Nullif, "a NOCASE column is compared")),
            // A constant that no value of the column's type equals.
            Err(_) if matches!(other, Expr::Literal(_)) => {
                Ok((self.value(scope, value, None)?, own.data))
            }
            Err(refusal) => Err(refusal),
        }
    }
}

/// SQLite's name for it, which most share.
pub(super) fn name(function: Function) -> String {
    let word = match function {
        Function::Least => "min",
        Function::Greatest => "max",
        Function::CurrentEpoch => "unixepoch",
        Function::JsonGet => "->",
        _ => "",
    };
    if !word.is_empty() {
        return word.into();
    }
    // `GroupConcat` is `group_concat`.
    let mut name = String::new();
    for letter in format!("{function:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
