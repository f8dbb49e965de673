//! What a migration file says, statement by statement, before it is known
//! what it means for the schema.

use serde::{Deserialize, Serialize};

use crate::model::{
    Check, Column, DataType, Expr, ForeignKey, Identity, Index, Name, PrimaryKey, Query, Table,
    Trigger, Unique,
};

/// One statement of a migration, read in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "variants and fields are named after SQL's own words"
)]
pub enum Statement {
    CreateTable {
        table: Table,
        if_not_exists: bool,
        temporary: bool,
        /// `CREATE TABLE .. AS SELECT`: then `table` has no columns.
        query: Option<Query>,
    },
    AlterTable {
        table: Name,
        if_exists: bool,
        /// In order.
        changes: Vec<AlterTable>,
    },
    DropTable {
        names: Vec<Name>,
        if_exists: bool,
        cascade: bool,
    },
    CreateIndex {
        table: Name,
        index: Index,
        if_not_exists: bool,
        concurrently: bool,
    },
    DropIndex {
        names: Vec<Name>,
        /// `ON table`, which MariaDB needs.
        table: Option<Name>,
        if_exists: bool,
    },
    RenameIndex {
        from: Name,
        to: Name,
    },
    CreateView {
        name: Name,
        /// Names of its columns, where given.
        columns: Vec<Name>,
        query: Query,
        if_not_exists: bool,
        or_replace: bool,
        temporary: bool,
    },
    DropView {
        names: Vec<Name>,
        if_exists: bool,
    },
    /// SQLite's `CREATE VIRTUAL TABLE .. USING module (..)`.
    CreateVirtualTable {
        name: Name,
        /// In lower case: `fts5`.
        module: String,
        /// Whether it holds no rows of its own, only an index over those of
        /// other tables: `content = 'notes'`, `fts5vocab`.
        derived: bool,
        if_not_exists: bool,
    },
    CreateTrigger {
        trigger: Trigger,
        if_not_exists: bool,
        or_replace: bool,
    },
    DropTrigger {
        name: Name,
        table: Option<Name>,
        if_exists: bool,
    },
    /// PostgreSQL's `CREATE TYPE .. AS ENUM`. A column of it is text with a
    /// CHECK everywhere else.
    CreateEnum {
        name: Name,
        labels: Vec<String>,
    },
    AddEnumLabel {
        name: Name,
        label: String,
        if_not_exists: bool,
    },
    RenameEnumLabel {
        name: Name,
        from: String,
        to: String,
    },
    RenameType {
        from: Name,
        to: Name,
    },
    DropType {
        names: Vec<Name>,
        if_exists: bool,
    },
    Insert(Insert),
    Update(Update),
    Delete(Delete),
    /// Only in a trigger's body, SQLite's `SELECT RAISE(ABORT, 'message')
    /// [WHERE condition]`: the statement that fired it fails. `RAISE(IGNORE)`
    /// is not this, and refused.
    Raise {
        message: String,
        /// Whether to fail at all.
        condition: Option<Expr>,
    },
    /// PostgreSQL's `CREATE FUNCTION .. RETURNS trigger`.
    CreateTriggerFunction {
        name: Name,
        /// What it assigns to the new row; `None` where it does anything else.
        set: Option<Vec<(Name, Expr)>>,
        /// Whether it assigns at all, in terms of `new` and `old`.
        when: Option<Expr>,
    },
    DropTriggerFunctions {
        names: Vec<Name>,
        /// The triggers that call it go too.
        cascade: bool,
    },
    /// PostgreSQL's `DO $$ .. $$`.
    Do {
        /// In order.
        parts: Vec<Guarded>,
    },
    /// `PRAGMA foreign_keys` and its like, `SET`, `BEGIN`, `COMMIT`, `ANALYZE`,
    /// `VACUUM`, `CREATE EXTENSION`, `COMMENT ON`, `GRANT`: changes neither the
    /// schema nor a row, and other engines need nothing of the kind. A front
    /// end gives this for those it knows, never for a statement it does not.
    Housekeeping {
        /// In upper case, as `PRAGMA FOREIGN_KEYS`; a PRAGMA's value behind a
        /// `=`: `PRAGMA LEGACY_ALTER_TABLE=ON` changes what RENAME does.
        kind: String,
    },
}

impl Statement {
    /// The table that it is about, where it is about one.
    pub fn table(&self) -> Option<&Name> {
        match self {
            Self::CreateTable { table, .. } => Some(&table.name),
            Self::AlterTable { table, .. } | Self::CreateIndex { table, .. } => Some(table),
            Self::DropTable { names, .. } => names.first(),
            Self::CreateVirtualTable { name, .. } => Some(name),
            Self::CreateTrigger { trigger, .. } => Some(&trigger.table),
            Self::DropIndex { table, .. } | Self::DropTrigger { table, .. } => table.as_ref(),
            Self::Insert(insert) => Some(&insert.table),
            Self::Update(update) => Some(&update.table),
            Self::Delete(delete) => Some(&delete.table),
            _ => None,
        }
    }
}

