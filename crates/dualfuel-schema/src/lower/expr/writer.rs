//! Writes an expression.
//!
//! Every function here says for what type it writes. A wanted type is handed
//! down to where values come from (the branches of a CASE, the arguments of
//! COALESCE), so that a constant there is already of it; what has a type of
//! its own is converted where it ends.

use std::cell::{Cell, RefCell};

use super::{
    Spelling, constant, fit,
    scope::{Found, Scope},
    sql::{Level, Sql, list},
    types::{self, DEPTH_LIMIT, Type},
};
use crate::{
    Engine, Refusal,
    model::{DataType, Expr, Family, Function, Literal, Name, OrderBy, UnaryOp},
};

/// Where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// After DEFAULT: no columns.
    Default,
    /// Over one row: a CHECK. It is kept in the catalogue and has to be read
    /// back from there.
    Row,
    /// The same in an index or a generated column, where engines take nothing
    /// that a setting could change: on PostgreSQL no `to_char`.
    Steady,
    /// In a query or a data statement.
    Query,
}

impl Place {
    /// Whether it is over one row, and read back.
    pub(super) fn is_row(self) -> bool {
        matches!(self, Self::Row | Self::Steady)
    }
}

/// Writes expressions in one spelling.
pub(super) struct Writer {
    pub(super) spelling: Spelling,
    pub(super) engine: Engine,
    pub(super) place: Place,
    /// It stands in a statement that runs once and is read back from nowhere.
    pub(super) once: bool,
    /// The order in which what is gathered comes, where none is said.
    pub(super) gathered: RefCell<Vec<OrderBy>>,
    /// Whether the statement asks PostgreSQL if a text is JSON.
    pub(super) asks_json: Cell<bool>,
    depth: Cell<usize>,
    /// How many subqueries had to be given a name.
    pub(super) unnamed: Cell<usize>,
}

impl Writer {
    pub(super) fn new(spelling: Spelling, place: Place) -> Self {
        Self {
            spelling,
            engine: spelling.engine(),
            place,
            once: false,
            gathered: RefCell::default(),
            asks_json: Cell::default(),
            depth: Cell::new(0),
            unnamed: Cell::new(0),
        }
    }

    pub(super) fn quote(&self, name: &Name) -> String {
        super::quote(self.engine, name)
    }

    /// Whether values must be of their place's type.
    pub(super) fn typed(&self) -> bool {
        self.engine != Engine::Sqlite
    }

    /// Runs `inner` one level deeper.
    pub(super) fn deeper<T>(
        &self,
        inner: impl FnOnce() -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let depth = self.depth.get();
        if depth >= DEPTH_LIMIT {
            return Err(Refusal::new(format!(
                "the expression is nested more than {DEPTH_LIMIT} levels deep"
            )));
        }
        self.depth.set(depth + 1);
        let result = inner();
        self.depth.set(depth);
        result
    }

    /// An expression as a value: of the wanted type, or of its own.
    pub(super) fn value(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        self.deeper(|| self.write(scope, expr, wanted))
    }

    /// An expression as text, a column of another type included.
    pub(super) fn text(&self, scope: &Scope<'_>, expr: &Expr) -> Result<Sql, Refusal> {
        self.value(scope, expr, Some(&DataType::Text))
    }

    /// A text that a view may give to whoever compares it with a column.
    fn of_view(&self, sql: Sql, kind: &DataType) -> Sql {
        match (kind.family(), self.place) {
            (Family::Text, Place::Query) => self.among_texts(sql),
            _ => sql,
        }
    }

    /// One of several values of which one is taken.
    pub(super) fn beside_others(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        let sql = self.value(scope, expr, wanted)?;
        let text = wanted.is_some_and(|wanted| wanted.family() == Family::Text);
        Ok(if text { self.among_texts(sql) } else { sql })
    }

