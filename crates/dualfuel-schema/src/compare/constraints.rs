//! Checks and foreign keys.

use super::{
    Report, Sides, image, limits, names,
    normal::{boolean, implied, normal_condition},
    show::show,
};
use crate::{
    Engine,
    model::{Action, Check, DataType, Deferral, Expr, ForeignKey, Name, Schema, Table},
};

type Of<'a> = (&'a Schema, &'a Table);

pub(super) fn compare(sides: Sides, a: Of<'_>, b: Of<'_>, report: &mut Report<'_>) {
    checks(sides, a.1, b.1, report);
    foreign_keys(sides, a, b, report);
}

/// A CHECK in normal form.
struct Form<'a> {
    check: &'a Check,
    text: String,
    /// Whether the column's type says the same already: `flag IN (0, 1)`,
    /// `json_valid(document)`. Only SQLite needs such a CHECK.
    implied: bool,
}

fn forms(table: &Table) -> Vec<Form<'_>> {
    let form = |check| form(table, check);
    table.checks.iter().map(form).collect()
}

fn form<'a>(table: &Table, check: &'a Check) -> Form<'a> {
    let form = normal_condition(table, &check.expr);
    let without = implied(table, &form);
    Form {
        check,
        implied: without == boolean(true),
        text: words(form, without),
    }
}

/// A CHECK in words. Where it is more than implied, what the types say is
/// left out.
fn words(form: Expr, without: Expr) -> String {
    if without == boolean(true) {
        show(&form)
    } else {
        show(&without)
    }
}

/// The words of a CHECK.
pub(super) fn check_words(table: &Table, expr: &Expr) -> String {
    let form = normal_condition(table, expr);
    let without = implied(table, &form);
    words(form, without)
}

/// The CHECKs of a table in words, without those that types imply: what a
/// canonical form of the table has.
pub(super) fn check_texts(table: &Table) -> Vec<(Option<&Name>, String)> {
    forms(table)
        .into_iter()
        .filter(|form| !form.implied)
        .map(|form| (form.check.name.as_ref(), form.text))
        .collect()
}

/// CHECKs are paired by what they say; then those of one name, and then a
/// last one on each side, are one CHECK that changed.
fn checks(sides: Sides, a: &Table, b: &Table, report: &mut Report<'_>) {
    let mut right = forms(b);
    let mut gone = Vec::new();
    for left in forms(a) {
        let meets = |form: &Form<'_>| apart(sides, (a, &left), (b, form)).is_none();
        let written = |form: &Form<'_>| {
            image::is_condition(&form.check.expr, a, &left.check.expr)
                || image::is_condition(&left.check.expr, b, &form.check.expr)
        };
        // What is the same to the letter goes first.
        let same = |form: &Form<'_>| form.text == left.text && meets(form);
        let place = right.iter().position(same);
        let place = place.or_else(|| right.iter().position(meets));
        match place.or_else(|| right.iter().position(written)) {
            Some(place) => renamed(sides, &left, &right.remove(place), report),
            None => gone.push(left),
        }
    }
    gone.retain(|form| !is_left_out(sides.left, sides.right, a, form, report));
    right.retain(|form| !is_left_out(sides.right, sides.left, b, form, report));
    let mut missing = Vec::new();
    for left in gone {
        let named = |form: &Form<'_>| match (&left.check.name, &form.check.name) {
            (Some(name), Some(other)) => sides.same_name(name, other),
            _ => false,
        };
        match right.iter().position(named) {
            Some(place) => {
                let other = right.remove(place);
                if let Some((left_text, text)) = apart(sides, (a, &left), (b, &other)) {
                    report.text(&label(&left), "check", Some(left_text), Some(text));
                }
            }
            None => missing.push(left),
        }
    }
    if let ([left], [other]) = (missing.as_slice(), right.as_slice())
        && left.check.expr.columns() == other.check.expr.columns()
    {
        if let Some((left_text, text)) = apart(sides, (a, left), (b, other)) {
            report.text(&label(left), "check", Some(left_text), Some(text));
        }
        return;
    }
    for left in missing {
        report.text(&label(&left), "check", Some(left.text.clone()), None);
    }
    for other in right {
        report.text(&label(&other), "check", None, Some(other.text.clone()));
    }
}

