use serde::{Deserialize, Serialize};

use super::{DataType, Name, Query};
use crate::Engine;

/// A scalar expression with SQLite's meaning, whichever engine spelled it.
///
/// A front end lifts what it reads to this form or refuses it; a lowering
/// writes every variant or refuses it. So an expression is never passed
/// through unread. For each engine, lifting what was lowered gives an
/// expression with the same [normal form](crate::compare): this is how an
/// introspected CHECK is compared with its source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// A constant.
    Literal(Literal),
    /// A column, by its table's name or alias where one was given. `new` and
    /// `old` are such aliases inside a trigger.
    Column {
        /// The table's name or alias.
        table: Option<Name>,
        /// The column.
        column: Name,
    },
    /// An operator before its operand.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        expr: Box<Expr>,
    },
    /// An operator between its operands.
    Binary {
        /// The first operand.
        left: Box<Expr>,
        /// The operator.
        op: BinaryOp,
        /// The second operand.
        right: Box<Expr>,
    },
    /// `expr IS [NOT] NULL`.
    IsNull {
        /// The operand.
        expr: Box<Expr>,
        /// `IS NOT NULL`.
        negated: bool,
    },
    /// `expr [NOT] BETWEEN low AND high`.
    Between {
        /// The operand.
        expr: Box<Expr>,
        /// `NOT BETWEEN`.
        negated: bool,
        /// The least value.
        low: Box<Expr>,
        /// The greatest value.
        high: Box<Expr>,
    },
    /// `expr [NOT] IN (a, b, ..)`.
    InList {
        /// The operand.
        expr: Box<Expr>,
        /// `NOT IN`.
        negated: bool,
        /// The values.
        list: Vec<Expr>,
    },
    /// `expr [NOT] IN (SELECT ..)`.
    InQuery {
        /// The operand.
        expr: Box<Expr>,
        /// `NOT IN`.
        negated: bool,
        /// Its one column.
        query: Box<Query>,
    },
    /// `[NOT] EXISTS (SELECT ..)`.
    Exists {
        /// `NOT EXISTS`.
        negated: bool,
        /// Whose rows are looked for.
        query: Box<Query>,
    },
    /// A pattern match.
    Like(Box<Like>),
    /// `CASE [operand] WHEN .. THEN .. [ELSE ..] END`. `iif(a, b, c)` is one.
    Case {
        /// What the conditions are compared with.
        operand: Option<Box<Expr>>,
        /// Condition and value, in order. Never empty.
        branches: Vec<(Expr, Expr)>,
        /// The value when none holds.
        otherwise: Option<Box<Expr>>,
    },
    /// `CAST(expr AS type)`.
    Cast {
        /// The operand.
        expr: Box<Expr>,
        /// The type.
        data_type: DataType,
    },
    /// `expr COLLATE NOCASE`; `BINARY` is dropped when lifted.
    CollateNoCase(Box<Expr>),
    /// A function of the list.
    Call(Box<Call>),
    /// `(SELECT ..)` used as a value.
    Subquery(Box<Query>),
    /// `(a, b, ..)`, at least two.
    Row(Vec<Expr>),
    /// What an introspector found and could not lift. No front end of
    /// migrations gives it and every lowering refuses it; compared by text.
    Opaque {
        /// Whose spelling it is.
        engine: Engine,
        /// The catalogue's spelling.
        text: String,
    },
}

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Literal {
    /// `NULL`.
    Null,
    /// `TRUE` or `FALSE`, spelled so.
    Boolean(bool),
    /// A whole number; `-1` is `Unary(Minus, 1)` until [normalised](crate::compare).
    Integer(i64),
    /// Any other number, in the source's spelling (`1.50`, `1e9`).
    Number(String),
    /// Text, quotes and escapes taken off.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// An operator before its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the operator")]
pub enum UnaryOp {
    Not,
    Minus,
    Plus,
    BitNot,
}

/// An operator between its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the operator")]
pub enum BinaryOp {
    And,
    Or,
    Eq,
    NotEq,
    Lt,
    LtEq,
    Gt,
    GtEq,
    /// `IS`, `IS NOT DISTINCT FROM`, `<=>`: NULL equals NULL.
    Is,
    /// `IS NOT`, `IS DISTINCT FROM`.
    IsNot,
    Add,
    Subtract,
    Multiply,
    /// Between integers it truncates towards zero.
    Divide,
    Remainder,
    Concat,
    BitAnd,
    BitOr,
    ShiftLeft,
    ShiftRight,
}

/// A pattern match.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Like {
    /// The text.
    pub expr: Expr,
    /// The pattern.
    pub pattern: Expr,
    /// `NOT LIKE`.
    pub negated: bool,
    /// `ESCAPE 'c'`.
    pub escape: Option<char>,
    /// SQLite's `LIKE` folds ASCII letters and PostgreSQL's does not: there
    /// this is `ILIKE`. False is also SQLite's `GLOB` where its pattern could
    /// be rewritten with `%` and `_`.
    pub case_insensitive: bool,
}

