use serde::{Deserialize, Serialize};

use super::{DataType, Expr, Name};

/// A table, with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Its primary key, also when declared at a column.
    pub primary_key: Option<PrimaryKey>,
    /// Its UNIQUE constraints, also those declared at a column.
    pub uniques: Vec<Unique>,
    /// Its CHECK constraints, also those declared at a column.
    pub checks: Vec<Check>,
    /// Its foreign keys, also those declared at a column.
    pub foreign_keys: Vec<ForeignKey>,
    /// Its indexes, in order of creation. Not those that carry a constraint.
    pub indexes: Vec<Index>,
    /// Whether each row belongs to an org (`-- dualfuel: tenant`).
    pub tenant: bool,
    /// Whether a tenant table may number its rows (`-- dualfuel: tenant, weak
    /// identity`): the next number tells of other orgs.
    #[serde(default)]
    pub weak_identity: bool,
    /// Whether it ends with the connection that made it. Such a table is never
    /// part of what two databases are compared by: [`crate::simulate`] drops
    /// it at the end of its migration.
    #[serde(default)]
    pub temporary: bool,
    /// What only SQLite has.
    pub options: TableOptions,
}

/// What only SQLite has: compared between its own, and kept by its rebuild.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct TableOptions {
    /// `WITHOUT ROWID`.
    pub without_rowid: bool,
    /// `STRICT`: only SQLite's own six type names may be used.
    pub strict: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub data_type: DataType,
    /// The type's spelling in a SQLite source, kept so that a rebuild on
    /// SQLite declares it as it was; empty for a column without a type.
    /// Never compared.
    pub declared: Option<String>,
    /// The type's name where it is one that the migrations made: an
    /// [`EnumType`](super::EnumType). `data_type` is then `Text`, and the
    /// simulation adds the CHECK that holds the labels. Never compared.
    #[serde(default)]
    pub enum_type: Option<Name>,
    /// Whether it may hold NULL. A primary key's column may not (SQLite
    /// allows it by an old mistake; no other engine does).
    pub nullable: bool,
    /// Its default; `None` is also a default of NULL.
    pub default: Option<Expr>,
    /// Its value, computed from others.
    pub generated: Option<Generated>,
    /// Where the database numbers it.
    pub identity: Option<Identity>,
    /// How it compares. `Binary` for anything but text.
    pub collation: Collation,
}

/// A computed column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Generated {
    /// The value.
    pub expr: Expr,
    /// Kept in the row rather than computed when read. PostgreSQL 15 has no
    /// other kind, so this is not compared with it.
    pub stored: bool,
}

/// How a database numbers a column. Its values may always be given instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// SQLite's `INTEGER PRIMARY KEY`: a value above the greatest present.
    Rowid,
    /// SQLite's `AUTOINCREMENT`, PostgreSQL's identity and serial columns,
    /// MariaDB's `AUTO_INCREMENT`: no value is used again. Compared as equal
    /// to `Rowid`.
    Sequence,
}

/// How text compares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Collation {
    /// By bytes: SQLite's `BINARY`, PostgreSQL's `"C"`, MariaDB's
    /// `utf8mb4_nopad_bin`.
    #[default]
    Binary,
    /// With ASCII letters folded: SQLite's `NOCASE`.
    NoCase,
    /// Without trailing blanks: SQLite's `RTRIM`.
    Rtrim,
    /// One of an engine's own, by name: a database that is not ours.
    Other(String),
}

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct PrimaryKey {
    /// Its name, where given. Not compared: MariaDB and SQLite keep none.
    pub name: Option<Name>,
    /// Its columns, in order.
    pub columns: Vec<Name>,
}

/// A UNIQUE constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Unique {
    /// Its name, where given.
    pub name: Option<Name>,
    /// Its columns, in order.
    pub columns: Vec<Name>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
}

/// A CHECK constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Check {
    /// Its name, where given.
    pub name: Option<Name>,
    /// What must not be false.
    pub expr: Expr,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ForeignKey {
    /// Its name, where given.
    pub name: Option<Name>,
    /// Its columns, in order.
    pub columns: Vec<Name>,
    /// The table it refers to. On SQLite it need not exist (yet).
    pub parent: Name,
    /// The columns it refers to, as many; empty for the parent's primary key.
    pub parent_columns: Vec<Name>,
    /// What a delete of the parent does.
    pub on_delete: Action,
    /// What a change of the parent's key does.
    pub on_update: Action,
    /// `SET NULL (columns)`, `SET DEFAULT (columns)`: which, where said.
    pub on_delete_columns: Vec<Name>,
    /// When it is checked.
    pub deferral: Deferral,
}

/// What a foreign key does to the child.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the keywords")]
pub enum Action {
    #[default]
    NoAction,
    /// Compared as equal to `NoAction` with MariaDB, where both are one.
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the keywords")]
pub enum Deferral {
    #[default]
    NotDeferrable,
    InitiallyImmediate,
    InitiallyDeferred,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Index {
    /// Its name.
    pub name: Name,
    /// Its keys, in order.
    pub parts: Vec<IndexPart>,
    /// Whether no two rows may have the same.
    pub unique: bool,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// The rows it holds; all when absent.
    pub predicate: Option<Expr>,
}

/// A key of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct IndexPart {
    /// A column, or an expression over the row.
    pub expr: Expr,
    /// How it compares, where that differs from the column.
    pub collation: Option<Collation>,
    /// `DESC`.
    pub descending: bool,
}

impl Table {
    /// Whether a row that says nothing of these columns has NULL in each.
    pub fn defaults_to_null(&self, columns: &[Name]) -> bool {
        columns.iter().all(|name| {
            self.column(name).is_some_and(|column| {
                let default = column.default.as_ref();
                column.nullable && default.is_none_or(|default| *default == Expr::NULL)
            })
        })
    }

    /// An empty table.
    pub fn new(name: impl Into<Name>) -> Self {
        Self {
            name: name.into(),
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            tenant: false,
            temporary: false,
            weak_identity: false,
            options: TableOptions::default(),
        }
    }

    /// The column of that name.
    pub fn column(&self, name: &Name) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// The index of that name.
    pub fn index(&self, name: &Name) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name == *name)
    }
}

impl Column {
    /// A nullable column without anything else.
    pub fn new(name: impl Into<Name>, data_type: DataType) -> Self {
        Self {
            name: name.into(),
            data_type,
            declared: None,
            enum_type: None,
            nullable: true,
            default: None,
            generated: None,
            identity: None,
            collation: Collation::Binary,
        }
    }
}
