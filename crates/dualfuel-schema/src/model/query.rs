use serde::{Deserialize, Serialize};

use super::{Expr, Name, OrderBy};

/// A SELECT with everything around it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Query {
    /// `WITH RECURSIVE`.
    pub recursive: bool,
    /// `WITH name AS (..)`.
    pub ctes: Vec<Cte>,
    /// The rows.
    pub body: QueryBody,
    /// `ORDER BY`.
    pub order_by: Vec<OrderBy>,
    /// `LIMIT`.
    pub limit: Option<Expr>,
    /// `OFFSET`.
    pub offset: Option<Expr>,
}

/// `name (columns) AS (query)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Cte {
    /// Its name.
    pub name: Name,
    /// Its columns' names, where given.
    pub columns: Vec<Name>,
    /// Its rows.
    pub query: Query,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryBody {
    /// `SELECT ..`.
    Select(Box<Select>),
    /// `VALUES (..), (..)`. Rows are of one length, at least one.
    Values(Vec<Vec<Expr>>),
    /// `left UNION right`.
    SetOp {
        /// Which.
        op: SetOp,
        /// `UNION ALL`.
        all: bool,
        /// The first rows.
        left: Box<QueryBody>,
        /// The second rows.
        right: Box<QueryBody>,
    },
    /// A query in parentheses.
    Nested(Box<Query>),
}

/// A set operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the keyword")]
pub enum SetOp {
    Union,
    Intersect,
    Except,
}

/// `SELECT .. FROM .. WHERE .. GROUP BY .. HAVING ..`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Select {
    /// `DISTINCT`.
    pub distinct: bool,
    /// What is selected.
    pub items: Vec<SelectItem>,
    /// The tables; several stand for a cross join.
    pub from: Vec<Join>,
    /// `WHERE`.
    pub filter: Option<Expr>,
    /// `GROUP BY`.
    pub group_by: Vec<Expr>,
    /// `HAVING`.
    pub having: Option<Expr>,
}

/// An entry of a SELECT's list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelectItem {
    /// `*`.
    All,
    /// `table.*`.
    AllOf(Name),
    /// `expr [AS alias]`.
    Expr {
        /// The value.
        expr: Expr,
        /// Its name.
        alias: Option<Name>,
    },
}

/// One table of FROM, with how it joins those before it. The first one's kind
/// is `Cross`, and so is that of one after a comma.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Join {
    /// How.
    pub kind: JoinKind,
    /// To what.
    pub factor: TableFactor,
    /// `ON`.
    pub on: Option<Expr>,
    /// `USING`.
    pub using: Vec<Name>,
}

/// How a table joins those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the keyword")]
pub enum JoinKind {
    Cross,
    Inner,
    Left,
    Right,
    Full,
}

/// A source of rows in FROM.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableFactor {
    /// A table, view or common table expression.
    Table {
        /// Its name.
        name: Name,
        /// `AS alias`.
        alias: Option<Name>,
    },
    /// `(SELECT ..) AS alias`.
    Query {
        /// The rows.
        query: Box<Query>,
        /// Their name.
        alias: Option<Name>,
        /// Their columns' names, where given.
        columns: Vec<Name>,
    },
    /// `json_each(json [, path]) AS alias`: columns `key`, `value`, `type`.
    JsonEach {
        /// The document.
        json: Expr,
        /// Where in it.
        path: Option<Expr>,
        /// Their name; `json_each` when absent.
        alias: Option<Name>,
    },
}