/// A function applied to arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Call {
    /// Which.
    pub function: Function,
    /// To what. `count(*)` has none.
    pub args: Vec<Expr>,
    /// `count(DISTINCT x)`.
    pub distinct: bool,
    /// `FILTER (WHERE ..)`.
    pub filter: Option<Expr>,
    /// `OVER (..)`.
    pub over: Option<Window>,
}

impl Call {
    /// A plain call, without DISTINCT, FILTER and OVER.
    pub fn new(function: Function, args: Vec<Expr>) -> Self {
        Self {
            function,
            args,
            distinct: false,
            filter: None,
            over: None,
        }
    }
}

/// `OVER (PARTITION BY .. ORDER BY .. frame)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Window {
    /// `PARTITION BY`.
    pub partition_by: Vec<Expr>,
    /// `ORDER BY`.
    pub order_by: Vec<OrderBy>,
    /// `ROWS BETWEEN ..`.
    pub frame: Option<Frame>,
}

/// A window's frame.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Frame {
    /// What its bounds count.
    pub units: FrameUnits,
    /// Its first row.
    pub start: FrameBound,
    /// Its last row; the current one when absent.
    pub end: Option<FrameBound>,
}

/// What a frame's bounds count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the keyword")]
pub enum FrameUnits {
    Rows,
    Range,
    Groups,
}

/// An end of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the keywords; `None` is UNBOUNDED")]
pub enum FrameBound {
    CurrentRow,
    Preceding(Option<u64>),
    Following(Option<u64>),
}

