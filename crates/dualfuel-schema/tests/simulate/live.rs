//! The simulation and a real SQLite side by side.

use std::{fmt::Write, sync::Arc};

use dualfuel_schema::{
    Dialect,
    model::{Action, Expr, Name, Schema},
    parse::{Parsed, ReadOptions, parse},
    simulate::{Misfit, Step, StepKind, simulate},
    statement::Statement,
};
use rusqlite::{Connection, Row};

/// The statements of a file. It can be read.
pub(crate) fn read(dialect: Dialect, sql: &str) -> Vec<Parsed> {
    let parsed = parse(dialect, sql, ReadOptions::default());
    parsed
        .into_iter()
        .map(|statement| statement.unwrap_or_else(|unread| panic!("{sql}\n{unread:?}")))
        .collect()
}

/// The steps of a migration.
pub(crate) fn simulated(
    dialect: Dialect,
    before: &Arc<Schema>,
    sql: &str,
) -> Result<Vec<Step>, Vec<Misfit>> {
    simulate(dialect, before, &read(dialect, sql))
}

/// The schema that migrations lead to.
pub(crate) fn after(dialect: Dialect, migrations: &[&str]) -> Arc<Schema> {
    let mut schema = Arc::new(Schema::default());
    for sql in migrations {
        let steps = simulated(dialect, &schema, sql);
        let steps = steps.unwrap_or_else(|misfits| panic!("{sql}\n{misfits:#?}"));
        if let Some(last) = steps.last() {
            schema = Arc::clone(&last.after);
        }
    }
    schema
}

/// A database as SQLite's own shell opens it: the bundled one has foreign keys
/// on, which a rename in legacy mode makes a difference of.
pub(crate) fn open() -> Connection {
    let live = Connection::open_in_memory().unwrap();
    live.execute_batch("PRAGMA foreign_keys=OFF").unwrap();
    live
}

/// Both agree on the schema after each migration.
#[track_caller]
pub(crate) fn agree(migrations: &[&str]) {
    let live = open();
    for (place, sql) in migrations.iter().enumerate() {
        live.execute_batch(sql).unwrap();
        let schema = after(Dialect::Sqlite, &migrations[..=place]);
        assert_eq!(described(&schema), found(&live), "after {sql}");
    }
}

/// Both refuse the last migration, the simulation with these words.
#[track_caller]
pub(crate) fn refused(migrations: &[&str], expected: &str) {
    let (last, earlier) = migrations.split_last().unwrap();
    let live = open();
    for sql in earlier {
        live.execute_batch(sql).unwrap();
    }
    live.execute_batch(last).unwrap_err();
    assert_eq!(misfits(Dialect::Sqlite, migrations), [expected]);
}

/// Why the last migration does not fit.
pub(crate) fn misfits(dialect: Dialect, migrations: &[&str]) -> Vec<String> {
    let (last, earlier) = migrations.split_last().unwrap();
    let misfits = simulated(dialect, &after(dialect, earlier), last).unwrap_err();
    misfits.into_iter().map(|m| m.refusal.reason).collect()
}

