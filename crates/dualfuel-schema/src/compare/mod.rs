//! Whether two schemas are the same.
//!
//! Compared is what a program can tell: names, types, what a column may hold
//! and starts with, keys, constraints, indexes. Not compared are the order of
//! columns (a rebuild and an ADD COLUMN differ in it), names that an engine
//! makes up, and how an engine stores what it has. Expressions are compared
//! in [normal form](normal_form).
//!
//! What one side's engine can't hold (`limits`) is not a difference but a
//! [`Weakening`], returned as well: nothing is left out in silence.

mod columns;
mod constraints;
mod image;
mod json;
mod keys;
mod limits;
mod normal;
mod others;
mod show;
mod tenant;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use self::{json::canonical_json, normal::normal_form};
use crate::{
    Dialect, Engine,
    introspect::is_bookkeeping,
    lower::{Weakening, names::fit},
    model::{Name, Schema, Table},
};

/// A schema and where it was found.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What is there.
    pub schema: &'a Schema,
    /// On which engine; none for a model made from migrations.
    pub engine: Option<Engine>,
}

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What is not the same, in the order of tables. Empty: they are equal.
    pub differences: Vec<Difference>,
    /// What an engine can't hold and therefore was not compared.
    pub weakenings: Vec<Weakening>,
}

/// One attribute that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The table or view.
    pub table: String,
    /// The column, constraint or index; empty for the table itself.
    pub object: String,
    /// Which attribute: `default`, `null`, `type`, `check`.
    pub attribute: String,
    /// Its value on the left; none where the object is not there.
    pub left: Option<String>,
    /// Its value on the right.
    pub right: Option<String>,
}

/// Compares two schemas, attribute by attribute.
pub fn compare(left: Side<'_>, right: Side<'_>) -> Comparison {
    let mut found = Comparison::default();
    for (name, pair) in pairs(&left.schema.tables, &right.schema.tables, |table| {
        &table.name
    }) {
        if is_bookkeeping(name) {
            continue;
        }
        let mut report = Report {
            table: name.to_string(),
            found: &mut found,
        };
        match pair {
            (Some(a), Some(b)) => tables(left, right, a, b, &mut report),
            (a, b) => report.presence("", "table", a.is_some(), b.is_some()),
        }
    }
    others::compare(left, right, &mut found);
    found.weakenings.sort();
    found.weakenings.dedup();
    found
}

fn tables(left: Side<'_>, right: Side<'_>, a: &Table, b: &Table, report: &mut Report<'_>) {
    let sides = Sides::of(left, right);
    // Only PostgreSQL and a model know a tenant table by itself.
    if sides.all(|engine| matches!(engine, None | Some(Engine::Postgres))) {
        report.value("", "tenant", a.tenant, b.tenant);
    }
    // What only SQLite has, where both sides are SQLite's.
    let of_sqlite = |side: Side<'_>| match side.engine {
        Some(engine) => engine == Engine::Sqlite,
        None => side.schema.dialect == Some(Dialect::Sqlite),
    };
    if of_sqlite(left) && of_sqlite(right) {
        let (x, y) = (a.options, b.options);
        report.value("", "strict", x.strict, y.strict);
        report.value("", "without rowid", x.without_rowid, y.without_rowid);
    }
    let (a, b) = tenant::alike(sides, a, b, report);
    columns::compare(sides, &a, &b, report);
    keys::compare(sides, &a, &b, report);
    constraints::compare(sides, (left.schema, &a), (right.schema, &b), report);
}

/// The engines of both sides.
#[derive(Debug, Clone, Copy)]
struct Sides {
    left: Option<Engine>,
    right: Option<Engine>,
    /// Whether what the left says is lowered for the right's engine.
    left_is_lowered: bool,
    right_is_lowered: bool,
}

impl Sides {
    fn of(left: Side<'_>, right: Side<'_>) -> Self {
        let is_lowered = |from: Side<'_>, to: Side<'_>| {
            let to = to.engine.filter(|engine| *engine != Engine::Sqlite);
            let said = match from.engine {
                Some(Engine::Sqlite) => Some(Dialect::Sqlite),
                // Both were lowered from something else.
                Some(_) => None,
                None => from.schema.dialect,
            };
            matches!((to, said), (Some(to), Some(said)) if Dialect::from(to) != said)
        };
        Self {
            left: left.engine,
            right: right.engine,
            left_is_lowered: is_lowered(left, right),
            right_is_lowered: is_lowered(right, left),
        }
    }

