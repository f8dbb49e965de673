//! Aggregates and window functions, with the order they go by.

use crate::lower::expr::{
    scope::Scope,
    sql::{Sql, list},
    types,
    writer::{Writer, holds_json},
};
use crate::{
    Engine, Refusal,
    model::{
        Call, DataType, Expr, Family, Frame, FrameBound, FrameUnits, Function, Literal, OrderBy,
        Window,
    },
};

use super::{Typed, name};

impl Writer {
    /// `ORDER BY` for what is gathered, where the query it stands in has one.
    pub(in crate::lower::expr) fn gathering(
        &self,
        scope: &Scope<'_>,
        call: &Call,
    ) -> Result<Option<String>, Refusal> {
        let keys = self.gathered.borrow().clone();
        // Of equal values one is left, and there is no saying which.
        if keys.is_empty() || call.distinct || call.over.is_some() || !self.typed() {
            return Ok(None);
        }
        self.order_by(scope, &keys).map(Some)
    }

    pub(super) fn aggregate(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let kind = types::of(scope, &Expr::Call(Box::new(call.clone()))).data;
        let engine = self.engine;
        let double = DataType::Double;
        let first = call.args.first().map(|arg| types::of(scope, arg));
        let family = first.as_ref().and_then(|kind| kind.family());
        let boolean = family == Some(Family::Boolean) && engine == Engine::Postgres;
        let typed = self.typed();
        // What the first argument has to be.
        let as_type = match call.function {
            Function::Sum | Function::Total | Function::Avg if typed => match family {
                None if call.args.first().is_some_and(holds_json) => Some(DataType::Numeric(None)),
                Some(Family::Number | Family::Integer) | None => None,
                Some(Family::Boolean) => Some(DataType::BigInt),
                Some(_) => {
                    return Err(self.no_function(call.function, "it is taken of what is no number"));
                }
            },
            Function::GroupConcat if typed => Some(DataType::Text),
            Function::Min | Function::Max if boolean => Some(DataType::Boolean),
            Function::Min | Function::Max
                if engine == Engine::Postgres
                    && matches!(family, Some(Family::Uuid | Family::Json | Family::Blob)) =>
            {
                Some(DataType::Text)
            }
            _ => None,
        };
        let mut args = Vec::new();
        for (place, arg) in call.args.iter().enumerate() {
            let wanted = if place == 0 { as_type.as_ref() } else { None };
            args.push(self.value(scope, arg, wanted)?);
        }
        let mut filter = match &call.filter {
            Some(filter) => Some(self.condition(scope, filter)?),
            None => None,
        };
        // MariaDB has no FILTER: what is left out is NULL, which no aggregate counts.
        if engine == Engine::Mariadb
            && let Some(filter) = filter.take()
        {
            let counted = if args.is_empty() {
                Sql::atom("1")
            } else {
                args.remove(0)
            };
            let kept = format!("CASE WHEN {} THEN {} END", filter.text, counted.text);
            args.insert(0, Sql::atom(kept));
        }
        if engine == Engine::Mariadb
            && args.len() == 3
            && let Some(window) = &call.over
        {
            return Ok((self.beyond(scope, call, args, window)?, kind));
        }
        let distinct = if call.distinct { "DISTINCT " } else { "" };
        let function = match (engine, call.function) {
            (Engine::Postgres, Function::GroupConcat) => "string_agg".into(),
            (Engine::Postgres, Function::Min) if boolean => "bool_and".into(),
            (Engine::Postgres, Function::Max) if boolean => "bool_or".into(),
            (Engine::Sqlite, function) => name(function),
            (_, Function::Total) => "sum".into(),
            (_, function) => name(function),
        };
        let order = match call.function {
            Function::GroupConcat => self.gathering(scope, call)?,
            _ => None,
        };
        let order = order.map(|order| format!(" {order}")).unwrap_or_default();
        let inner = match (engine, call.function) {
            (Engine::Mariadb, Function::GroupConcat) => self.group_concat(call, args, &order)?,
            (Engine::Postgres, Function::GroupConcat) if args.len() == 1 => {
                format!("{}, ','{order}", list(args))
            }
            (Engine::Postgres, Function::GroupConcat) => format!("{}{order}", list(args)),
            (Engine::Mariadb, Function::Avg) => {
                list(args.into_iter().map(|arg| arg.cast("double")))
            }
            _ if args.is_empty() && call.function == Function::Count => "*".into(),
            _ => list(args),
        };
        let mut text = format!("{function}({distinct}{inner})");
        if let Some(filter) = filter {
            text.push_str(&format!(" FILTER (WHERE {})", filter.text));
        }
        if let Some(window) = &call.over {
            text.push_str(&format!(" OVER ({})", self.window(scope, window)?));
        }
        let sql = Sql::atom(text);
        Ok(match (engine, call.function, &kind) {
            (Engine::Postgres, Function::Sum, Some(DataType::BigInt)) => (sql.cast("bigint"), kind),
            (Engine::Mariadb, Function::Sum, Some(DataType::BigInt)) => (sql.cast("signed"), kind),
            (Engine::Postgres, Function::Avg, _) => (sql.cast("double precision"), kind),
            (Engine::Postgres, Function::Total, _) => (
                Sql::call("COALESCE", [sql.cast("double precision"), Sql::atom("0")]),
                kind,
            ),
            (Engine::Mariadb, Function::Total, _) => {
                (Sql::call("COALESCE", [sql, Sql::atom("0e0")]), Some(double))
            }
            (Engine::Postgres, Function::Min | Function::Max, _) => (sql, as_type.or(kind)),
            (_, Function::Sum, None) => (sql, as_type),
            _ => (sql, kind),
        })
    }

