//! Columns: type, nullability, default, identity, generation, collation.

use super::{
    Catalog, ENGINE, IntrospectError, RELATIONS, ask, collation, collation_name, lift, lift_type,
    oddity, table_mut,
};
use crate::{
    introspect::Row,
    model::{
        Check, Collation, Column, DataType, Expr, Family, Generated, Identity, Name, Oddity,
        Schema, Table,
    },
    parse::ReadOptions,
};

/// What marks a NOCASE column: its text compares by bytes here, and its
/// uniques and indexes are on `lower(column)`.
const NOCASE: &str = "dualfuel: NOCASE";

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    options: ReadOptions,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    for row in ask(ENGINE, catalog, &sql()).await? {
        let name = row.name(0);
        let mut oddities = Vec::new();
        if let Some(table) = table_mut(schema, &name) {
            let column = column(&row, options, table, &mut oddities);
            table.columns.push(column);
        }
        schema.oddities.append(&mut oddities);
    }
    Ok(())
}

/// A serial's sequence is owned by its column; one that is not owned, but
/// that no other default asks, numbers the column just the same.
fn sql() -> String {
    let collation = collation_name("a.attcollation");
    format!(
        "SELECT c.relname::text, a.attname::text, \
           pg_catalog.format_type(a.atttypid, a.atttypmod), \
           (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull))::text, \
           COALESCE(pg_catalog.pg_get_expr(d.adbin, d.adrelid), \
             CASE t.typtype WHEN 'd' THEN pg_catalog.pg_get_expr(t.typdefaultbin, 0) END), \
           a.attidentity::text, a.attgenerated::text, {collation}, \
           pg_catalog.col_description(c.oid, a.attnum), t.typtype::text, \
           (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text \
              FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), \
           CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END, \
           (SELECT json_agg(pg_catalog.pg_get_expr(k.conbin, 0) ORDER BY k.conname)::text \
              FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), \
           (SELECT string_agg(q.relname::text, ',') \
              FROM pg_catalog.pg_depend p \
              JOIN pg_catalog.pg_class q ON q.oid = p.refobjid AND q.relkind = 'S' \
              WHERE p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = d.oid \
                AND p.refclassid = 'pg_catalog.pg_class'::regclass \
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend o \
                  WHERE o.classid = p.classid AND o.refclassid = p.refclassid \
                    AND o.refobjid = p.refobjid AND o.objid <> p.objid)) \
         FROM {RELATIONS} \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
         JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
         LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
         WHERE c.relkind IN ('r', 'p', 'f') ORDER BY c.relname, a.attnum"
    )
}

fn column(
    row: &Row,
    options: ReadOptions,
    table: &mut Table,
    oddities: &mut Vec<Oddity>,
) -> Column {
    let name = row.name(1);
    let (spelling, identity) = (row.text(2), row.text(5));
    let mut column = Column::new(name.clone(), data_type(row, options, table));
    column.nullable = !row.is(3);
    column.collation = match row.get(8) {
        Some(NOCASE) if column.data_type.family() == Family::Text => Collation::NoCase,
        _ => collation(row.text(7)),
    };
    if native(&column.data_type).is_some_and(|native| native != spelling) {
        oddities.push(oddity(&table.name, name.as_str(), "native type", spelling));
    }
    if identity == "a" {
        oddities.push(oddity(&table.name, name.as_str(), "identity", "always"));
    }
    let default = row.get(4);
    if !identity.is_empty() || is_serial(row) {
        column.identity = Some(Identity::Sequence);
    } else if !row.text(6).is_empty() {
        column.generated = default.map(|text| Generated {
            expr: lift(ENGINE, text),
            stored: true,
        });
    } else {
        column.default = default
            .map(|text| lift(ENGINE, without_own_cast(text, spelling, row)))
            .filter(|expr| !expr.is_null_literal());
    }
    column
}