    fn write(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        match expr {
            Expr::Literal(literal) => constant::write(self.spelling, literal, wanted),
            Expr::Column { table, column } => self.column(scope, table.as_ref(), column, wanted),
            Expr::Unary { op, expr } => self.unary(scope, *op, expr, wanted),
            Expr::Binary { left, op, right } => {
                let (sql, kind) = self.binary(scope, left, *op, right, wanted)?;
                self.fit(sql, kind.as_ref(), wanted)
            }
            Expr::IsNull { .. }
            | Expr::Between { .. }
            | Expr::InList { .. }
            | Expr::InQuery { .. }
            | Expr::Exists { .. }
            | Expr::Like(_) => {
                let sql = self.test(scope, expr)?;
                self.fit(sql, Some(&DataType::Boolean), wanted)
            }
            Expr::Case {
                operand,
                branches,
                otherwise,
            } => self.case(
                scope,
                operand.as_deref(),
                branches,
                otherwise.as_deref(),
                wanted,
            ),
            // The epoch as text, where a number or a time is wanted.
            Expr::Cast { .. } if is_epoch_text(expr, wanted) && self.typed() => match expr {
                Expr::Cast { expr, .. } => self.value(scope, expr, wanted),
                _ => self.value(scope, expr, wanted),
            },
            Expr::Cast { expr, data_type } => {
                let sql = self.of_view(self.cast(scope, expr, data_type)?, data_type);
                self.fit(sql, Some(data_type), wanted)
            }
            Expr::CollateNoCase(inner) => {
                let sql = self.value(scope, inner, wanted)?;
                Ok(match self.engine {
                    Engine::Sqlite => Sql::operation(format!("{} COLLATE NOCASE", sql.operand())),
                    _ => sql,
                })
            }
            Expr::Call(call) => self.call(scope, call, wanted),
            Expr::Subquery(query) => self.subquery(scope, query, wanted),
            Expr::Row(values) => {
                let values: Result<Vec<Sql>, Refusal> = values
                    .iter()
                    .map(|value| self.value(scope, value, None))
                    .collect();
                Ok(Sql::atom(format!("({})", list(values?))))
            }
            Expr::Opaque { engine, text } => Err(Refusal::new(format!(
                "`{text}` is {engine}'s own and can't be said otherwise"
            ))),
        }
    }

    /// `sql` of type `kind` as one of the wanted type; unchanged where either
    /// is not known.
    pub(super) fn fit(
        &self,
        sql: Sql,
        kind: Option<&DataType>,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        match (kind, wanted) {
            (Some(kind), Some(wanted)) => {
                let made = fit::fit((self.spelling, self.place), sql, kind, wanted)?;
                Ok(match kind.family() == wanted.family() {
                    true => made,
                    false => self.of_view(made, wanted),
                })
            }
            _ => Ok(sql),
        }
    }

    fn column(
        &self,
        scope: &Scope<'_>,
        table: Option<&Name>,
        column: &Name,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        match scope.find(table, column) {
            Some(Found::Column {
                source,
                column: found,
            }) => {
                let name = self.quote(&found.name);
                let qualify = table.is_some() || scope.qualify;
                let sql = if source.name.is("excluded") && self.engine == Engine::Mariadb {
                    Sql::call("VALUES", [Sql::atom(name)])
                } else if qualify && ["new", "old"].iter().any(|row| source.name.is(*row)) {
                    Sql::atom(format!(
                        "{}.{name}",
                        source.name.as_str().to_ascii_uppercase()
                    ))
                } else if qualify {
                    Sql::atom(format!("{}.{name}", self.quote(&source.name)))
                } else {
                    Sql::atom(name)
                };
                let kind = found.kind.data.clone();
                let sql = self.of_json_each(sql, found.held);
                self.fit(sql, kind.as_ref(), wanted)
            }
            Some(Found::Alias(value)) => {
                scope.in_alias.set(true);
                let sql = self.value(scope, value, wanted);
                scope.in_alias.set(false);
                sql
            }
            // SQLite reads a name in double quotes that is no column as text,
            // and where it is neither quoted nor a column, refuses to run.
            None if table.is_none() && !Scope::is_rowid(column) => constant::write(
                self.spelling,
                &Literal::Text(column.as_str().to_owned()),
                wanted,
            ),
            None => Err(Scope::missing(table, column)),
        }
    }

    fn unary(
        &self,
        scope: &Scope<'_>,
        op: UnaryOp,
        expr: &Expr,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        match (op, expr) {
            (UnaryOp::Minus, Expr::Literal(Literal::Integer(number))) if *number >= 0 => {
                constant::write(self.spelling, &Literal::Integer(-number), wanted)
            }
            (UnaryOp::Minus, Expr::Literal(Literal::Number(number)))
                if !number.starts_with('-') =>
            {
                // The only number below all others has no positive twin.
                let literal = match number.as_str() {
                    "9223372036854775808" => Literal::Integer(i64::MIN),
                    _ => Literal::Number(format!("-{number}")),
                };
                constant::write(self.spelling, &literal, wanted)
            }
            (UnaryOp::Not, _) => {
                let sql = self.condition(scope, expr)?;
                let sql = Sql::new(format!("NOT {}", sql.operand()), Level::Not);
                self.fit(sql, Some(&DataType::Boolean), wanted)
            }
            (UnaryOp::Plus, _) => self.value(scope, expr, wanted),
            (UnaryOp::Minus, _) => {
                let kind = types::of(
                    scope,
                    &Expr::Unary {
                        op,
                        expr: Box::new(expr.clone()),
                    },
                );
                let sql = self.value(scope, expr, kind.data.as_ref())?;
                let sql = Sql::operation(format!("-{}", sql.operand()));
                self.fit(sql, kind.data.as_ref(), wanted)
            }
            (UnaryOp::BitNot, _) => {
                let sql = self.whole(scope, expr)?.operand();
                // MariaDB's bit operators give unsigned numbers.
                let sql = match self.engine {
                    Engine::Mariadb => Sql::operation(format!("~{sql}")).cast("signed"),
                    _ => Sql::operation(format!("~{sql}")),
                };
                self.fit(sql, Some(&DataType::BigInt), wanted)
            }
        }
    }

