//! Conditions, comparisons and arithmetic.

use super::{
    constant,
    scope::Scope,
    sql::{Level, Sql, list},
    types::{self, Type},
    writer::{Place, Writer, holds_json},
};
use crate::{
    Engine, Refusal,
    model::{BinaryOp, DataType, Expr, Family, Like, Literal, UnaryOp},
};

impl Writer {
    /// An expression whose truth is asked for. Only PostgreSQL wants a
    /// boolean; SQLite and MariaDB take any number.
    pub(super) fn condition(&self, scope: &Scope<'_>, expr: &Expr) -> Result<Sql, Refusal> {
        match self.engine {
            Engine::Sqlite => self.value(scope, expr, None),
            Engine::Mariadb => match types::of(scope, expr).family() {
                Some(Family::Integer | Family::Number | Family::Boolean) | None => {
                    self.value(scope, expr, None)
                }
                Some(_) => self.value(scope, expr, Some(&DataType::Boolean)),
            },
            Engine::Postgres => match expr {
                Expr::Literal(Literal::Integer(number)) => {
                    constant::plain(self.spelling, &Literal::Boolean(*number != 0))
                }
                _ => self.value(scope, expr, Some(&DataType::Boolean)),
            },
        }
    }

    /// An operator between its operands, with the type of what it gives.
    pub(super) fn binary(
        &self,
        scope: &Scope<'_>,
        left: &Expr,
        op: BinaryOp,
        right: &Expr,
        wanted: Option<&DataType>,
    ) -> Result<(Sql, Option<DataType>), Refusal> {
        let truth = Some(DataType::Boolean);
        match op {
            BinaryOp::And => Ok((self.chain(scope, left, op, right, Level::And)?, truth)),
            BinaryOp::Or => Ok((self.chain(scope, left, op, right, Level::Or)?, truth)),
            BinaryOp::Eq
            | BinaryOp::NotEq
            | BinaryOp::Lt
            | BinaryOp::LtEq
            | BinaryOp::Gt
            | BinaryOp::GtEq
            | BinaryOp::Is
            | BinaryOp::IsNot => Ok((self.comparison(scope, left, op, right)?, truth)),
            BinaryOp::Concat => Ok((self.concat(scope, left, right)?, Some(DataType::Text))),
            BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::ShiftLeft | BinaryOp::ShiftRight => {
                Ok((self.bits(scope, left, op, right)?, Some(DataType::BigInt)))
            }
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Remainder => self.arithmetic(scope, left, op, right, wanted),
        }
    }

    /// `a AND b AND c`, however many: each link is one level of the tree, so
    /// they are walked along and not down.
    fn chain(
        &self,
        scope: &Scope<'_>,
        left: &Expr,
        op: BinaryOp,
        right: &Expr,
        level: Level,
    ) -> Result<Sql, Refusal> {
        let mut links = Vec::new();
        for link in spine(left, op, right) {
            links.push(self.condition(scope, link)?.at(level));
        }
        let word = if op == BinaryOp::And { " AND " } else { " OR " };
        Ok(Sql::new(links.join(word), level))
    }

    fn comparison(
        &self,
        scope: &Scope<'_>,
        left: &Expr,
        op: BinaryOp,
        right: &Expr,
    ) -> Result<Sql, Refusal> {
        let (left, right) = match (left, right) {
            (Expr::Row(lefts), Expr::Row(rights)) if lefts.len() == rights.len() => {
                let pairs: Result<Vec<(Sql, Sql)>, Refusal> = lefts
                    .iter()
                    .zip(rights)
                    .map(|(left, right)| self.pair(scope, left, right))
                    .collect();
                let (lefts, rights): (Vec<Sql>, Vec<Sql>) = pairs?.into_iter().unzip();
                (
                    Sql::atom(format!("({})", list(lefts))),
                    Sql::atom(format!("({})", list(rights))),
                )
            }
            _ => self.pair(scope, left, right)?,
        };
        let (left, right) = (left.side(), right.side());
        let sign = match (self.engine, op) {
            (_, BinaryOp::Eq) => "=",
            (_, BinaryOp::NotEq) => "<>",
            (_, BinaryOp::Lt) => "<",
            (_, BinaryOp::LtEq) => "<=",
            (_, BinaryOp::Gt) => ">",
            (_, BinaryOp::GtEq) => ">=",
            (Engine::Sqlite, BinaryOp::Is) => "IS",
            (Engine::Sqlite, _) => "IS NOT",
            (Engine::Postgres, BinaryOp::Is) => "IS NOT DISTINCT FROM",
            (Engine::Postgres, _) => "IS DISTINCT FROM",
            (Engine::Mariadb, BinaryOp::Is) => "<=>",
            (Engine::Mariadb, _) => {
                return Ok(Sql::new(format!("NOT ({left} <=> {right})"), Level::Not));
            }
        };
        Ok(Sql::compare(format!("{left} {sign} {right}")))
    }

