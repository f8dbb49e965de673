//! Primary keys, uniques and indexes.
//!
//! A UNIQUE constraint and a unique index over the same keys are one thing:
//! MariaDB has no other way to say it, and a program can't tell them apart.
//! Both are compared as [`Key`]s. A unique's name counts only where both
//! sides have an index, since an engine makes up the name of a constraint.

use super::{
    Report, Sides, columns, image, limits, names,
    normal::{lowered, normal_condition, normal_form},
    show::show,
};
use crate::{
    Engine,
    model::{Collation, DataType, Expr, Family, Index, IndexPart, Name, Table},
};

pub(super) fn compare(sides: Sides, a: &Table, b: &Table, report: &mut Report<'_>) {
    let columns = |table: &Table| table.primary_key.as_ref().map(|key| key.columns.clone());
    let (left, right) = (columns(a), columns(b));
    if left != right {
        let words = |key: Option<Vec<Name>>| key.map(|key| names(&key));
        report.text("", "primary key", words(left), words(right));
    }
    let (x, y) = (image::with_written(a, b), image::with_written(b, a));
    let (x, y) = (
        limits::held_indexes((&x, sides.left), (&y, sides.right), report),
        limits::held_indexes((&y, sides.right), (&x, sides.left), report),
    );
    let (a, b) = (&*x, &*y);
    let is_on_both = |index: &Index| {
        let mut there = a.indexes.iter();
        there.any(|other| sides.same_name(&other.name, &index.name))
    };
    let only_right = b.indexes.iter().filter(|index| !is_on_both(index));
    for index in a.indexes.iter().chain(only_right) {
        limits::index(sides, index, report);
    }
    match_keys(
        sides,
        &keys(a, sides.left, sides.right),
        &keys(b, sides.right, sides.left),
        (
            primary(a, sides.left).as_ref(),
            primary(b, sides.right).as_ref(),
        ),
        report,
    );
}

/// The primary key as a [`Key`].
fn primary(table: &Table, here: Option<Engine>) -> Option<Key> {
    let key = table.primary_key.as_ref()?;
    Some(unique_key(table, here, &key.columns, false))
}

/// A unique or an index, in normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// The index's name; a constraint has none.
    pub(super) name: Option<Name>,
    /// What it is called in reports.
    pub(super) label: String,
    pub(super) unique: bool,
    /// Each key: what, how it compares, which way.
    pub(super) parts: Vec<String>,
    pub(super) predicate: Option<String>,
    /// The parts as the other side's engine would give them back.
    parts_there: Vec<String>,
    /// The predicate as the other side's engine would give it back.
    predicate_there: Option<String>,
    pub(super) nulls_not_distinct: bool,
}

/// All uniques and indexes of a table of `here`, to be held against those of a
/// database of `there`.
pub(super) fn keys(table: &Table, here: Option<Engine>, there: Option<Engine>) -> Vec<Key> {
    let constraints = table
        .uniques
        .iter()
        .map(|unique| unique_key(table, here, &unique.columns, unique.nulls_not_distinct));
    let indexes = table
        .indexes
        .iter()
        .map(|index| index_key(table, index, here, there));
    constraints.chain(indexes).collect()
}

fn unique_key(
    table: &Table,
    here: Option<Engine>,
    columns: &[Name],
    nulls_not_distinct: bool,
) -> Key {
    let plain = |column: &Name| IndexPart {
        expr: Expr::column(column.clone()),
        collation: None,
        descending: false,
    };
    let parts: Vec<_> = columns
        .iter()
        .map(|column| part(table, &plain(column), here, None))
        .collect();
    Key {
        name: None,
        label: format!("unique ({})", names(columns)),
        unique: true,
        parts_there: parts.clone(),
        parts,
        predicate: None,
        predicate_there: None,
        nulls_not_distinct,
    }
}

fn index_key(table: &Table, index: &Index, here: Option<Engine>, there: Option<Engine>) -> Key {
    let parts = |there| -> Vec<String> {
        let words = |part: &IndexPart| self::part(table, part, here, there);
        index.parts.iter().map(words).collect()
    };
    let image = |predicate: &Expr| image::predicate(there, table, index.unique, predicate);
    Key {
        name: Some(index.name.clone()),
        label: index.name.to_string(),
        unique: index.unique,
        parts: parts(None),
        parts_there: parts(there),
        predicate_there: index.predicate.as_ref().and_then(image),
        predicate: index
            .predicate
            .as_ref()
            .map(|predicate| show(&normal_condition(table, predicate))),
        nulls_not_distinct: index.nulls_not_distinct,
    }
}

/// A key in words. NOCASE is a key over `lower`, which is how the engines
/// without it keep it; a key over such a column itself tells the cases apart
/// there.
fn part(table: &Table, part: &IndexPart, here: Option<Engine>, there: Option<Engine>) -> String {
    let form = image::value(there, table, &part.expr);
    let form = form.unwrap_or_else(|| normal_form(table, &part.expr));
    let (form, nocase) = match form {
        Expr::CollateNoCase(inner) => (*inner, true),
        other => (other, false),
    };
    let column = match &form {
        Expr::Column { column, .. } => table.column(column),
        _ => None,
    };
    let is_text = column.is_none_or(|column| is_text(&column.data_type));
    let own = column.map_or(Collation::Binary, |column| column.collation.clone());
    let collation = match &part.collation {
        _ if nocase => Collation::NoCase,
        Some(collation) => collation.clone(),
        None if own == Collation::NoCase && !knows_nocase(here) => Collation::Binary,
        None => own.clone(),
    };
    let mut text = match collation {
        Collation::NoCase if is_text => show(&lowered(form)),
        Collation::Binary | Collation::NoCase => show(&form),
        other if Some(&other) == column.map(|column| &column.collation) => show(&form),
        other => format!("{} COLLATE {}", show(&form), columns::collation(&other)),
    };
    if part.descending {
        text.push_str(" DESC");
    }
    text
}