    pub(super) fn group_concat(
        &self,
        call: &Call,
        args: Vec<Sql>,
        order: &str,
    ) -> Result<String, Refusal> {
        let first = args
            .into_iter()
            .next()
            .map(|arg| arg.text)
            .unwrap_or_default();
        let separator = match call.args.get(1) {
            None => self.spelling.text(",")?,
            Some(Expr::Literal(Literal::Text(separator))) => self.spelling.text(separator)?,
            Some(_) => {
                return Err(self.no_function(Function::GroupConcat, "its separator is no constant"));
            }
        };
        Ok(format!("{first}{order} SEPARATOR {}", separator.text))
    }

    /// `lag` or `lead` with a value for where there is no such row, which
    /// MariaDB's have not.
    pub(super) fn beyond(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        args: Vec<Sql>,
        window: &Window,
    ) -> Result<Sql, Refusal> {
        let mut args = args.into_iter().map(|arg| arg.text);
        let (value, count, other) = (args.next(), args.next(), args.next());
        let (value, count) = (value.unwrap_or_default(), count.unwrap_or_default());
        let other = other.unwrap_or_default();
        let over = self.window(scope, window)?;
        let place = format!("row_number() OVER ({over})");
        let rest = match call.function {
            Function::Lag => format!("{place} <= {count}"),
            _ => {
                let all = Window {
                    order_by: Vec::new(),
                    frame: None,
                    ..window.clone()
                };
                let all = self.window(scope, &all)?;
                format!("count(*) OVER ({all}) - {place} < {count}")
            }
        };
        Ok(Sql::atom(format!(
            "CASE WHEN {rest} THEN {other} ELSE {}({value}, {count}) OVER ({over}) END",
            name(call.function)
        )))
    }

    pub(super) fn window(&self, scope: &Scope<'_>, window: &Window) -> Result<String, Refusal> {
        let mut parts = Vec::new();
        if !window.partition_by.is_empty() {
            let keys = window
                .partition_by
                .iter()
                .map(|key| self.value(scope, key, None));
            let keys: Vec<Sql> = keys.collect::<Result<_, _>>()?;
            parts.push(format!("PARTITION BY {}", list(keys)));
        }
        if !window.order_by.is_empty() {
            parts.push(self.order_by(scope, &window.order_by)?);
        }
        if let Some(frame) = &window.frame {
            parts.push(self.frame(frame)?);
        }
        Ok(parts.join(" "))
    }

    pub(super) fn frame(&self, frame: &Frame) -> Result<String, Refusal> {
        let units = match frame.units {
            FrameUnits::Rows => "ROWS",
            FrameUnits::Range => "RANGE",
            FrameUnits::Groups if self.engine == Engine::Mariadb => {
                return Err(Refusal::new("MariaDB has no window frames of GROUPS"));
            }
            FrameUnits::Groups => "GROUPS",
        };
        let start = bound(frame.start);
        Ok(match frame.end {
            Some(end) => format!("{units} BETWEEN {start} AND {}", bound(end)),
            None => format!("{units} {start}"),
        })
    }

    /// `ORDER BY ..`.
    pub(in crate::lower::expr) fn order_by(
        &self,
        scope: &Scope<'_>,
        keys: &[OrderBy],
    ) -> Result<String, Refusal> {
        let mut parts = Vec::new();
        for key in keys {
            let sql = self.order_value(scope, &key.expr)?;
            parts.push(self.ordered(key, sql));
        }
        Ok(format!("ORDER BY {}", parts.join(", ")))
    }

    /// A key of ORDER BY: NULL is the least value on SQLite and MariaDB.
    pub(in crate::lower::expr) fn ordered(&self, key: &OrderBy, sql: Sql) -> String {
        let sql = sql.text;
        let direction = if key.descending { " DESC" } else { "" };
        let first = key.nulls_first.unwrap_or(!key.descending);
        let said = match self.engine {
            Engine::Postgres => true,
            Engine::Sqlite => key.nulls_first.is_some(),
            Engine::Mariadb => false,
        };
        if said {
            let nulls = if first { "FIRST" } else { "LAST" };
            return format!("{sql}{direction} NULLS {nulls}");
        }
        if self.engine == Engine::Mariadb && first == key.descending {
            let nulls = if first { " DESC" } else { "" };
            return format!("{sql} IS NULL{nulls}, {sql}{direction}");
        }
        format!("{sql}{direction}")
    }
}

pub(super) fn bound(bound: FrameBound) -> String {
    let rows = |rows: Option<u64>| rows.map_or("UNBOUNDED".into(), |rows| rows.to_string());
    match bound {
        FrameBound::CurrentRow => "CURRENT ROW".into(),
        FrameBound::Preceding(count) => format!("{} PRECEDING", rows(count)),
        FrameBound::Following(count) => format!("{} FOLLOWING", rows(count)),
    }
}