/// Statements of a `DO` block that may be passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Guarded {
    /// All of which have to hold.
    pub conditions: Vec<Condition>,
    /// A statement is passed over where what it makes is there already.
    pub unless_there: bool,
    /// In order.
    pub statements: Vec<Statement>,
}

/// `IF [NOT] EXISTS (SELECT .. FROM pg_type ..)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Condition {
    /// Whether it has to be there, or not to be.
    pub exists: bool,
    /// What.
    pub thing: Thing,
}

/// Something that PostgreSQL's catalogue was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "variants and fields are named after SQL's own words"
)]
pub enum Thing {
    /// A table, view or index.
    Relation(Name),
    Column {
        table: Name,
        column: Name,
    },
    Type(Name),
    Constraint {
        name: Name,
        /// Any when absent.
        table: Option<Name>,
    },
    Trigger {
        name: Name,
        /// Any when absent.
        table: Option<Name>,
    },
}

/// One change of ALTER TABLE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "variants and fields are named after SQL's own words"
)]
pub enum AlterTable {
    /// With the constraints that were declared at the column.
    AddColumn {
        column: Column,
        primary_key: bool,
        uniques: Vec<Unique>,
        checks: Vec<Check>,
        foreign_keys: Vec<ForeignKey>,
        if_not_exists: bool,
    },
    DropColumn {
        name: Name,
        if_exists: bool,
        cascade: bool,
    },
    RenameColumn {
        from: Name,
        to: Name,
    },
    RenameTable {
        to: Name,
    },
    RenameConstraint {
        from: Name,
        to: Name,
    },
    AddPrimaryKey(PrimaryKey),
    DropPrimaryKey,
    AddUnique(Unique),
    AddCheck(Check),
    AddForeignKey(ForeignKey),
    AddIndex(Index),
    DropIndex {
        name: Name,
    },
    DropConstraint {
        name: Name,
        if_exists: bool,
    },
    /// `USING expr`: how a value of the old type becomes one of the new.
    SetType {
        column: Name,
        data_type: DataType,
        declared: Option<String>,
        /// As [`Column::enum_type`].
        enum_type: Option<Name>,
        using: Option<Expr>,
    },
    SetNotNull {
        column: Name,
    },
    DropNotNull {
        column: Name,
    },
    SetDefault {
        column: Name,
        default: Expr,
    },
    DropDefault {
        column: Name,
    },
    SetIdentity {
        column: Name,
        identity: Option<Identity>,
    },
    /// MySQL's `MODIFY` and `CHANGE`: the column as it shall be.
    Redefine {
        from: Name,
        column: Column,
    },
}

/// An INSERT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Insert {
    /// Into which table.
    pub table: Name,
    /// Into which columns; all, in order, when empty.
    pub columns: Vec<Name>,
    /// What. `None` is `DEFAULT VALUES`. The keyword `DEFAULT` among VALUES is
    /// [`Insert::DEFAULT`].
    pub source: Option<Query>,
    /// What happens to a row that is there already.
    pub on_conflict: OnConflict,
}

impl Insert {
    /// Name of the column that stands for the keyword `DEFAULT` in VALUES, in
    /// an `Expr::Column` of the table of the same name.
    pub const DEFAULT: &str = "\u{0}default";
}

/// What an INSERT does with a row that is there already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// Fails.
    Fail,
    /// `ON CONFLICT [(columns)] DO NOTHING`, `INSERT OR IGNORE`.
    Nothing {
        /// The conflict target, where given.
        target: Vec<Name>,
    },
    /// `INSERT OR REPLACE`.
    Replace,
    /// `ON CONFLICT (columns) DO UPDATE SET .. WHERE ..`; the new row is the
    /// table `excluded`.
    Update {
        /// The conflict target.
        target: Vec<Name>,
        /// The assignments.
        set: Vec<(Name, Expr)>,
        /// Which rows.
        filter: Option<Expr>,
    },
}

/// An UPDATE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Update {
    /// Of which table.
    pub table: Name,
    /// `AS alias`.
    pub alias: Option<Name>,
    /// The assignments.
    pub set: Vec<(Name, Expr)>,
    /// `FROM`, as in a SELECT.
    pub from: Vec<crate::model::Join>,
    /// `WHERE`.
    pub filter: Option<Expr>,
    /// `UPDATE OR ..`.
    #[serde(default)]
    pub or: UpdateOr,
}

/// What an UPDATE does with a row that would have another row's key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateOr {
    /// Fails.
    #[default]
    Fail,
    /// `UPDATE OR IGNORE`: leaves it as it is.
    Ignore,
    /// `UPDATE OR REPLACE`: deletes the other.
    Replace,
}

/// A DELETE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Delete {
    /// Of which table.
    pub table: Name,
    /// `AS alias`.
    pub alias: Option<Name>,
    /// `USING`, as FROM of a SELECT.
    pub using: Vec<crate::model::Join>,
    /// `WHERE`.
    pub filter: Option<Expr>,
}
