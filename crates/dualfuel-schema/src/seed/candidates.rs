//! Values that a column might take.

use super::{Boldness, Value, order::nullable};
use crate::{
    glob,
    model::{
        BinaryOp, Column, DataType, Expr, Family, Function, Literal, Name, Table,
        visit::{Visit, walk_expr},
    },
    portable::tenant::FILE_ORG,
};

/// As long as a text in a key may be everywhere: MariaDB's keys have 3072
/// bytes, and a composite one shares them.
const KEY_CHARACTERS: usize = 24;

/// The values that `column` might take in the row of that number, the likelier
/// ones first.
pub(super) fn candidates(
    table: &Table,
    column: &Column,
    boldness: Boldness,
    row: usize,
) -> Vec<Value> {
    if column.default == Some(Expr::call(Function::CurrentOrg, Vec::new())) {
        return vec![Value::Text(FILE_ORG.to_owned())];
    }
    let keyed = is_keyed(table, &column.name);
    let hints = Hints::of(table, &column.name);
    let mut values = hints.values(&column.data_type, row);
    let place = table.columns.iter().position(|other| other == column);
    let number = row * 7 + place.unwrap_or_default();
    let plain = plain(&column.name, &column.data_type, number, keyed);
    if boldness == Boldness::Edges && column.identity.is_none() {
        let mut edges = edges(&column.data_type, keyed, hints.counted);
        edges.push(plain.clone());
        if nullable(table, &column.name) {
            edges.push(Value::Null);
        }
        // Each row begins at another of them, so that all have their turn.
        let turn = number % edges.len().max(1);
        edges.rotate_left(turn);
        values.extend(edges);
    }
    if let Value::Text(text) = &plain {
        values.push(Value::Text(text.to_uppercase()));
        values.push(Value::Text(text.to_lowercase()));
    }
    values.push(plain);
    // An ordinary row leaves nothing out, unless a CHECK wants it to.
    let checked = table
        .checks
        .iter()
        .any(|check| names(&check.expr, &column.name));
    if nullable(table, &column.name) && (boldness == Boldness::Edges || checked) {
        values.push(Value::Null);
    }
    values.retain(|value| suits(&column.data_type, value));
    for value in &mut values {
        fit(&column.data_type, keyed, value);
    }
    values
}

/// Whether a value is one of the type: the constant of a CHECK need not be.
fn suits(data_type: &DataType, value: &Value) -> bool {
    match (data_type.family(), value) {
        (_, Value::Null) => true,
        (Family::Integer, Value::Integer(number)) => {
            *data_type != DataType::SmallInt || i16::try_from(*number).is_ok()
        }
        (Family::Number, value) => matches!(value, Value::Integer(_) | Value::Number(_)),
        (Family::Boolean, value) => matches!(value, Value::Boolean(_)),
        (Family::Text, value) => matches!(value, Value::Text(_)),
        (Family::Blob, value) => matches!(value, Value::Blob(_)),
        (Family::Json, Value::Text(text)) => {
            serde_json::from_str::<serde_json::Value>(text).is_ok()
        }
        (Family::Uuid, Value::Text(text)) => text.len() == 36,
        (Family::Date | Family::Time | Family::Timestamp | Family::TimestampTz, value) => {
            matches!(value, Value::Text(text) if text.len() >= 8 && text.starts_with(|c: char| c.is_ascii_digit()))
        }
        _ => false,
    }
}

fn is_keyed(table: &Table, column: &Name) -> bool {
    let in_index = |expr: &Expr| names(expr, column);
    (table.primary_key.iter()).any(|key| key.columns.contains(column))
        || (table.uniques.iter()).any(|unique| unique.columns.contains(column))
        || (table.foreign_keys.iter()).any(|key| key.columns.contains(column))
        || (table.indexes.iter()).any(|index| index.parts.iter().any(|part| in_index(&part.expr)))
}

/// Whether an expression names the column.
pub(super) fn names(expr: &Expr, column: &Name) -> bool {
    struct Finds<'a>(&'a Name, bool);
    impl Visit for Finds<'_> {
        fn expr(&mut self, expr: &Expr) {
            if let Expr::Column { column, .. } = expr {
                self.1 |= column == self.0;
            }
            walk_expr(self, expr);
        }
    }
    let mut finds = Finds(column, false);
    finds.expr(expr);
    finds.1
}

