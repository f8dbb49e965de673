//! Columns: type, nullability, default, identity, generation, collation.

use std::collections::{HashMap, HashSet};

use super::{
    COMMENT, Catalog, ENGINE, GUARD, IntrospectError, ask, collation, lift, lift_type, oddity,
    table_mut,
};
use crate::{
    Dialect,
    introspect::Row,
    model::{
        Check, Collation, Column, DataType, Expr, Family, Generated, Identity, Name, Oddity,
        Schema, Table,
    },
    parse::{self, ReadOptions},
};

/// The expressions of guard columns, by table and column.
pub(super) type Guards = HashMap<(Name, Name), Expr>;

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    options: ReadOptions,
    schema: &mut Schema,
) -> Result<Guards, IntrospectError<C::Error>> {
    let json = json_columns(catalog).await?;
    // A sequence's name has the database's before it, which is no part of it.
    // Those of views are skipped below: a join would fill the catalogue's
    // tables anew for every row.
    let sql = "SELECT table_name, column_name, column_type, is_nullable, \
         IF(column_default LIKE '%val(`%', \
           REPLACE(column_default, CONCAT('`', REPLACE(DATABASE(), '`', '``'), '`.'), ''), column_default), \
         extra, collation_name, column_comment, generation_expression \
         FROM information_schema.columns WHERE table_schema = DATABASE() \
         ORDER BY table_name, ordinal_position";
    let mut guards = Guards::new();
    for row in ask(ENGINE, catalog, sql).await? {
        let (table, name) = (row.name(0), row.name(1));
        if name.folded().starts_with(GUARD) && row.get(8).is_some() {
            guards.insert((table, name), lift(ENGINE, row.text(8)));
            continue;
        }
        let mut oddities = Vec::new();
        if let Some(table) = table_mut(schema, &table) {
            let is_json = json.contains(&(table.name.clone(), name));
            let column = column(&row, is_json, options, table, &mut oddities);
            table.columns.push(column);
        }
        schema.oddities.append(&mut oddities);
    }
    Ok(guards)
}

/// The columns whose own CHECK says that they hold JSON, and nothing else:
/// those are `json`.
async fn json_columns<C: Catalog>(
    catalog: &mut C,
) -> Result<HashSet<(Name, Name)>, IntrospectError<C::Error>> {
    let sql = "SELECT table_name, constraint_name FROM information_schema.check_constraints \
         WHERE constraint_schema = DATABASE() AND level = 'Column' \
           AND check_clause = CONCAT('json_valid(`', REPLACE(constraint_name, '`', '``'), '`)')";
    let rows = ask(ENGINE, catalog, sql).await?;
    Ok(rows.iter().map(|row| (row.name(0), row.name(1))).collect())
}

fn column(
    row: &Row,
    is_json: bool,
    options: ReadOptions,
    table: &mut Table,
    oddities: &mut Vec<Oddity>,
) -> Column {
    let name = row.name(1);
    let native = row.text(2);
    let extra = row.text(5).to_lowercase();
    let owner = table.name.clone();
    let mut odd = |attribute: &str, value: &str| {
        oddities.push(oddity(&owner, name.as_str(), attribute, value));
    };
    let mut column = Column::new(name.clone(), DataType::Text);
    column.nullable = row.is(3);
    column.collation = collation(row.text(6));
    let labels = enum_labels(native);
    if let Some((data_type, nocase)) = declared(row.text(7), native) {
        column.data_type = data_type;
        if nocase && column.collation == Collation::Binary {
            column.collation = Collation::NoCase;
        }
    } else if is_json && native == "longtext" {
        column.data_type = DataType::Json;
    } else if labels.is_none() {
        column.data_type = lift_type(ENGINE, native, options);
        for (attribute, value) in storage(native) {
            odd(attribute, value);
        }
    }
    // Only text compares by a collation; a `json` column's is always by bytes.
    if column.data_type.family() != Family::Text {
        column.collation = Collation::Binary;
    } else if row.text(6).ends_with("_bin") && !row.text(6).ends_with("_nopad_bin") {
        odd("trailing blanks", "ignored");
    }
    if let Some(labels) = labels {
        table.checks.push(Check {
            name: None,
            expr: Expr::InList {
                expr: Box::new(Expr::column(name.clone())),
                negated: false,
                list: labels.into_iter().map(Expr::text).collect(),
            },
        });
    }
    if extra.contains("invisible") {
        odd("visibility", "invisible");
    }
    // `latin1_bin` compares by bytes too, of fewer characters.
    let charset = row.text(6).split('_').next().unwrap_or_default();
    if !matches!(charset, "" | "utf8mb4" | "binary") {
        odd("character set", charset);
    }
    if extra.contains("without system versioning") {
        odd("versioning", "without");
    }
    if let Some(at) = extra.find("on update") {
        odd("on update", extra.get(at + 10..).unwrap_or_default());
    }
    if extra.contains("auto_increment") {
        column.identity = Some(Identity::Sequence);
    }
    if let Some(text) = row.get(8) {
        column.generated = Some(Generated {
            expr: lift(ENGINE, text),
            stored: extra.contains("stored"),
        });
    } else {
        column.default = row
            .get(4)
            .map(|text| lift(ENGINE, text))
            .filter(|expr| !expr.is_null_literal());
    }
    column
}