    /// None where two normal forms are of one meaning, or else how they show
    /// that they are not. An engine that says a thing otherwise
    /// (`a / nullif(b, 0)` for `a / b`, `lower(c)` for a NOCASE `c`) has to say
    /// it so: there, SQLite's own words are something else.
    fn apart<T: PartialEq + Clone>(
        self,
        (x, y): (&T, &T),
        left_there: impl FnOnce() -> Option<T>,
        right_there: impl FnOnce() -> Option<T>,
    ) -> Option<(T, T)> {
        if x != y {
            let meets = left_there().is_some_and(|image| image == *y)
                || right_there().is_some_and(|image| image == *x);
            return (!meets).then(|| (x.clone(), y.clone()));
        }
        if self.left_is_lowered
            && let Some(image) = left_there()
            && image != *y
        {
            return Some((image, y.clone()));
        }
        if self.right_is_lowered
            && let Some(image) = right_there()
            && image != *x
        {
            return Some((x.clone(), image));
        }
        None
    }

    fn swapped(self) -> Self {
        Self {
            left: self.right,
            right: self.left,
            left_is_lowered: self.right_is_lowered,
            right_is_lowered: self.left_is_lowered,
        }
    }

    /// Whether one side is that engine.
    fn any(self, engine: Engine) -> bool {
        self.left == Some(engine) || self.right == Some(engine)
    }

    /// Whether it holds for both sides.
    fn all(self, holds: impl Fn(Option<Engine>) -> bool) -> bool {
        holds(self.left) && holds(self.right)
    }

    /// Whether both are one engine's databases.
    fn same(self) -> bool {
        self.left.is_some() && self.left == self.right
    }

    /// Whether two names are one: where a name is too long for an engine, it
    /// is cut there.
    fn same_name(self, left: &Name, right: &Name) -> bool {
        let cut = |engine: Option<Engine>, name: &Name| {
            engine.map(|engine| Name::new(fit(engine, name.as_str(), "")))
        };
        left == right
            || cut(self.right, left).as_ref() == Some(right)
            || cut(self.left, right).as_ref() == Some(left)
    }
}

/// Where what is found about a table goes.
struct Report<'a> {
    table: String,
    found: &'a mut Comparison,
}

impl Report<'_> {
    /// A difference between two values as text, where there is one.
    fn text(&mut self, object: &str, attribute: &str, left: Option<String>, right: Option<String>) {
        if left != right {
            self.found.differences.push(Difference {
                table: self.table.clone(),
                object: object.to_owned(),
                attribute: attribute.to_owned(),
                left,
                right,
            });
        }
    }

    fn value<T: PartialEq + ToString>(&mut self, object: &str, attribute: &str, left: T, right: T) {
        if left != right {
            self.text(
                object,
                attribute,
                Some(left.to_string()),
                Some(right.to_string()),
            );
        }
    }

    /// Something that is on one side only.
    fn presence(&mut self, object: &str, attribute: &str, left: bool, right: bool) {
        let there = |there: bool| there.then(|| "present".to_owned());
        self.text(object, attribute, there(left), there(right));
    }

    fn weakening(&mut self, engine: Engine, object: &str, what: impl Into<String>) {
        self.found.weakenings.push(Weakening {
            engine,
            table: self.table.clone(),
            object: object.to_owned(),
            what: what.into(),
        });
    }
}

type Pair<'a, T> = (Option<&'a T>, Option<&'a T>);

/// What has one name on both sides, then what only the right has. Where two
/// names differ in case only, the same spelling goes first.
fn pairs<'a, T>(
    left: &'a [T],
    right: &'a [T],
    name: impl Fn(&'a T) -> &'a Name,
) -> Vec<(&'a Name, Pair<'a, T>)> {
    let mut rest: Vec<&T> = right.iter().collect();
    let mut take = |wanted: &Name| {
        let exact = rest
            .iter()
            .position(|item| name(item).as_str() == wanted.as_str());
        let place = exact.or_else(|| rest.iter().position(|item| name(item) == wanted))?;
        Some(rest.remove(place))
    };
    let mut all: Vec<_> = left
        .iter()
        .map(|item| (name(item), (Some(item), take(name(item)))))
        .collect();
    all.extend(
        rest.into_iter()
            .map(|item| (name(item), (None, Some(item)))),
    );
    all
}

/// Names as a list.
fn names(names: &[Name]) -> String {
    let names: Vec<_> = names.iter().map(Name::as_str).collect();
    names.join(", ")
}