    /// Two values that are compared, as one type.
    fn pair(&self, scope: &Scope<'_>, left: &Expr, right: &Expr) -> Result<(Sql, Sql), Refusal> {
        if let Some(sql) = self.json_type(scope, left, &[right])? {
            return Ok((sql, self.text(scope, right)?));
        }
        let kind = Type {
            nocase: folds(scope, left, right),
            ..types::meet(types::of(scope, left), types::of(scope, right))
        };
        Ok((
            self.by_bytes(self.compared(scope, left, &kind)?, right),
            self.by_bytes(self.compared(scope, right, &kind)?, left),
        ))
    }

    /// Text that MariaDB makes of another type, beside what has a collation of
    /// its own: a CHECK keeps `CAST(a AS char)` as of `utf8mb4_bin`, whatever it
    /// was when created, and that does not mix with a column's.
    fn by_bytes(&self, sql: Sql, other: &Expr) -> Sql {
        let mixes = self.engine == Engine::Mariadb
            && sql.text.contains(" AS char)")
            && !matches!(other, Expr::Literal(_));
        if mixes { bytes(sql) } else { sql }
    }

    /// The same for a text beside others of which one value is made. A view
    /// is reckoned anew when it is read, by the reader's collation.
    pub(super) fn among_texts(&self, sql: Sql) -> Sql {
        let mixes = self.engine == Engine::Mariadb && !self.once && sql.text.contains(" AS char)");
        if mixes { bytes(sql) } else { sql }
    }