/// The steps of the last migration, a line each.
pub(crate) fn steps(dialect: Dialect, migrations: &[&str]) -> String {
    let (last, earlier) = migrations.split_last().unwrap();
    let steps = simulated(dialect, &after(dialect, earlier), last).unwrap();
    let mut lines = String::new();
    for step in steps {
        match &step.kind {
            StepKind::Data(statement) => {
                let (verb, table) = match &**statement {
                    Statement::Insert(insert) => ("insert", &insert.table),
                    Statement::Update(update) => ("update", &update.table),
                    Statement::Delete(delete) => ("delete", &delete.table),
                    other => panic!("{other:?}"),
                };
                writeln!(lines, "{verb} {table}").unwrap();
            }
            StepKind::Define(moves) => {
                write!(lines, "define").unwrap();
                for (from, to) in &moves.tables {
                    write!(lines, " {from} -> {to}").unwrap();
                }
                for (table, from, to) in &moves.columns {
                    write!(lines, " {table}.{from} -> {table}.{to}").unwrap();
                }
                for rewrite in &moves.rewrites {
                    for (column, value) in &rewrite.values {
                        let value = brief(value);
                        write!(lines, " {}.{column} = {value}", rewrite.table).unwrap();
                    }
                    if let Some(filter) = &rewrite.filter {
                        write!(lines, " where {}", brief(filter)).unwrap();
                    }
                }
                let names = |schema: &Schema| -> Vec<Name> {
                    schema.tables.iter().map(|t| t.name.clone()).collect()
                };
                let (was, is) = (names(&step.before), names(&step.after));
                for gone in was.iter().filter(|name| !is.contains(name)) {
                    write!(lines, " -{gone}").unwrap();
                }
                for new in is.iter().filter(|name| !was.contains(name)) {
                    write!(lines, " +{new}").unwrap();
                }
                writeln!(lines).unwrap();
            }
        }
    }
    lines
}

fn brief(expr: &Expr) -> String {
    match expr {
        Expr::Literal(literal) => format!("{literal:?}"),
        Expr::Column { column, .. } => column.to_string(),
        Expr::Call(call) => {
            let args: Vec<String> = call.args.iter().map(brief).collect();
            format!("{:?}({})", call.function, args.join(", "))
        }
        Expr::Binary { left, op, right } => format!("{} {op:?} {}", brief(left), brief(right)),
        _ => "..".to_owned(),
    }
}

/// The model in words.
pub(crate) fn described(schema: &Schema) -> String {
    let mut lines = Vec::new();
    for table in schema.tables.iter().filter(|table| !table.temporary) {
        let name = table.name.folded();
        for (place, column) in table.columns.iter().enumerate() {
            let key = table.primary_key.iter().flat_map(|key| &key.columns);
            let key = key
                .clone()
                .position(|c| *c == column.name)
                .map_or(0, |at| at + 1);
            let required = !column.nullable || key > 0;
            let generated = column.generated.is_some();
            let column = column.name.folded();
            lines.push(format!(
                "{name} {place} {column} required={required} key={key} generated={generated}"
            ));
        }
        for key in &table.foreign_keys {
            lines.push(format!(
                "{name} foreign {} -> {}({}) delete={} update={}",
                list(&key.columns),
                key.parent.folded(),
                // Without a parent, columns that were never spelled are not
                // known to SQLite.
                schema
                    .table(&key.parent)
                    .map_or(String::new(), |_| list(&key.parent_columns)),
                action(key.on_delete),
                action(key.on_update),
            ));
        }
        for unique in &table.uniques {
            lines.push(format!("{name} unique {}", list(&unique.columns)));
        }
        for index in &table.indexes {
            let parts: Vec<String> = index
                .parts
                .iter()
                .map(|part| {
                    let what = match &part.expr {
                        Expr::Column { column, .. } => column.folded(),
                        _ => "expr".to_owned(),
                    };
                    format!("{what}{}", if part.descending { " desc" } else { "" })
                })
                .collect();
            lines.push(format!(
                "{name} index {} {} unique={} partial={}",
                index.name.folded(),
                parts.join(","),
                index.unique,
                index.predicate.is_some()
            ));
        }
    }
    for view in &schema.views {
        lines.push(format!(
            "view {} {}",
            view.name.folded(),
            list(&view.columns)
        ));
    }
    for trigger in &schema.triggers {
        let (name, table) = (trigger.name.folded(), trigger.table.folded());
        lines.push(format!("trigger {name} on {table}"));
    }
    lines.sort();
    lines.join("\n")
}

fn list(names: &[Name]) -> String {
    let names: Vec<String> = names.iter().map(Name::folded).collect();
    names.join(",")
}