/// How PostgreSQL spells the type that a column of ours has. Another one is
/// taken for the same (`json`, `timestamp(3)`, an enum), and noted.
fn native(data_type: &DataType) -> Option<String> {
    Some(match data_type {
        DataType::SmallInt => "smallint".to_owned(),
        DataType::Integer => "integer".to_owned(),
        DataType::BigInt => "bigint".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Real => "real".to_owned(),
        DataType::Double => "double precision".to_owned(),
        DataType::Numeric(None) => "numeric".to_owned(),
        DataType::Numeric(Some((precision, scale))) => format!("numeric({precision},{scale})"),
        DataType::Text => "text".to_owned(),
        DataType::Varchar(length) => format!("character varying({length})"),
        DataType::Char(length) => format!("character({length})"),
        DataType::Blob => "bytea".to_owned(),
        DataType::Date => "date".to_owned(),
        DataType::Time => "time without time zone".to_owned(),
        DataType::Timestamp => "timestamp without time zone".to_owned(),
        DataType::TimestampTz => "timestamp with time zone".to_owned(),
        DataType::Json => "jsonb".to_owned(),
        DataType::Uuid => "uuid".to_owned(),
        DataType::Other(_) => return None,
    })
}

/// An enum and a domain are what they are made of, and a CHECK.
fn data_type(row: &Row, options: ReadOptions, table: &mut Table) -> DataType {
    let spelling = row.text(2);
    match row.text(9) {
        "e" => {
            let labels = row.list(10).into_iter().map(Expr::text).collect();
            table.checks.push(Check {
                name: None,
                expr: Expr::InList {
                    expr: Box::new(Expr::column(row.name(1))),
                    negated: false,
                    list: labels,
                },
            });
            DataType::Text
        }
        "d" => match lift_type(ENGINE, row.text(11), options) {
            DataType::Other(_) => DataType::Other(spelling.to_owned()),
            base => {
                let column = quoted(&row.name(1));
                for check in row.list(12) {
                    table.checks.push(Check {
                        name: None,
                        expr: lift(ENGINE, &with_value(&check, &column)),
                    });
                }
                base
            }
        },
        _ => lift_type(ENGINE, spelling, options),
    }
}

/// Whether the default is `nextval` of a sequence that serves no other column.
fn is_serial(row: &Row) -> bool {
    let default = row.text(4);
    row.get(13).is_some() && default.starts_with("nextval(") && default.ends_with("::regclass)")
}

/// `'ok'::mood` is text in the model, whose type has no name.
fn without_own_cast<'a>(text: &'a str, spelling: &str, row: &Row) -> &'a str {
    if matches!(row.text(9), "e" | "d") {
        text.strip_suffix(spelling)
            .and_then(|text| text.strip_suffix("::"))
            .unwrap_or(text)
    } else {
        text
    }
}

fn quoted(name: &Name) -> String {
    format!("\"{}\"", name.as_str().replace('"', "\"\""))
}

/// A domain's CHECK with its column for the keyword `VALUE`, which
/// PostgreSQL spells in upper case and outside quotes only.
fn with_value(check: &str, column: &str) -> String {
    let mut out = String::with_capacity(check.len());
    let mut quote = None;
    let mut word = String::new();
    for c in check.chars().chain(std::iter::once(' ')) {
        if quote.is_none() && (c.is_alphanumeric() || c == '_') {
            word.push(c);
            continue;
        }
        out.push_str(if word == "VALUE" { column } else { &word });
        word.clear();
        match quote {
            None if c == '\'' || c == '"' => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
        out.push(c);
    }
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::with_value;

    #[test]
    fn a_domains_value_is_its_column() {
        let check = |from: &str, to: &str| assert_eq!(with_value(from, "\"age\""), to);
        check("(VALUE > 0)", "(\"age\" > 0)");
        check(
            "(VALUE)::text <> 'VALUE'::text",
            "(\"age\")::text <> 'VALUE'::text",
        );
        check("(VALUES_OF(VALUE))", "(VALUES_OF(\"age\"))");
    }
}