    /// The tests that give true or false and are no operators.
    pub(super) fn test(&self, scope: &Scope<'_>, expr: &Expr) -> Result<Sql, Refusal> {
        match expr {
            Expr::IsNull { expr, negated } => {
                let sql = self.value(scope, expr, None)?.side();
                let not = if *negated { "NOT " } else { "" };
                Ok(Sql::compare(format!("{sql} IS {not}NULL")))
            }
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let kind = Type {
                    nocase: types::of(scope, expr).nocase,
                    ..types::common([expr, low, high].map(|operand| types::of(scope, operand)))
                };
                let [expr, low, high] =
                    [(expr, low), (low, expr), (high, expr)].map(|(operand, beside)| {
                        let sql = self.compared(scope, operand, &kind)?;
                        Ok(self.by_bytes(sql, beside).side())
                    });
                let (expr, low, high): (String, String, String) = (expr?, low?, high?);
                let not = not(*negated);
                Ok(Sql::compare(format!(
                    "{expr} {not}BETWEEN {low} AND {high}"
                )))
            }
            Expr::InList {
                expr,
                negated,
                list,
            } => self.in_list(scope, expr, *negated, list),
            Expr::InQuery {
                expr,
                negated,
                query,
            } => self.in_query(scope, expr, *negated, query),
            Expr::Exists { negated, query } => {
                let sql = self.exists(scope, query)?;
                let level = if *negated { Level::Not } else { Level::Atom };
                Ok(Sql::new(format!("{}EXISTS ({sql})", not(*negated)), level))
            }
            Expr::Like(like) => self.like(scope, like),
            _ => Err(Refusal::new("not a condition")),
        }
    }

    fn in_list(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
        negated: bool,
        values: &[Expr],
    ) -> Result<Sql, Refusal> {
        if values.is_empty() {
            // SQLite's: no value is in it, not even NULL.
            return constant::plain(self.spelling, &Literal::Boolean(negated));
        }
        let not = not(negated);
        if let Expr::Row(columns) = expr {
            let mut rows = vec![Vec::new(); values.len() + 1];
            for (place, column) in columns.iter().enumerate() {
                let cells: Vec<&Expr> = std::iter::once(column)
                    .chain(values.iter().filter_map(|value| match value {
                        Expr::Row(cells) if cells.len() == columns.len() => cells.get(place),
                        _ => None,
                    }))
                    .collect();
                if cells.len() != rows.len() {
                    return Err(Refusal::new(
                        "a row of values is looked for among values that are no rows of its length",
                    ));
                }
                let kind = types::common(cells.iter().map(|cell| types::of(scope, cell)));
                for (row, cell) in rows.iter_mut().zip(cells) {
                    row.push(self.compared(scope, cell, &kind)?);
                }
            }
            let mut rows = rows
                .into_iter()
                .map(|row| Sql::atom(format!("({})", list(row))));
            let first = rows.next().map(|row| row.text).unwrap_or_default();
            return Ok(Sql::compare(format!("{first} {not}IN ({})", list(rows))));
        }
        // The values' own collations do not count.
        let kind = Type {
            nocase: types::of(scope, expr).nocase,
            ..types::common(
                std::iter::once(expr)
                    .chain(values)
                    .map(|value| types::of(scope, value)),
            )
        };
        let others: Vec<&Expr> = values.iter().collect();
        let constant = |value: &&Expr| matches!(value, Expr::Literal(_));
        let beside = values.iter().find(|value| !constant(value));
        let sql = match self.json_type(scope, expr, &others)? {
            Some(sql) => sql.side(),
            None => {
                let sql = self.compared(scope, expr, &kind)?;
                beside
                    .map_or(sql.clone(), |beside| self.by_bytes(sql, beside))
                    .side()
            }
        };
        let values: Result<Vec<Sql>, Refusal> = values
            .iter()
            .map(|value| Ok(self.by_bytes(self.compared(scope, value, &kind)?, expr)))
            .collect();
        Ok(Sql::compare(format!("{sql} {not}IN ({})", list(values?))))
    }

    /// `LIKE`. SQLite's folds ASCII letters; PostgreSQL's `ILIKE` does the
    /// same over collation "C". MariaDB's `lower` folds other letters too.
    ///
    /// SQLite has no escape unless one is named, the others take `\`.
    fn like(&self, scope: &Scope<'_>, like: &Like) -> Result<Sql, Refusal> {
        let not = not(like.negated);
        let text = self.text(scope, &like.expr)?;
        if self.engine == Engine::Sqlite && !like.case_insensitive {
            let pattern = glob(like)?;
            let pattern = self.spelling.text(&pattern)?;
            return Ok(Sql::compare(format!(
                "{} {not}GLOB {}",
                text.side(),
                pattern.text
            )));
        }
        let pattern = self.text(scope, &like.pattern)?;
        let escape = match (self.engine, like.escape) {
            (_, Some(escape)) => {
                format!(" ESCAPE {}", self.spelling.text(&escape.to_string())?.text)
            }
            (Engine::Sqlite, None) => String::new(),
            (engine, None) => match &like.pattern {
                Expr::Literal(Literal::Text(pattern)) if !pattern.contains('\\') => String::new(),
                _ if engine == Engine::Postgres => " ESCAPE ''".into(),
                // There an empty one is none, and so `\`.
                _ => " ESCAPE '\u{1}'".into(),
            },
        };
        let (text, word, pattern) = match self.engine {
            Engine::Postgres if like.case_insensitive => (text, "ILIKE", pattern),
            Engine::Mariadb if like.case_insensitive => {
                if like
                    .escape
                    .is_some_and(|escape| escape.is_ascii_uppercase())
                {
                    return Err(Refusal::new(
                        "LIKE with a capital letter as ESCAPE can't be said on MariaDB",
                    ));
                }
                match &like.pattern {
                    // Nothing to fold.
                    Expr::Literal(Literal::Text(letters))
                        if !letters.contains(|letter: char| letter.is_ascii_alphabetic()) =>
                    {
                        (text, "LIKE", pattern)
                    }
                    expr => (
                        self.folded("lower", text, false),
                        "LIKE",
                        self.lowered(expr, pattern)?,
                    ),
                }
            }
            _ => (text, "LIKE", pattern),
        };
        let (text, pattern) = (text.side(), pattern.side());
        Ok(Sql::compare(format!(
            "{text} {not}{word} {pattern}{escape}"
        )))
    }

    /// `a || b || c`: text of each; NULL when one is.
    fn concat(&self, scope: &Scope<'_>, left: &Expr, right: &Expr) -> Result<Sql, Refusal> {
        let mut parts = Vec::new();
        for part in spine(left, BinaryOp::Concat, right) {
            parts.push(match self.engine {
                Engine::Sqlite => self.value(scope, part, None)?,
                _ => self.among_texts(self.text(scope, part)?),
            });
        }
        if self.engine == Engine::Mariadb {
            return Ok(Sql::call("concat", parts));
        }
        let parts: Vec<String> = parts.into_iter().map(Sql::operand).collect();
        Ok(Sql::operation(parts.join(" || ")))
    }

    fn bits(
        &self,
        scope: &Scope<'_>,
        left: &Expr,
        op: BinaryOp,
        right: &Expr,
    ) -> Result<Sql, Refusal> {
        let shift = matches!(op, BinaryOp::ShiftLeft | BinaryOp::ShiftRight);
        let sign = match op {
            BinaryOp::BitAnd => "&",
            BinaryOp::BitOr => "|",
            BinaryOp::ShiftLeft => "<<",
            _ => ">>",
        };
        // PostgreSQL counts shifts in 32 bits and shifts in the left side's.
        let wide = |sql: Sql, expr: &Expr, name: &str| {
            let constant = matches!(expr, Expr::Literal(_));
            if shift && self.engine == Engine::Postgres && !(constant && name == "integer") {
                sql.cast(name)
            } else {
                sql
            }
        };
        let first = wide(self.whole(scope, left)?, left, "bigint");
        let second = wide(self.whole(scope, right)?, right, "integer");
        let (first, second) = (first.operand(), second.operand());
        // MariaDB's give unsigned numbers: a negative one comes out wrong.
        Ok(match (self.engine, op, self.place) {
            (Engine::Mariadb, BinaryOp::ShiftRight, Place::Query) => {
                Sql::atom(format!("floor({first} / (1 << {second}))")).cast("signed")
            }
            (Engine::Mariadb, BinaryOp::BitOr | BinaryOp::ShiftLeft, Place::Query) => {
                Sql::operation(format!("{first} {sign} {second}")).cast("signed")
            }
            _ => Sql::operation(format!("{first} {sign} {second}")),
        })
    }

    fn arithmetic(
        &self,
        scope: &Scope<'_>,
        left: &Expr,
        op: BinaryOp,
        right: &Expr,
        wanted: Option<&DataType>,
    ) -> Result<(Sql, Option<DataType>), Refusal> {
        let whole = Expr::Binary {
            left: Box::new(left.clone()),
            op,
            right: Box::new(right.clone()),
        };
        if self.typed()
            && let Some(number) = folded(&whole, 0)
            && is_wide(&whole)
        {
            let sql = constant::write(self.spelling, &Literal::Integer(number), wanted)?;
            return Ok((sql, wanted.cloned()));
        }
        let kind = types::of(scope, &whole).data;
        let integers = matches!(kind, Some(DataType::BigInt));
        let remainder = op == BinaryOp::Remainder;
        let json = [left, right].map(|side| {
            self.typed() && types::of(scope, side).family().is_none() && holds_json(side)
        });
        let reals =
            [left, right].map(|side| types::of(scope, side).family() == Some(Family::Number));
        if op == BinaryOp::Divide && json.contains(&true) && !reals.contains(&true) {
            return Err(Refusal::new(
                "whether a number of a document is whole, and so divided without a fraction, only SQLite finds out: CAST it",
            ));
        }
        let text = [left, right]
            .map(|side| self.typed() && types::of(scope, side).family() == Some(Family::Text));
        if op == BinaryOp::Divide && text.contains(&true) && !reals.contains(&true) {
            return Err(Refusal::new(
                "whether a text is a whole number, and so divided without a fraction, only SQLite finds out: CAST it to INTEGER or REAL",
            ));
        }
        // Whether a decimal constant would be reckoned with as one, and not as
        // the REAL that it is.
        let decimal = |other: &Expr| {
            let kind = types::of(scope, other);
            let real = kind.family() == Some(Family::Number) && !kind.soft;
            self.place == Place::Query && !real
        };
        let operand = |expr: &Expr, other: &Expr| -> Result<Sql, Refusal> {
            if !self.typed() {
                return self.value(scope, expr, None);
            }
            let own = types::of(scope, expr);
            match own.family() {
                None if holds_json(expr) => {
                    let wanted = match remainder {
                        true => DataType::BigInt,
                        false => DataType::Numeric(None),
                    };
                    self.value(scope, expr, Some(&wanted))
                }
                // SQLite's remainder is of whole numbers.
                Some(Family::Number) if remainder => {
                    self.value(scope, &truncated(expr), Some(&DataType::BigInt))
                }
                Some(Family::Number) if op == BinaryOp::Divide || decimal(other) => {
                    Ok(self.real(self.value(scope, expr, None)?, expr))
                }
                Some(Family::Integer | Family::Number) | None => self.value(scope, expr, None),
                Some(Family::Boolean) => self.value(scope, expr, Some(&DataType::BigInt)),
                Some(Family::Text) => {
                    let number = Expr::Cast {
                        expr: Box::new(expr.clone()),
                        data_type: DataType::Double,
                    };
                    match remainder {
                        true => self.value(scope, &truncated(&number), None),
                        false => self.value(scope, &number, None),
                    }
                }
                Some(_) => Err(Refusal::new(format!(
                    "arithmetic on a value of type {} has no meaning on {}",
                    own.data.map(|data| data.to_string()).unwrap_or_default(),
                    self.engine
                ))),
            }
        };
        let (first, second) = (operand(left, right)?, operand(right, left)?);
        let divides = remainder || op == BinaryOp::Divide;
        // Dividing by zero gives NULL on SQLite, and fails elsewhere.
        let second = if divides && self.typed() && !nonzero(right) {
            Sql::call("NULLIF", [second, Sql::atom("0")])
        } else {
            second
        };
        let sign = match op {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Remainder => "%",
            _ if integers && self.engine == Engine::Mariadb => "DIV",
            _ => "/",
        };
        let kind = if remainder {
            Some(DataType::BigInt)
        } else if json.contains(&true) && integers {
            Some(DataType::Numeric(None))
        } else {
            kind
        };
        let sql = Sql::operation(format!("{} {sign} {}", first.operand(), second.operand()));
        let sql = self.fit(sql, kind.as_ref(), wanted)?;
        Ok((sql, wanted.cloned().or(kind)))
    }

    /// A decimal constant as the floating point number that it is on SQLite:
    /// dividing by it as a decimal would cut digits off.
    fn real(&self, sql: Sql, expr: &Expr) -> Sql {
        match (self.engine, expr) {
            (Engine::Postgres, Expr::Literal(Literal::Number(_))) => sql.cast("double precision"),
            (Engine::Mariadb, Expr::Literal(Literal::Number(number)))
                if !number.contains(['e', 'E']) =>
            {
                Sql::atom(format!("{}e0", sql.text))
            }
            _ => sql,
        }
    }
}