/// SQLite does, and what migrations say.
fn knows_nocase(engine: Option<Engine>) -> bool {
    !matches!(engine, Some(Engine::Postgres | Engine::Mariadb))
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type.family(), Family::Text | Family::Other)
}

impl Key {
    /// What may not be twice in the table: the same on both sides or not.
    fn means(&self, other: &Self, sides: Sides) -> bool {
        self.parts_apart(other, sides).is_none()
            && self.predicate_apart(other, sides).is_none()
            && self.nulls_not_distinct == other.nulls_not_distinct
    }

    fn parts_apart(&self, other: &Self, sides: Sides) -> Option<(Vec<String>, Vec<String>)> {
        sides.apart(
            (&self.parts, &other.parts),
            || Some(self.parts_there.clone()),
            || Some(other.parts_there.clone()),
        )
    }

    fn predicate_apart(
        &self,
        other: &Self,
        sides: Sides,
    ) -> Option<(Option<String>, Option<String>)> {
        // No image of a predicate is no image, and not an index without one.
        sides.apart(
            (&self.predicate, &other.predicate),
            || self.predicate_there.clone().map(Some),
            || other.predicate_there.clone().map(Some),
        )
    }

    /// Whether a UNIQUE constraint is there anyhow: said twice, or of the
    /// primary key's columns, it is one index on some engines and two on
    /// others.
    fn is_held_by(&self, others: &[Self], primary: Option<&Self>, sides: Sides) -> bool {
        self.name.is_none()
            && others
                .iter()
                .chain(primary)
                .any(|other| other.unique && self.means(other, sides))
    }

    /// Whether it is over the same, in whichever order, folded or not.
    fn has_parts_of(&self, other: &Self) -> bool {
        let unfolded = |part: &String| {
            let inner = part.strip_prefix("lower(");
            let inner = inner.and_then(|part| part.strip_suffix(')'));
            inner.unwrap_or(part).to_owned()
        };
        let sorted = |key: &Self| {
            let mut parts: Vec<_> = key.parts.iter().map(unfolded).collect();
            parts.sort();
            parts
        };
        sorted(self) == sorted(other)
    }

    fn kind(&self) -> &'static str {
        if self.unique { "unique" } else { "index" }
    }

    fn keys(&self) -> String {
        self.parts.join(", ")
    }

    fn words(&self) -> String {
        let mut words = format!("({})", self.keys());
        if self.nulls_not_distinct {
            words.push_str(" NULLS NOT DISTINCT");
        }
        if let Some(predicate) = &self.predicate {
            words.push_str(" WHERE ");
            words.push_str(predicate);
        }
        words
    }
}

/// Keys are paired by name, then by what they mean, so that one that changed
/// is one difference.
fn match_keys(
    sides: Sides,
    left: &[Key],
    right: &[Key],
    primary: (Option<&Key>, Option<&Key>),
    report: &mut Report<'_>,
) {
    let mut rest: Vec<&Key> = right.iter().collect();
    let mut unnamed = Vec::new();
    for key in left {
        let named = |other: &Key| match (&key.name, &other.name) {
            (Some(name), Some(other)) => sides.same_name(name, other),
            _ => false,
        };
        match take(&mut rest, named) {
            Some(other) => changed(sides, key, other, report),
            None => unnamed.push(key),
        }
    }
    let mut gone = Vec::new();
    for key in unnamed {
        let alike = |other: &Key| key.unique == other.unique && key.means(other, sides);
        match take(&mut rest, alike) {
            // Where the one side's unique index may be the other's
            // constraint, either name may be made up.
            Some(_) if key.unique && sides.any(Engine::Postgres) && sides.any(Engine::Mariadb) => {}
            Some(other) if key.name.is_some() && other.name.is_some() => {
                report.value(&key.label, "name", &key.label, &other.label);
            }
            Some(_) => {}
            None => gone.push(key),
        }
    }
    for key in gone {
        let reordered = |other: &Key| {
            key.name.is_none() && key.unique == other.unique && key.has_parts_of(other)
        };
        if let Some(other) = take(&mut rest, reordered) {
            changed(sides, key, other, report);
        } else if !key.is_held_by(right, primary.1, sides) {
            report.text(&key.label, key.kind(), Some(key.words()), None);
        }
    }
    for key in rest {
        if !key.is_held_by(left, primary.0, sides.swapped()) {
            report.text(&key.label, key.kind(), None, Some(key.words()));
        }
    }
}

fn take<'a>(keys: &mut Vec<&'a Key>, is: impl Fn(&Key) -> bool) -> Option<&'a Key> {
    let place = keys.iter().position(|key| is(key))?;
    Some(keys.remove(place))
}

fn changed(sides: Sides, a: &Key, b: &Key, report: &mut Report<'_>) {
    if let Some((left, right)) = a.parts_apart(b, sides) {
        report.value(&a.label, "keys", left.join(", "), right.join(", "));
    }
    report.value(&a.label, "unique", a.unique, b.unique);
    if let Some((left, right)) = a.predicate_apart(b, sides) {
        report.text(&a.label, "predicate", left, right);
    }
    report.value(
        &a.label,
        "nulls not distinct",
        a.nulls_not_distinct,
        b.nulls_not_distinct,
    );
}