/// A value of an ordinary day, another one for each number.
fn plain(name: &Name, data_type: &DataType, number: usize, keyed: bool) -> Value {
    let n = i64::try_from(number).unwrap_or_default();
    match data_type {
        DataType::SmallInt => Value::Integer(100 + n % 30_000),
        DataType::Integer | DataType::BigInt => Value::Integer(1001 + n),
        DataType::Boolean => Value::Boolean(number.is_multiple_of(2)),
        DataType::Real | DataType::Double => Value::Number(format!("{}.5", n + 10)),
        DataType::Numeric(_) => Value::Number(format!("{}.5", n % 9 + 1)),
        DataType::Text if keyed => Value::Text(format!("s{number}")),
        DataType::Text => Value::Text(format!("{name} {number}")),
        DataType::Varchar(_) | DataType::Char(_) => Value::Text(format!("{number}v")),
        DataType::Blob => Value::Blob(vec![0, 255, b'\'', (number % 256) as u8]),
        DataType::Date => Value::Text(format!("2019-{:02}-{:02}", n % 12 + 1, n / 12 % 28 + 1)),
        DataType::Time => Value::Text(format!("{:02}:{:02}:07", n % 24, n / 24 % 60)),
        DataType::Timestamp | DataType::TimestampTz => {
            Value::Text(format!("2019-03-{:02} 12:34:{:02}", n % 28 + 1, n % 60))
        }
        DataType::Json => Value::Text(format!("{{\"n\": {number}}}")),
        DataType::Uuid => Value::Text(format!("00000000-0000-4000-8000-{number:012}")),
        DataType::Other(_) => Value::Null,
    }
}

/// The ends of a type's range and what programs forget about. Numbers that
/// are `counted` with stay where no sum leaves 64 bits: SQLite would go on
/// with a float there, the others refuse.
fn edges(data_type: &DataType, keyed: bool, counted: bool) -> Vec<Value> {
    let integers = |values: &[i64]| values.iter().copied().map(Value::Integer).collect();
    let numbers = |values: &[&str]| {
        let values = values.iter().map(|text| Value::Number((*text).to_owned()));
        values.collect()
    };
    let texts = |values: &[&str]| {
        let values = values.iter().map(|text| Value::Text((*text).to_owned()));
        values.collect::<Vec<_>>()
    };
    match data_type {
        _ if counted && matches!(data_type, DataType::BigInt | DataType::Integer) => {
            integers(&[0, -1, 86_399])
        }
        DataType::SmallInt => integers(&[i16::MIN.into(), 0, i16::MAX.into()]),
        DataType::Integer => integers(&[i32::MIN.into(), -1, 0, i32::MAX.into()]),
        DataType::BigInt => integers(&[-9_007_199_254_740_993, -1, 0, 4_294_967_296]),
        DataType::Boolean => vec![Value::Boolean(true), Value::Boolean(false)],
        DataType::Real => numbers(&["-0.5", "0", "1048576.25"]),
        DataType::Double => numbers(&["-0.1", "0", "123456789.015625", "1e-7"]),
        DataType::Numeric(_) => numbers(&["-0.5", "0", "12.25"]),
        DataType::Text | DataType::Varchar(_) | DataType::Char(_) => {
            let mut values = texts(&[
                "",
                "Zoë's \"naïve\" 漢字 🥖",
                "back\\slash; -- 'x' %_",
                "a",
                "A",
            ]);
            if !keyed {
                values.push(Value::Text("långt ".repeat(700)));
            }
            values
        }
        DataType::Blob if keyed => vec![Value::Blob(vec![0])],
        DataType::Blob => vec![Value::Blob(Vec::new()), Value::Blob((0..=255).collect())],
        DataType::Date => texts(&["1970-01-01", "1999-12-31", "2096-02-29"]),
        DataType::Time => texts(&["00:00:00", "23:59:59.999999"]),
        DataType::Timestamp | DataType::TimestampTz => texts(&[
            "1970-01-01 00:00:01",
            "1999-12-31 23:59:59.999999",
            "2037-06-15 06:07:08.5",
        ]),
        DataType::Json => texts(&["[]", "{\"ü\": [1, null, \"\\\"\", true, {}]}", "\"x\""]),
        DataType::Uuid => texts(&[
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ]),
        DataType::Other(_) => Vec::new(),
    }
}