/// An expression to order by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct OrderBy {
    /// The key. An integer literal is a column's position.
    pub expr: Expr,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST` or not, where said. SQLite and MariaDB take NULL for the
    /// least value, PostgreSQL for the greatest.
    pub nulls_first: Option<bool>,
}

/// The functions that have one meaning on every engine.
///
/// Named after SQLite's, whose meaning they have. A front end maps its own
/// engine's spelling to these (`char_length` to `Length`, `jsonb_extract_path_text`
/// to `JsonExtractText`), and a lowering maps them back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "named after SQLite's functions, where no comment says more"
)]
pub enum Function {
    // Text. `Length` counts characters; `OctetLength` bytes.
    Lower,
    Upper,
    Length,
    OctetLength,
    /// `(text, start from 1)` or `(text, start, length)`.
    Substr,
    /// `(text)` or `(text, characters)`.
    Trim,
    Ltrim,
    Rtrim,
    Replace,
    /// `(text, part)`: place of the first, from 1; 0 when absent.
    Instr,
    /// `(text, pattern)`: SQLite's GLOB where a LIKE can't say it, `[0-9]*`. The
    /// pattern is a constant.
    Glob,
    /// Upper-case hexadecimal.
    Hex,
    Char,
    Unicode,
    Quote,
    Typeof,
    /// `printf`/`format` with literal format.
    Printf,
    // Choice.
    /// Also `ifnull`.
    Coalesce,
    Nullif,
    /// `min` with several arguments, NULL when any is.
    Least,
    /// `max` with several arguments, NULL when any is.
    Greatest,
    // Numbers.
    Abs,
    Round,
    Ceil,
    Floor,
    Sign,
    Sqrt,
    Power,
    // Chance.
    /// A random 64 bit integer.
    Random,
    /// `(n)`: n random bytes.
    Randomblob,
    /// A random version 4 UUID, hyphenated; PostgreSQL's `gen_random_uuid()`.
    /// A front end lifts SQLite's usual long spelling of it to this.
    RandomUuid,
    // Time. The time is always UTC.
    /// The present day: `CURRENT_DATE`, `date('now')`.
    CurrentDate,
    /// The present time of day: `CURRENT_TIME`, `time('now')`.
    CurrentTime,
    /// The present time: `CURRENT_TIMESTAMP`, `datetime('now')`; as text
    /// `YYYY-MM-DD HH:MM:SS`, as a timestamp to whatever precision it has.
    CurrentTimestamp,
    /// Whole seconds since 1970: `unixepoch()`, `strftime('%s','now')` (which
    /// is text in SQLite: then inside a `Cast` to `Text`).
    CurrentEpoch,
    /// Whole milliseconds since 1970.
    CurrentEpochMillis,
    /// `(format, time, modifiers ..)` as SQLite's; `'now'` is its text.
    Strftime,
    /// `(time, modifiers ..)`.
    Date,
    Time,
    Datetime,
    Julianday,
    Unixepoch,
    // JSON. A path is SQLite's: `$.a.b[0]`.
    /// `(json, path)`: a scalar as its SQL value, else JSON. `->>`.
    JsonExtract,
    /// `(json, path)`: always JSON. `->`.
    JsonGet,
    JsonValid,
    /// `(text)`: as JSON, minified.
    Json,
    JsonType,
    JsonArrayLength,
    JsonArray,
    JsonObject,
    JsonSet,
    JsonInsert,
    JsonReplace,
    JsonRemove,
    JsonPatch,
    // Aggregates.
    Count,
    Sum,
    /// `sum`, but 0.0 for no rows.
    Total,
    Avg,
    Min,
    Max,
    /// `(text)` or `(text, separator)`.
    GroupConcat,
    JsonGroupArray,
    JsonGroupObject,
    // Windows.
    RowNumber,
    Rank,
    DenseRank,
    Ntile,
    Lag,
    Lead,
    FirstValue,
    LastValue,
    // Session.
    /// The connection's last identity value.
    LastInsertRowid,
    /// The org bound to the transaction: only made by the tenant pass, and
    /// only as a column's default. SQLite: the constant that stands for the
    /// file's org.
    CurrentOrg,
}

impl Expr {
    /// `NULL`.
    pub const NULL: Expr = Expr::Literal(Literal::Null);

    /// A column without its table.
    pub fn column(name: impl Into<Name>) -> Self {
        Self::Column {
            table: None,
            column: name.into(),
        }
    }

    /// A text constant.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Literal(Literal::Text(text.into()))
    }

    /// An integer constant.
    pub fn integer(value: i64) -> Self {
        Self::Literal(Literal::Integer(value))
    }

    /// `left op right`.
    pub fn binary(left: Expr, op: BinaryOp, right: Expr) -> Self {
        Self::Binary {
            left: Box::new(left),
            op,
            right: Box::new(right),
        }
    }

    /// A plain call.
    pub fn call(function: Function, args: Vec<Expr>) -> Self {
        Self::Call(Box::new(Call::new(function, args)))
    }

    /// Whether it is the constant `NULL`.
    pub fn is_null_literal(&self) -> bool {
        matches!(self, Self::Literal(Literal::Null))
    }
}