fn bytes(sql: Sql) -> Sql {
    if sql.text.ends_with(" COLLATE utf8mb4_nopad_bin") {
        return sql;
    }
    Sql::operation(format!("{} COLLATE utf8mb4_nopad_bin", sql.operand()))
}

/// Whether a comparison ignores case: an explicit COLLATE decides, the left
/// one first, then a column on the left, then one on the right.
pub(super) fn folds(scope: &Scope<'_>, left: &Expr, right: &Expr) -> bool {
    let explicit = |expr: &Expr| matches!(expr, Expr::CollateNoCase(_));
    let column = |expr: &Expr| matches!(expr, Expr::Column { .. });
    let nocase = |expr| types::of(scope, expr).nocase;
    if explicit(left) || explicit(right) {
        return true;
    }
    if column(left) {
        nocase(left)
    } else {
        nocase(right)
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

fn truncated(expr: &Expr) -> Expr {
    Expr::Cast {
        expr: Box::new(expr.clone()),
        data_type: DataType::BigInt,
    }
}

/// The operands of a chain of one operator, first to last.
fn spine<'e>(left: &'e Expr, op: BinaryOp, right: &'e Expr) -> Vec<&'e Expr> {
    let mut links = vec![right];
    let mut rest = left;
    while let Expr::Binary {
        left,
        op: inner,
        right,
    } = rest
        && *inner == op
    {
        links.push(right);
        rest = left;
    }
    links.push(rest);
    links.reverse();
    links
}

/// Whether it is a constant other than zero.
fn nonzero(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::Integer(number)) => *number != 0,
        Expr::Literal(Literal::Number(number)) => {
            number.parse::<f64>().is_ok_and(|number| number != 0.0)
        }
        Expr::Unary { expr, .. } => nonzero(expr),
        _ => folded(expr, 0).is_some_and(|number| number != 0),
    }
}