/// How two CHECKs differ, where they do.
fn apart(
    sides: Sides,
    (a, left): (&Table, &Form<'_>),
    (b, right): (&Table, &Form<'_>),
) -> Option<(String, String)> {
    sides.apart(
        (&left.text, &right.text),
        || image::check(sides.right, a, &left.check.expr),
        || image::check(sides.left, b, &right.check.expr),
    )
}

/// Whether a CHECK that one side lacks need not be there: `has` is the engine
/// it was found on, `lacks` the other.
fn is_left_out(
    has: Option<Engine>,
    lacks: Option<Engine>,
    table: &Table,
    form: &Form<'_>,
    report: &mut Report<'_>,
) -> bool {
    if form.implied {
        // SQLite's types hold nothing back, so there it counts: its loss is
        // reported where the other side is SQLite, or a source that says it.
        // MariaDB's BOOLEAN holds any small number, where a source says it.
        let counts = match lacks {
            Some(Engine::Sqlite) => matches!(has, None | Some(Engine::Sqlite)),
            Some(Engine::Mariadb) => {
                matches!(has, None | Some(Engine::Mariadb))
                    && is_of_booleans(table, &form.check.expr)
            }
            _ => false,
        };
        return !counts;
    }
    limits::check(lacks, table, form.check, report)
}

fn is_of_booleans(table: &Table, expr: &Expr) -> bool {
    expr.columns().iter().all(|name| {
        table
            .column(name)
            .is_some_and(|column| column.data_type == DataType::Boolean)
    })
}

fn renamed(sides: Sides, left: &Form<'_>, right: &Form<'_>, report: &mut Report<'_>) {
    // MariaDB keeps no name for a column's CHECK.
    if sides.any(Engine::Mariadb) {
        return;
    }
    if let (Some(a), Some(b)) = (&left.check.name, &right.check.name)
        && sides.same()
    {
        report.value(&label(left), "name", a.to_string(), b.to_string());
    }
}

/// What a CHECK is called in reports: its name, or its columns.
fn label(form: &Form<'_>) -> String {
    match &form.check.name {
        Some(name) => name.to_string(),
        None => names(&form.check.expr.columns()),
    }
}

/// A foreign key with the columns it refers to, also where it leaves them out.
struct Key<'a> {
    table: &'a Table,
    key: &'a ForeignKey,
    parent_columns: Vec<Name>,
}

fn resolved<'a>((schema, table): Of<'a>) -> Vec<Key<'a>> {
    let resolve = |key: &'a ForeignKey| {
        let parent = || {
            let parent = schema.table(&key.parent)?;
            Some(parent.primary_key.as_ref()?.columns.clone())
        };
        let said = key.parent_columns.clone();
        Key {
            table,
            key,
            parent_columns: if said.is_empty() {
                parent().unwrap_or_default()
            } else {
                said
            },
        }
    };
    table.foreign_keys.iter().map(resolve).collect()
}

/// A table's foreign keys, each with the columns it refers to.
pub(super) fn resolved_parents<'a>(
    schema: &'a Schema,
    table: &'a Table,
) -> Vec<(&'a ForeignKey, Vec<Name>)> {
    resolved((schema, table))
        .into_iter()
        .map(|key| (key.key, key.parent_columns))
        .collect()
}

impl Key<'_> {
    fn words(&self) -> String {
        format!(
            "({}) REFERENCES {} ({})",
            names(&self.key.columns),
            self.key.parent,
            names(&self.parent_columns)
        )
    }

    /// An action's keywords. With MariaDB, RESTRICT and NO ACTION are one, and
    /// SET DEFAULT is SET NULL where that is the default.
    fn action(&self, sides: Sides, action: Action) -> &'static str {
        let mariadb = sides.any(Engine::Mariadb);
        match action {
            Action::Restrict if mariadb => "NO ACTION",
            Action::SetDefault if mariadb && self.table.defaults_to_null(&self.key.columns) => {
                action_words(Action::SetNull)
            }
            other => action_words(other),
        }
    }

    /// The pairs of columns, in whichever order they were said.
    fn refers_like(&self, other: &Self) -> bool {
        let pairs = |key: &Self| {
            let mut pairs: Vec<_> = key
                .key
                .columns
                .iter()
                .cloned()
                .zip(key.parent_columns.iter().cloned())
                .collect();
            pairs.sort();
            pairs
        };
        self.key.parent == other.key.parent
            && self.key.columns.len() == other.key.columns.len()
            && pairs(self) == pairs(other)
    }
}