/// Cuts a text to what its type and a key hold, and a number to its digits.
fn fit(data_type: &DataType, keyed: bool, value: &mut Value) {
    let Value::Text(text) = value else {
        return;
    };
    let most = match data_type {
        DataType::Varchar(length) | DataType::Char(length) => *length as usize,
        DataType::Text if keyed => KEY_CHARACTERS.max(text.chars().count().min(64)),
        _ => return,
    };
    let mut cut: String = text.chars().take(most).collect();
    if let DataType::Char(length) = data_type {
        // PostgreSQL pads with blanks and takes them off again.
        cut = cut.trim_end().to_owned();
        while cut.chars().count() < *length as usize && *length < 4 {
            cut.push('z');
        }
    }
    *text = cut;
}

/// What CHECKs and generated columns say about a column.
#[derive(Debug, Default)]
struct Hints {
    literals: Vec<Literal>,
    lengths: Vec<usize>,
    json: bool,
    /// Whether there is arithmetic with it.
    counted: bool,
}

impl Hints {
    fn of(table: &Table, column: &Name) -> Self {
        let mut hints = Hints::default();
        for check in &table.checks {
            if !names(&check.expr, column) {
                continue;
            }
            let mut reads = Reads {
                column,
                hints: &mut hints,
            };
            reads.expr(&check.expr);
        }
        let generated = table
            .columns
            .iter()
            .filter_map(|other| other.generated.as_ref());
        hints.counted |= generated
            .into_iter()
            .any(|generated| names(&generated.expr, column));
        hints
    }

    fn values(&self, data_type: &DataType, row: usize) -> Vec<Value> {
        let mut values = Vec::new();
        for literal in &self.literals {
            match literal {
                Literal::Integer(n) if *data_type != DataType::Boolean => {
                    for n in [n.saturating_add(1), *n, n.saturating_sub(1)] {
                        values.push(Value::Integer(n));
                    }
                }
                Literal::Number(n) => values.push(Value::Number(n.clone())),
                Literal::Text(text) => values.push(Value::Text(text.clone())),
                _ => {}
            }
        }
        for length in &self.lengths {
            for length in [*length, length + 1, length.saturating_sub(1)] {
                values.push(match data_type {
                    DataType::Blob => Value::Blob(vec![row as u8; length]),
                    _ => Value::Text(format!("{row:0>length$}")),
                });
            }
        }
        if self.json {
            values.push(Value::Text(format!("{{\"n\": {row}, \"é\": [null]}}")));
            values.push(Value::Text("[]".to_owned()));
        }
        let turn = row % values.len().max(1);
        values.rotate_left(turn);
        values
    }
}

struct Reads<'a, 'b> {
    column: &'a Name,
    hints: &'b mut Hints,
}

impl Visit for Reads<'_, '_> {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Literal(literal) => self.hints.literals.push(literal.clone()),
            Expr::Unary { expr: inner, .. } => {
                if let Expr::Literal(Literal::Integer(n)) = **inner {
                    self.hints.literals.push(Literal::Integer(-n));
                }
            }
            Expr::Like(like) => {
                if let Expr::Literal(Literal::Text(pattern)) = &like.pattern {
                    let text = pattern.replace('_', "1").replace('%', "");
                    self.hints.literals.push(Literal::Text(text));
                }
            }
            Expr::Call(call) if call.function == Function::JsonValid => self.hints.json = true,
            Expr::Call(call) if call.function == Function::Glob => {
                if let Some(Expr::Literal(Literal::Text(pattern))) = call.args.get(1)
                    && let Some(parts) = glob::parts(pattern)
                {
                    let text = Literal::Text(glob::example(&parts));
                    self.hints.literals.push(text);
                }
            }
            Expr::Binary { op, .. } => {
                use BinaryOp::{Add, Divide, Multiply, Subtract};
                self.hints.counted |= matches!(op, Add | Subtract | Multiply | Divide);
            }
            _ => {}
        }
        if let Some(length) = length_compared(expr, self.column) {
            self.hints.lengths.push(length);
        }
        walk_expr(self, expr);
    }
}

/// The number that a column's length is compared with.
fn length_compared(expr: &Expr, column: &Name) -> Option<usize> {
    let (measured, bound) = match expr {
        Expr::Binary { left, right, .. } => (left, right),
        Expr::Between { expr, low, .. } => (expr, low),
        _ => return None,
    };
    let Expr::Call(call) = &**measured else {
        return None;
    };
    let measures = matches!(call.function, Function::Length | Function::OctetLength);
    match **bound {
        Expr::Literal(Literal::Integer(n)) if measures && names(measured, column) => {
            usize::try_from(n).ok().filter(|n| *n <= 4096)
        }
        _ => None,
    }
}
