//! What SQLite says of its tables, apart from their text.

use super::{AllFacts, Catalog, ENGINE, IntrospectError, Row, ask, lift, lift_type, literal};
use crate::{
    model::{
        Action, Collation, Column, DataType, Expr, ForeignKey, Generated, Identity, Index,
        IndexPart, Name, PrimaryKey, Table, Unique,
    },
    parse::ReadOptions,
};

/// The tables that have facts: a virtual one may want a module that is not
/// compiled in, and a view may be broken.
const TABLES: &str = "sqlite_schema m WHERE m.type = 'table' \
                      AND upper(substr(trim(m.sql), 1, 14)) <> 'CREATE VIRTUAL'";

/// One table, as its pragmas tell it.
#[derive(Default)]
pub(super) struct Facts {
    columns: Vec<Column>,
    /// The primary key's columns, by place.
    primary_key: Vec<Name>,
    /// Columns of UNIQUE constraints.
    uniques: Vec<Vec<Name>>,
    foreign_keys: Vec<ForeignKey>,
}

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    options: ReadOptions,
) -> Result<AllFacts, IntrospectError<C::Error>> {
    let mut facts = AllFacts::new();
    // A name's table function runs for each row, so it has to come after.
    let of = |columns: &str, pragma: &str, order: &str| {
        format!(
            "WITH t(name) AS MATERIALIZED (SELECT m.name FROM {TABLES}) \
             SELECT t.name, {columns} FROM t, {pragma} ORDER BY t.name, {order}"
        )
    };
    let columns = of(
        "x.name, x.type, x.\"notnull\", x.dflt_value, x.pk, x.hidden",
        "pragma_table_xinfo(t.name) x",
        "x.cid",
    );
    let mut keys: Vec<(Name, i64, Name)> = Vec::new();
    for row in ask(ENGINE, catalog, &columns).await? {
        let place = row.text(5).parse().unwrap_or_default();
        if place > 0 {
            keys.push((row.name(0), place, row.name(1)));
        }
        let entry = facts.entry(row.name(0)).or_default();
        entry.columns.push(column(&row, options));
    }
    keys.sort_by_key(|key| key.1);
    for (table, _, column) in keys {
        facts.entry(table).or_default().primary_key.push(column);
    }
    let uniques = of(
        "l.seq, k.name",
        "pragma_index_list(t.name) l, pragma_index_info(l.name) k",
        "l.seq DESC, k.seqno",
    )
    .replace("ORDER BY", "WHERE l.origin = 'u' ORDER BY");
    let mut before = (String::new(), String::new());
    for row in ask(ENGINE, catalog, &uniques).await? {
        let this = (row.text(0).to_owned(), row.text(1).to_owned());
        let entry = facts.entry(row.name(0)).or_default();
        if this != before {
            entry.uniques.push(Vec::new());
            before = this;
        }
        if let Some(unique) = entry.uniques.last_mut() {
            unique.push(row.name(2));
        }
    }
    let foreign_keys = of(
        "f.seq, f.\"from\", f.\"table\", f.\"to\", f.on_delete, f.on_update",
        "pragma_foreign_key_list(t.name) f",
        "f.id DESC, f.seq",
    );
    for row in ask(ENGINE, catalog, &foreign_keys).await? {
        foreign_key(
            &row,
            &mut facts.entry(row.name(0)).or_default().foreign_keys,
        );
    }
    Ok(facts)
}

fn column(row: &Row, options: ReadOptions) -> Column {
    let declared = row.text(2);
    let mut column = Column::new(row.name(1), lift_type(ENGINE, declared, options));
    column.declared = Some(declared.to_owned());
    column.nullable = !row.is(3);
    column.default = row
        .get(4)
        .map(|text| lift(ENGINE, text))
        .filter(|expr| !expr.is_null_literal());
    // 2 is virtual, 3 is stored; only the text says what is computed.
    if let stored @ ("2" | "3") = row.text(6) {
        column.generated = Some(Generated {
            expr: Expr::Opaque {
                engine: ENGINE,
                text: String::new(),
            },
            stored: stored == "3",
        });
    }
    column
}

fn foreign_key(row: &Row, keys: &mut Vec<ForeignKey>) {
    if row.text(1) == "0" {
        keys.push(ForeignKey {
            name: None,
            columns: Vec::new(),
            parent: row.name(3),
            parent_columns: Vec::new(),
            on_delete: action(row.text(5)),
            on_update: action(row.text(6)),
            on_delete_columns: Vec::new(),
            deferral: Default::default(),
        });
    }
    if let Some(key) = keys.last_mut() {
        key.columns.push(row.name(2));
        key.parent_columns.extend(row.get(4).map(Name::from));
    }
}