fn foreign_keys(sides: Sides, a: Of<'_>, b: Of<'_>, report: &mut Report<'_>) {
    let mut right = resolved(b);
    let mut gone = Vec::new();
    for left in resolved(a) {
        // Two foreign keys of the same columns: the more alike pair first.
        let alike = |key: &Key<'_>| left.refers_like(key) && same_actions(sides, &left, key);
        let place = right
            .iter()
            .position(alike)
            .or_else(|| right.iter().position(|key| left.refers_like(key)));
        match place {
            Some(place) => attributes(sides, &left, &right.remove(place), report),
            None => gone.push(left),
        }
    }
    gone.retain(|key| !is_out_of_reach(sides.right, a.0, key, report));
    right.retain(|key| !is_out_of_reach(sides.left, b.0, key, report));
    for left in gone {
        let columns = names(&left.key.columns);
        let same = |key: &Key<'_>| key.key.columns == left.key.columns;
        match right.iter().position(same) {
            Some(place) => {
                let other = right.remove(place);
                report.value(&columns, "foreign key", left.words(), other.words());
            }
            None => report.text(&columns, "foreign key", Some(left.words()), None),
        }
    }
    for key in right {
        report.text(
            &names(&key.key.columns),
            "foreign key",
            None,
            Some(key.words()),
        );
    }
}

fn is_out_of_reach(
    lacks: Option<Engine>,
    schema: &Schema,
    key: &Key<'_>,
    report: &mut Report<'_>,
) -> bool {
    limits::foreign_key(lacks, schema, key.key, &key.parent_columns, report)
}

fn same_actions(sides: Sides, a: &Key<'_>, b: &Key<'_>) -> bool {
    a.action(sides, a.key.on_delete) == b.action(sides, b.key.on_delete)
        && a.action(sides, a.key.on_update) == b.action(sides, b.key.on_update)
}

fn attributes(sides: Sides, a: &Key<'_>, b: &Key<'_>, report: &mut Report<'_>) {
    let object = names(&a.key.columns);
    for (attribute, left, right) in [
        ("on delete", a.key.on_delete, b.key.on_delete),
        ("on update", a.key.on_update, b.key.on_update),
    ] {
        let (left, right) = (a.action(sides, left), b.action(sides, right));
        report.value(&object, attribute, left, right);
    }
    let set = |key: &Key<'_>| {
        let mut columns = key.key.on_delete_columns.clone();
        columns.sort();
        // All of them is what no list says.
        if columns.len() == key.key.columns.len() {
            columns.clear();
        }
        columns
    };
    if set(a) != set(b) {
        let (left, right) = (names(&set(a)), names(&set(b)));
        report.value(&object, "on delete columns", left, right);
    }
    if limits::deferral(sides, &object, a.key.deferral, b.key.deferral, report) {
        let (left, right) = (deferral(a.key.deferral), deferral(b.key.deferral));
        report.value(&object, "deferral", left, right);
    }
}

pub(super) fn action_words(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NO ACTION",
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
    }
}

pub(super) fn deferral(deferral: Deferral) -> &'static str {
    match deferral {
        Deferral::NotDeferrable => "NOT DEFERRABLE",
        Deferral::InitiallyImmediate => "INITIALLY IMMEDIATE",
        Deferral::InitiallyDeferred => "INITIALLY DEFERRED",
    }
}

/// Whether an expression says anything of a column that the database numbers.
pub(super) fn mentions_identity(table: &Table, expr: &Expr) -> bool {
    table
        .columns
        .iter()
        .any(|column| column.identity.is_some() && expr.mentions(&column.name))
}