    /// `CASE`: its values are of the wanted type, or of the one that holds
    /// them all.
    fn case(
        &self,
        scope: &Scope<'_>,
        operand: Option<&Expr>,
        branches: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        let values = branches.iter().map(|(_, value)| value).chain(otherwise);
        let own = types::common(values.map(|value| types::of(scope, value))).data;
        let wanted = wanted.or(own.as_ref()).filter(|_| self.typed());
        let compared = types::common(
            operand
                .into_iter()
                .chain(branches.iter().map(|(when, _)| when))
                .map(|value| types::of(scope, value)),
        );
        let mut sql = String::from("CASE");
        if let Some(operand) = operand {
            let operand = self.compared(scope, operand, &compared)?;
            sql.push_str(&format!(" {}", operand.operand()));
        }
        for (when, then) in branches {
            let when = match operand {
                Some(_) => self.compared(scope, when, &compared)?,
                None => self.condition(scope, when)?,
            };
            let then = self.beside_others(scope, then, wanted)?;
            sql.push_str(&format!(" WHEN {} THEN {}", when.text, then.text));
        }
        if let Some(otherwise) = otherwise {
            let otherwise = self.beside_others(scope, otherwise, wanted)?;
            sql.push_str(&format!(" ELSE {}", otherwise.text));
        }
        Ok(Sql::atom(format!("{sql} END")))
    }

    /// `CAST`: what SQLite makes of the value.
    fn cast(&self, scope: &Scope<'_>, expr: &Expr, data_type: &DataType) -> Result<Sql, Refusal> {
        if let DataType::Other(name) = data_type {
            return Err(Refusal::new(format!(
                "a value is made a `{name}`, which has no equal on {}",
                self.engine
            )));
        }
        if self.engine == Engine::Sqlite {
            let sql = self.value(scope, expr, None)?;
            return Ok(sql.cast(&super::sqlite::cast_type(data_type)));
        }
        if let Some(literal) = constant::cast(expr, data_type) {
            let sql = constant::write(self.spelling, &literal, Some(data_type))?;
            return Ok(sql.cast_from(self, data_type));
        }
        let kind = types::of(scope, expr);
        if kind.soft && !matches!(expr, Expr::Literal(Literal::Text(_))) {
            return Ok(self
                .value(scope, expr, Some(data_type))?
                .cast_from(self, data_type));
        }
        let from = kind.data.clone();
        let sql = self.value(scope, expr, None)?;
        match (from.as_ref().map(DataType::family), data_type.family()) {
            // SQLite cuts the fraction off, the others round.
            (Some(Family::Number), Family::Integer) => Ok(self.cut(sql, data_type)),
            (Some(Family::Text), Family::Integer | Family::Number)
                if self.place == Place::Query =>
            {
                self.leading_number(sql, data_type)
            }
            (Some(family), wanted) if family == wanted => Ok(sql.cast_from(self, data_type)),
            (Some(_), _) => {
                let sql = self.fit(sql, from.as_ref(), Some(data_type))?;
                Ok(sql.cast_from(self, data_type))
            }
            (None, _) => Ok(sql.cast_from(self, data_type)),
        }
    }

    /// What SQLite takes for a whole number where it wants one: the fraction
    /// is cut off.
    pub(super) fn whole(&self, scope: &Scope<'_>, expr: &Expr) -> Result<Sql, Refusal> {
        let bits = DataType::BigInt;
        match types::of(scope, expr).family() {
            Some(Family::Number) if self.typed() => self.cast(scope, expr, &bits),
            _ => self.value(scope, expr, Some(&bits)),
        }
    }

    fn cut(&self, sql: Sql, data_type: &DataType) -> Sql {
        match self.engine {
            Engine::Mariadb => Sql::call("TRUNCATE", [sql, Sql::atom("0")])
                .cast(&super::mariadb::cast_type(data_type)),
            _ => Sql::call("trunc", [sql]).cast(&self.spelling.data_type(data_type)),
        }
    }

