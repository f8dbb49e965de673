//! Columns, by name.

use super::{
    Report, Sides, image, limits,
    normal::{normal_default, normal_generated},
    pairs,
    show::show,
};
use crate::{
    Engine,
    lower::expr as lower,
    model::{Collation, Column, DataType, Expr, Generated, Table},
};

pub(super) fn compare(sides: Sides, a: &Table, b: &Table, report: &mut Report<'_>) {
    for (name, pair) in pairs(&a.columns, &b.columns, |column| &column.name) {
        match pair {
            (Some(left), Some(right)) => column(sides, (a, left), (b, right), report),
            (left, right) => report.text(
                name.as_str(),
                "column",
                left.map(|column| column.data_type.to_string()),
                right.map(|column| column.data_type.to_string()),
            ),
        }
    }
}

type Of<'a> = (&'a Table, &'a Column);

fn column(sides: Sides, left: Of<'_>, right: Of<'_>, report: &mut Report<'_>) {
    let ((table_a, a), (table_b, b)) = (left, right);
    let object = a.name.as_str();
    let identity = a.identity.is_some() && b.identity.is_some();
    if limits::of_one_engine(sides, a, b, report) {
        report.value(object, "null", allowed(a.nullable), allowed(b.nullable));
        return;
    }
    // SQLite numbers with 64 bits, whatever the column is on the others.
    let numbered = identity && sides.any(Engine::Sqlite);
    if !numbered && !declared_alike(sides, a, b) {
        let (left, right) = (data_type(sides, a), data_type(sides, b));
        report.value(object, "type", left, right);
    }
    let in_keys = in_key(table_a, a) && in_key(table_b, b);
    if !in_keys && !limits::computed_null(sides, a, b, report) {
        report.value(object, "null", allowed(a.nullable), allowed(b.nullable));
    }
    report.value(
        object,
        "identity",
        yes(a.identity.is_some()),
        yes(b.identity.is_some()),
    );
    let (x, y) = (default(table_a, a), default(table_b, b));
    let image = |engine, table: &Table, column: &Column| {
        image::default(engine, table, column, column.default.as_ref()?)
    };
    let written =
        |found: &Column, table: &Table, column: &Column| match (&found.default, &column.default) {
            (Some(found), Some(expr)) => {
                image::is_written(found, table, |engine| lower::default(engine, column, expr))
            }
            _ => false,
        };
    let (x, y) = differing(sides, (x, y), (left, right), image, written);
    report.text(object, "default", x, y);
    generated(sides, left, right, report);
    if !limits::collation(sides, a, b, report) {
        let (left, right) = (collation(&a.collation), collation(&b.collation));
        report.value(object, "collation", left, right);
    }
}

/// Whether SQLite has the very words of a source for a column's type: those of
/// a table made by a query tell less than the query does.
fn declared_alike(sides: Sides, a: &Column, b: &Column) -> bool {
    let of_source = [sides.left, sides.right].contains(&None) && sides.any(Engine::Sqlite);
    match (&a.declared, &b.declared) {
        (Some(a), Some(b)) => of_source && a.eq_ignore_ascii_case(b),
        _ => false,
    }
}

/// A type in words. SQLite's CHAR is filled up with nothing.
fn data_type(sides: Sides, column: &Column) -> String {
    match &column.data_type {
        DataType::Char(length) if sides.any(Engine::Sqlite) => {
            DataType::Varchar(*length).to_string()
        }
        other => other.to_string(),
    }
}

/// A key's column is never NULL; SQLite only forgot to check.
fn in_key(table: &Table, column: &Column) -> bool {
    table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.columns.contains(&column.name))
}

fn allowed(nullable: bool) -> &'static str {
    if nullable { "NULL" } else { "NOT NULL" }
}

fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// A default in words; an identity's is its sequence, and SQLite asks no other.
pub(super) fn default(table: &Table, column: &Column) -> Option<String> {
    let default = column.default.as_ref();
    let default = default.filter(|_| column.identity.is_none())?;
    normal_default(table, column, default).map(|form| show(&form))
}

/// Two expressions in words, made equal where they are: `image` gives what an
/// engine makes of a column's, `written` whether the first column has the
/// second one's as that engine writes it.
fn differing(
    sides: Sides,
    (x, y): (Option<String>, Option<String>),
    ((table_a, a), (table_b, b)): (Of<'_>, Of<'_>),
    image: impl Fn(Option<Engine>, &Table, &Column) -> Option<String>,
    written: impl Fn(&Column, &Table, &Column) -> bool,
) -> (Option<String>, Option<String>) {
    let (Some(x), Some(y)) = (&x, &y) else {
        return (x, y);
    };
    let apart = sides.apart(
        (x, y),
        || image(sides.right, table_a, a),
        || image(sides.left, table_b, b),
    );
    match apart {
        Some((x, y)) if !written(b, table_a, a) && !written(a, table_b, b) => (Some(x), Some(y)),
        _ => (None, None),
    }
}

fn generated(sides: Sides, left: Of<'_>, right: Of<'_>, report: &mut Report<'_>) {
    let ((table_a, a), (table_b, b)) = (left, right);
    let object = a.name.as_str();
    let (x, y) = (expr(table_a, a), expr(table_b, b));
    let image = |engine, table: &Table, column: &Column| {
        image::generated(engine, table, column, &column.generated.as_ref()?.expr)
    };
    let written = |found: &Column, table: &Table, column: &Column| match (
        &found.generated,
        &column.generated,
    ) {
        (Some(found), Some(of)) => image::is_written(&found.expr, table, |engine| {
            lower::value(engine, table, &of.expr, Some(&column.data_type))
        }),
        _ => false,
    };
    let (x, y) = differing(sides, (x, y), (left, right), image, written);
    report.text(object, "generated", x, y);
    if let (Some(Generated { stored: x, .. }), Some(Generated { stored: y, .. })) =
        (&a.generated, &b.generated)
        && !sides.any(Engine::Postgres)
        && !limits::stored(sides, (table_a, *x), (table_b, *y), a, report)
    {
        report.value(object, "stored", yes(*x), yes(*y));
    }
}

/// What a generated column computes, in words.
pub(super) fn expr(table: &Table, column: &Column) -> Option<String> {
    let generated = column.generated.as_ref()?;
    // A pragma tells that a column is generated, not from what.
    if matches!(&generated.expr, Expr::Opaque { text, .. } if text.is_empty()) {
        return Some("unknown".to_owned());
    }
    Some(show(&normal_generated(table, column, &generated.expr)))
}

pub(super) fn collation(collation: &Collation) -> &str {
    match collation {
        Collation::Binary => "BINARY",
        Collation::NoCase => "NOCASE",
        Collation::Rtrim => "RTRIM",
        Collation::Other(name) => name,
    }
}