/// Whether a calculation with constants passes what 32 bits hold.
fn is_wide(expr: &Expr) -> bool {
    let wide = folded(expr, 0).is_some_and(|number| i32::try_from(number).is_err());
    wide || match expr {
        Expr::Binary { left, right, .. } => is_wide(left) || is_wide(right),
        _ => false,
    }
}

/// The value of a calculation with whole constants: `60 * 60 * 24`. SQLite
/// does it in 64 bits and PostgreSQL in 32.
fn folded(expr: &Expr, depth: usize) -> Option<i64> {
    if depth > types::DEPTH_LIMIT {
        return None;
    }
    match expr {
        Expr::Literal(Literal::Integer(number)) => Some(*number),
        Expr::Unary {
            op: UnaryOp::Minus,
            expr,
        } => folded(expr, depth + 1)?.checked_neg(),
        Expr::Binary { left, op, right } => {
            let (left, right) = (folded(left, depth + 1)?, folded(right, depth + 1)?);
            match op {
                BinaryOp::Add => left.checked_add(right),
                BinaryOp::Subtract => left.checked_sub(right),
                BinaryOp::Multiply => left.checked_mul(right),
                BinaryOp::Divide => left.checked_div(right),
                BinaryOp::Remainder => left.checked_rem(right),
                _ => None,
            }
        }
        _ => None,
    }
}

/// SQLite's `LIKE` always folds; its `GLOB` never does.
fn glob(like: &Like) -> Result<String, Refusal> {
    let Expr::Literal(Literal::Text(pattern)) = &like.pattern else {
        return Err(Refusal::new(
            "SQLite's LIKE ignores case, and a pattern that is no constant can't become one of GLOB",
        ));
    };
    let mut glob = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if Some(letter) == like.escape {
            glob.push_str(&letters.next().map(literally).unwrap_or_default());
            continue;
        }
        match letter {
            '%' => glob.push('*'),
            '_' => glob.push('?'),
            _ => glob.push_str(&literally(letter)),
        }
    }
    Ok(glob)
}

fn literally(letter: char) -> String {
    match letter {
        '*' | '?' | '[' => format!("[{letter}]"),
        _ => letter.to_string(),
    }
}