    /// The number that a text begins with; 0 where it begins with none.
    fn leading_number(&self, sql: Sql, data_type: &DataType) -> Result<Sql, Refusal> {
        let digits = match data_type.family() {
            Family::Integer => "^[[:space:]]*[+-]?[0-9]+",
            _ => "^[[:space:]]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?",
        };
        let text = sql.text;
        Ok(match self.engine {
            Engine::Mariadb => Sql::atom(format!(
                "CASE WHEN {text} IS NOT NULL THEN CAST(COALESCE(NULLIF(REGEXP_SUBSTR({text}, '{digits}'), ''), '0') AS {}) END",
                super::mariadb::cast_type(data_type)
            )),
            _ => {
                let digits = digits
                    .replace("([0-9]+[.]?", "(?:[0-9]+[.]?")
                    .replace(")([eE]", ")(?:[eE]");
                Sql::atom(format!(
                    "CASE WHEN {text} IS NOT NULL THEN CAST(COALESCE(substring({text} from '{digits}'), '0') AS {}) END",
                    self.spelling.data_type(data_type)
                ))
            }
        })
    }

    /// A value that is compared with others, as the type they all have.
    pub(super) fn compared(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
        kind: &Type,
    ) -> Result<Sql, Refusal> {
        let own = types::of(scope, expr);
        self.comparable(&own, kind)?;
        // A number in a document may have a fraction, whatever it is compared with.
        let any = DataType::Numeric(None);
        let wanted = match &kind.data {
            Some(data) if data.family() == Family::Integer && holds_json(expr) => Some(&any),
            data => data.as_ref(),
        };
        let wanted = wanted.filter(|_| self.spelling != Spelling::SqliteAsWritten);
        let sql = self.value(scope, expr, wanted)?;
        let folds = kind.nocase && self.typed() && kind.family() == Some(Family::Text);
        if folds {
            self.lowered(expr, sql)
        } else {
            Ok(sql)
        }
    }

    /// A value in lower case; a constant is written so.
    pub(super) fn lowered(&self, expr: &Expr, sql: Sql) -> Result<Sql, Refusal> {
        match expr {
            // Of other letters MariaDB has its own view.
            Expr::Literal(Literal::Text(text)) if text.is_ascii() => {
                self.spelling.text(&text.to_ascii_lowercase())
            }
            _ => Ok(self.folded("lower", sql, false)),
        }
    }

    /// Refuses a comparison whose outcome on SQLite hangs on what a text holds.
    pub(super) fn comparable(&self, own: &Type, common: &Type) -> Result<(), Refusal> {
        let number = |family| {
            matches!(
                family,
                Some(Family::Integer | Family::Number | Family::Boolean)
            )
        };
        let text = |family| family == Some(Family::Text);
        let (from, to) = (own.family(), common.family());
        let differ = number(from) && text(to) || text(from) && number(to);
        if differ && !own.soft && self.typed() {
            return Err(Refusal::new(format!(
                "a text is compared with a number: SQLite decides by what the text holds, {} can't",
                self.engine
            )));
        }
        Ok(())
    }
}

/// Whether it takes a value out of a document, which has whatever type it has.
pub(super) fn holds_json(expr: &Expr) -> bool {
    let mut found = false;
    expr.for_each(&mut |expr| {
        found |= matches!(expr, Expr::Call(call) if call.function == Function::JsonExtract);
    });
    found
}

/// Whether it is `strftime('%s', ..)`, which SQLite gives as text and every
/// number column turns into a number.
fn is_epoch_text(expr: &Expr, wanted: Option<&DataType>) -> bool {
    let number = |wanted: &DataType| {
        matches!(
            wanted.family(),
            Family::Integer | Family::Number | Family::Timestamp | Family::TimestampTz
        )
    };
    let Expr::Cast { expr, data_type } = expr else {
        return false;
    };
    let epoch = matches!(&**expr, Expr::Call(call) if matches!(
        call.function,
        Function::CurrentEpoch | Function::CurrentEpochMillis | Function::Unixepoch
    ));
    epoch && data_type.family() == Family::Text && wanted.is_some_and(number)
}

impl Sql {
    /// An explicit CAST to `data_type` in the writer's spelling.
    fn cast_from(self, writer: &Writer, data_type: &DataType) -> Self {
        let name = match writer.engine {
            Engine::Mariadb => super::mariadb::cast_type(data_type),
            _ => writer.spelling.data_type(data_type),
        };
        // A second one like it is not found in the catalogue.
        if writer.place == Place::Steady && self.is_cast_to(&name) {
            return self;
        }
        self.cast(&name)
    }
}