fn action(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NO ACTION",
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
    }
}

/// What SQLite has, in the same words.
pub(crate) fn found(live: &Connection) -> String {
    let mut lines = Vec::new();
    let tables = rows(
        live,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
        |row| row.get::<_, String>(0),
    );
    for table in tables {
        let name = table.to_lowercase();
        let columns = rows(
            live,
            &format!(
                "SELECT cid, name, \"notnull\" OR pk > 0, pk, hidden FROM pragma_table_xinfo({})",
                text(&table)
            ),
            |row| {
                Ok(format!(
                    "{name} {} {} required={} key={} generated={}",
                    row.get::<_, i64>(0)?,
                    row.get::<_, String>(1)?.to_lowercase(),
                    row.get::<_, bool>(2)?,
                    row.get::<_, i64>(3)?,
                    row.get::<_, i64>(4)? > 1,
                ))
            },
        );
        lines.extend(columns);
        // A foreign key without columns means its parent's primary key.
        let keys = rows(
            live,
            &format!(
                "SELECT group_concat(lower(\"from\"), ','), lower(max(\"table\")), iif(
                     NOT EXISTS (SELECT 1 FROM pragma_table_info(k.\"table\")), '', coalesce(
                     group_concat(lower(\"to\"), ','),
                     (SELECT group_concat(lower(name), ',') FROM (
                          SELECT name FROM pragma_table_info(k.\"table\") WHERE pk > 0 ORDER BY pk)),
                     '')), max(on_delete), max(on_update)
                 FROM (SELECT * FROM pragma_foreign_key_list({}) ORDER BY id, seq) k GROUP BY id",
                text(&table)
            ),
            |row| {
                Ok(format!(
                    "{name} foreign {} -> {}({}) delete={} update={}",
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, String>(2)?,
                    row.get::<_, String>(3)?,
                    row.get::<_, String>(4)?,
                ))
            },
        );
        lines.extend(keys);
        let indexes = rows(
            live,
            &format!(
                "SELECT l.name, l.origin, l.\"unique\", l.partial, (
                     SELECT group_concat(part, ',') FROM (
                         SELECT coalesce(lower(name), 'expr') || iif(\"desc\", ' desc', '') AS part
                         FROM pragma_index_xinfo(l.name) WHERE key ORDER BY seqno))
                 FROM pragma_index_list({}) l WHERE l.origin <> 'pk'",
                text(&table)
            ),
            |row| {
                let parts: String = row.get(4)?;
                Ok(if row.get::<_, String>(1)? == "u" {
                    format!("{name} unique {parts}")
                } else {
                    format!(
                        "{name} index {} {parts} unique={} partial={}",
                        row.get::<_, String>(0)?.to_lowercase(),
                        row.get::<_, bool>(2)?,
                        row.get::<_, bool>(3)?
                    )
                })
            },
        );
        lines.extend(indexes);
    }
    for view in rows(
        live,
        "SELECT name FROM sqlite_schema WHERE type = 'view'",
        |row| row.get::<_, String>(0),
    ) {
        let columns = rows(
            live,
            &format!("SELECT lower(name) FROM pragma_table_info({})", text(&view)),
            |row| row.get::<_, String>(0),
        );
        lines.push(format!(
            "view {} {}",
            view.to_lowercase(),
            columns.join(",")
        ));
    }
    lines.extend(rows(
        live,
        "SELECT lower(name), lower(tbl_name) FROM sqlite_schema WHERE type = 'trigger'",
        |row| {
            let (name, table): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(format!("trigger {name} on {table}"))
        },
    ));
    lines.sort();
    lines.join("\n")
}

fn text(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

fn rows<T>(
    live: &Connection,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let mut statement = live.prepare(sql).unwrap();
    let rows = statement.query_map((), read).unwrap();
    // A view that reads a table that is gone has no columns to tell.
    rows.map_while(Result::ok).collect()
}