fn action(word: &str) -> Action {
    match word {
        "RESTRICT" => Action::Restrict,
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

impl Facts {
    /// Whether a reading of the table's text says the same.
    pub(super) fn agrees(&self, table: &Table) -> bool {
        let key = table.primary_key.as_ref();
        let in_key = |name: &Name| key.is_some_and(|key| key.columns.contains(name));
        let columns = self.columns.len() == table.columns.len()
            && self.columns.iter().zip(&table.columns).all(|(said, read)| {
                said.name == read.name
                    && (said.nullable == read.nullable || in_key(&read.name))
                    && said.default.is_some() == read.default.is_some()
                    && said.generated.as_ref().map(|g| g.stored)
                        == read.generated.as_ref().map(|g| g.stored)
            });
        let read_key: &[Name] = key.map_or(&[], |key| &key.columns);
        // A UNIQUE over the columns of another, or of the key, has no index
        // of its own: so every index has a constraint, not the reverse.
        let uniques = self.uniques.iter().all(|said| {
            table.uniques.iter().any(|read| read.columns == *said) || read_key == said.as_slice()
        });
        let mut said: Vec<_> = self.foreign_keys.iter().map(essence).collect();
        let mut read: Vec<_> = table.foreign_keys.iter().map(essence).collect();
        said.sort();
        read.sort();
        columns && self.primary_key == read_key && uniques && said == read
    }

    /// The table, without CHECKs.
    pub(super) fn into_table(self, name: Name) -> Table {
        let mut table = Table::new(name);
        table.columns = self.columns;
        if let [only] = self.primary_key.as_slice()
            && let Some(column) = table.columns.iter_mut().find(|column| column.name == *only)
            && column
                .declared
                .as_deref()
                .is_some_and(|text| text.eq_ignore_ascii_case("INTEGER"))
        {
            column.identity = Some(Identity::Rowid);
            column.data_type = DataType::BigInt;
        }
        if !self.primary_key.is_empty() {
            table.primary_key = Some(PrimaryKey {
                name: None,
                columns: self.primary_key,
            });
        }
        table.uniques = self
            .uniques
            .into_iter()
            .map(|columns| Unique {
                name: None,
                columns,
                nulls_not_distinct: false,
            })
            .collect();
        table.foreign_keys = self.foreign_keys;
        table
    }
}

type Essence<'a> = (&'a [Name], &'a Name, &'a [Name], u8, u8);

fn essence(key: &ForeignKey) -> Essence<'_> {
    (
        &key.columns,
        &key.parent,
        &key.parent_columns,
        key.on_delete as u8,
        key.on_update as u8,
    )
}

/// An index whose text can't be read: its keys from the pragma, its
/// predicate and expressions as its whole text.
pub(super) async fn index<C: Catalog>(
    catalog: &mut C,
    name: &Name,
    text: &str,
) -> Result<Index, IntrospectError<C::Error>> {
    let quoted = literal(name.as_str());
    let sql = format!(
        "SELECT k.name, k.\"desc\", k.coll, l.\"unique\", l.partial \
         FROM sqlite_schema m, pragma_index_list(m.tbl_name) l, pragma_index_xinfo(l.name) k \
         WHERE m.type = 'index' AND m.name = {quoted} AND l.name = m.name AND k.key = 1 \
         ORDER BY k.seqno"
    );
    let opaque = || Expr::Opaque {
        engine: ENGINE,
        text: text.to_owned(),
    };
    let rows = ask(ENGINE, catalog, &sql).await?;
    let parts = rows
        .iter()
        .map(|row| IndexPart {
            expr: row.get(0).map_or_else(opaque, Expr::column),
            collation: match row.text(2).to_ascii_uppercase().as_str() {
                "NOCASE" => Some(Collation::NoCase),
                "RTRIM" => Some(Collation::Rtrim),
                "BINARY" => None,
                _ => Some(Collation::Other(row.text(2).to_owned())),
            },
            descending: row.is(1),
        })
        .collect();
    Ok(Index {
        name: name.clone(),
        parts,
        unique: rows.first().is_some_and(|row| row.is(3)),
        nulls_not_distinct: false,
        predicate: rows.first().filter(|row| row.is(4)).map(|_| opaque()),
    })
}