/// What a comment of ours says: the type, and whether it is NOCASE.
fn declared(comment: &str, native: &str) -> Option<(DataType, bool)> {
    let (said, written) = comment.strip_prefix(COMMENT)?.rsplit_once(" as ")?;
    if !written.trim().eq_ignore_ascii_case(native) {
        return None;
    }
    let (said, nocase) = match said.strip_suffix(" NOCASE") {
        Some(said) => (said, true),
        None => (said, false),
    };
    let data_type = parse::parse_type(Dialect::Portable, said, ReadOptions::default()).ok()?;
    Some((data_type, nocase))
}

/// What of a native type the model does not say.
fn storage(native: &str) -> Vec<(&'static str, &str)> {
    let mut odd = Vec::new();
    let (base, length) = match native.split_once('(') {
        Some((base, rest)) => (base, rest.split(')').next()),
        None => (native.split(' ').next().unwrap_or(native), None),
    };
    // The type is the next wider one, which takes negative numbers.
    if native.contains("unsigned") {
        odd.push(("native type", native));
    }
    match base {
        "tinytext" | "text" | "mediumtext" | "tinyblob" | "blob" | "mediumblob" | "binary"
        | "varbinary" | "year" | "mediumint" => odd.push(("size", native)),
        "tinyint" if length != Some("1") => odd.push(("size", "tinyint")),
        "time" | "datetime" | "timestamp" if length != Some("6") => odd.push(("precision", native)),
        _ => {}
    }
    if base == "timestamp" {
        // Its values end in January 2038.
        odd.push(("range", "timestamp"));
    }
    odd
}

/// The labels of `enum('a','b')`.
fn enum_labels(native: &str) -> Option<Vec<String>> {
    let inside = native.strip_prefix("enum(")?.strip_suffix(')')?;
    let mut labels = Vec::new();
    let mut rest = inside;
    while let Some(open) = rest.strip_prefix('\'') {
        let mut label = String::new();
        let mut chars = open.char_indices().peekable();
        let mut end = None;
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' if chars.peek().is_some_and(|next| next.1 == '\'') => {
                    chars.next();
                    label.push('\'');
                }
                '\'' => {
                    end = Some(at + 1);
                    break;
                }
                other => label.push(other),
            }
        }
        labels.push(label);
        rest = open.get(end?..)?;
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    Some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enums_labels_are_unquoted() {
        let check = |native: &str, labels: Option<&[&str]>| {
            let labels = labels.map(|all| all.iter().map(|s| (*s).to_owned()).collect());
            assert_eq!(enum_labels(native), labels, "{native}");
        };
        check("enum('a','b')", Some(&["a", "b"]));
        check("enum('it''s',',')", Some(&["it's", ","]));
        check("varchar(3)", None);
    }

    #[test]
    fn a_size_that_the_model_has_no_word_for_is_noted() {
        let check = |native: &str, expected: &[(&str, &str)]| {
            assert_eq!(storage(native), expected, "{native}");
        };
        check("longtext", &[]);
        check("tinyint(1)", &[]);
        check("tinyint(4)", &[("size", "tinyint")]);
        check("int(10) unsigned", &[("native type", "int(10) unsigned")]);
        check("datetime(6)", &[]);
        check("datetime", &[("precision", "datetime")]);
        check("mediumtext", &[("size", "mediumtext")]);
    }
}
