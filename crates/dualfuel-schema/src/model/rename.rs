//! A table or column under another name, and everything that says the old one.
//!
//! SQLite rewrites the text of all that mentions a renamed table or column
//! ("ALTER TABLE", section 2 and 3); PostgreSQL never notices, for its
//! catalogue holds numbers. Here both come to the same: names in the model
//! always mean what is there.

use super::{
    Expr, ForeignKey, Name, Schema, Table, Trigger, TriggerEvent,
    scope::{Found, Names, Scoped},
    visit::VisitMut,
};

/// What becomes of a view's column when the column behind it is renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewColumns {
    /// It is renamed too: SQLite and MariaDB go by the view's text.
    Follow,
    /// It keeps its name: PostgreSQL wrote it down when the view was made.
    Keep,
}

impl Schema {
    /// Renames a table, and its name in foreign keys, checks, indexes,
    /// triggers and views.
    pub fn rename_table(&mut self, from: &Name, to: &Name) {
        self.rename_table_alone(from, to);
        self.rename_references(from, to);
    }

    /// Renames a table, and its name in what belongs to it, but in no foreign
    /// key, view or trigger's statement: SQLite's `legacy_alter_table`.
    pub fn rename_table_alone(&mut self, from: &Name, to: &Name) {
        for trigger in &mut self.triggers {
            if trigger.table == *from {
                trigger.table = to.clone();
                if let Some(when) = &mut trigger.when {
                    requalify(when, from, to);
                }
                trigger.text = trigger.text.as_deref().map(|text| respell(text, from, to));
            }
        }
        if let Some(table) = self.table_mut(from) {
            table.name = to.clone();
            table.each_expr_mut(&mut |expr| requalify(expr, from, to));
        }
    }

    /// Renames a table where foreign keys refer to it.
    pub fn rename_parent(&mut self, from: &Name, to: &Name) {
        for key in self.tables.iter_mut().flat_map(|t| &mut t.foreign_keys) {
            if key.parent == *from {
                key.parent = to.clone();
            }
        }
    }

    /// Renames a table where others mention it: in foreign keys, triggers and
    /// views. The table itself may be gone.
    pub fn rename_references(&mut self, from: &Name, to: &Name) {
        self.rename_parent(from, to);
        // By the names before: the scopes need to find the table by them.
        let mut context = self.clone();
        if let Some(table) = context.table_mut(to) {
            table.name = from.clone();
        }
        let mut names = TableRename { from, to };
        for view in &mut self.views {
            if let Some(query) = &mut view.query {
                Scoped::new(&context, &mut names).query(query);
            }
        }
        for trigger in &mut self.triggers {
            let before = trigger.body.clone();
            for statement in trigger.body.iter_mut().flatten() {
                Scoped::of_trigger(&context, &trigger.table, &mut names).statement(statement);
            }
            if trigger.body != before || trigger.body.is_none() {
                trigger.text = trigger.text.as_deref().map(|text| respell(text, from, to));
            }
        }
    }

    /// Renames a column, and its name in keys, checks, indexes, computed
    /// columns, foreign keys that refer to it, triggers and views.
    pub fn rename_column(&mut self, table: &Name, from: &Name, to: &Name, views: ViewColumns) {
        let context = self.clone();
        if let Some(own) = self.table_mut(table) {
            own.rename_column(from, to);
        }
        for other in &mut self.tables {
            for key in &mut other.foreign_keys {
                if key.parent == *table {
                    replace(&mut key.parent_columns, from, to);
                }
            }
        }
        self.rename_in_views(&context, table, from, to, views);
        let mut names = ColumnRename { table, from, to };
        for trigger in &mut self.triggers {
            rename_in_trigger(&context, &mut names, trigger);
        }
    }

    fn rename_in_views(
        &mut self,
        context: &Schema,
        table: &Name,
        from: &Name,
        to: &Name,
        views: ViewColumns,
    ) {
        let mut names = ColumnRename { table, from, to };
        for place in 0..self.views.len() {
            let Some(view) = self.views.get(place) else {
                continue;
            };
            let Some(mut query) = view.query.clone() else {
                continue;
            };
            let implied = context
                .columns_of(&query)
                .is_some_and(|columns| columns == view.columns);
            Scoped::new(context, &mut names).query(&mut query);
            let columns = match views {
                ViewColumns::Follow if implied => self.columns_of(&query),
                _ => None,
            };
            if let Some(view) = self.views.get_mut(place) {
                view.query = Some(query);
                view.columns = columns.unwrap_or_else(|| view.columns.clone());
            }
        }
    }
}

fn rename_in_trigger(context: &Schema, names: &mut ColumnRename<'_>, trigger: &mut Trigger) {
    let before = trigger.clone();
    if trigger.table == *names.table
        && let TriggerEvent::Update(columns) = &mut trigger.event
    {
        replace(columns, names.from, names.to);
    }
    if let Some(when) = &mut trigger.when {
        Scoped::of_trigger(context, &trigger.table, names).expr(when);
    }
    for statement in trigger.body.iter_mut().flatten() {
        Scoped::of_trigger(context, &trigger.table, names).statement(statement);
    }
    let unread = trigger.body.is_none() && trigger.table == *names.table;
    if *trigger != before || unread {
        trigger.text = trigger
            .text
            .as_deref()
            .map(|text| respell(text, names.from, names.to));
    }
}

impl Table {
    /// Calls `each` with every expression that is about its rows: checks,
    /// computed columns, indexes. Not defaults, which see no row.
    pub fn each_expr_mut(&mut self, each: &mut dyn FnMut(&mut Expr)) {
        for check in &mut self.checks {
            each(&mut check.expr);
        }
        for column in &mut self.columns {
            if let Some(generated) = &mut column.generated {
                each(&mut generated.expr);
            }
        }
        for index in &mut self.indexes {
            for part in &mut index.parts {
                each(&mut part.expr);
            }
            if let Some(predicate) = &mut index.predicate {
                each(predicate);
            }
        }
    }

    /// Renames a column, and its name in all that belongs to the table.
    pub fn rename_column(&mut self, from: &Name, to: &Name) {
        for column in &mut self.columns {
            if column.name == *from {
                column.name = to.clone();
            }
        }
        if let Some(key) = &mut self.primary_key {
            replace(&mut key.columns, from, to);
        }
        for unique in &mut self.uniques {
            replace(&mut unique.columns, from, to);
        }
        for ForeignKey {
            columns,
            on_delete_columns,
            ..
        } in &mut self.foreign_keys
        {
            replace(columns, from, to);
            replace(on_delete_columns, from, to);
        }
        self.each_expr_mut(&mut |expr| {
            expr.for_each_mut(&mut |expr| {
                if let Expr::Column { column, .. } = expr
                    && column == from
                {
                    *column = to.clone();
                }
            });
        });
    }
}

/// A list of names with one replaced.
fn replace(names: &mut [Name], from: &Name, to: &Name) {
    for name in names {
        if name == from {
            *name = to.clone();
        }
    }
}

/// `from.x` becomes `to.x`.
fn requalify(expr: &mut Expr, from: &Name, to: &Name) {
    expr.for_each_mut(&mut |expr| {
        if let Expr::Column {
            table: Some(table), ..
        } = expr
            && table == from
        {
            *table = to.clone();
        }
    });
}

struct TableRename<'a> {
    from: &'a Name,
    to: &'a Name,
}

impl Names for TableRename<'_> {
    fn column(&mut self, expr: &mut Expr, found: &Found) {
        if let Found::Table { aliased: false, .. } = found {
            requalify(expr, self.from, self.to);
        }
    }

    fn table(&mut self, name: &mut Name) {
        if name == self.from {
            *name = self.to.clone();
        }
    }
}

struct ColumnRename<'a> {
    table: &'a Name,
    from: &'a Name,
    to: &'a Name,
}

impl Names for ColumnRename<'_> {
    fn column(&mut self, expr: &mut Expr, found: &Found) {
        if let Found::Table { table, .. } = found
            && table == self.table
            && let Expr::Column { column, .. } = expr
            && column == self.from
        {
            *column = self.to.clone();
        }
    }

    fn written(&mut self, table: &Name, column: &mut Name) {
        if table == self.table && column == self.from {
            *column = self.to.clone();
        }
    }
}

/// `text` with every identifier that is `from`, quoted or not, spelled `to`.
/// What is inside of strings and comments stays.
fn respell(text: &str, from: &Name, to: &Name) -> String {
    let quoted = format!("\"{}\"", to.as_str().replace('"', "\"\""));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = token(rest, first);
        let (word, after) = rest.split_at(length);
        if name_of(word, first).is_some_and(|name| name == *from) {
            out.push_str(&quoted);
        } else {
            out.push_str(word);
        }
        rest = after;
    }
    out
}

/// The name that a token is, if it is one.
fn name_of(token: &str, first: char) -> Option<Name> {
    let inner = |close: char| {
        let inner = token.get(first.len_utf8()..)?.strip_suffix(close)?;
        Some(Name::new(
            inner.replace(&close.to_string().repeat(2), &close.to_string()),
        ))
    };
    match first {
        '"' | '`' => inner(first),
        '[' => inner(']'),
        _ if first.is_alphabetic() || first == '_' || !first.is_ascii() => Some(Name::new(token)),
        _ => None,
    }
}

/// The length in bytes of the token that `text` begins with.
fn token(text: &str, first: char) -> usize {
    let until = |end: &str, from: usize| {
        let found = text.get(from..).and_then(|rest| rest.find(end));
        found.map_or(text.len(), |at| from + at + end.len())
    };
    match first {
        '\'' | '"' | '`' => until(text.get(..1).unwrap_or("'"), 1),
        '[' => until("]", 1),
        '-' if text.starts_with("--") => until("\n", 2),
        '/' if text.starts_with("/*") => until("*/", 2),
        _ if first.is_alphanumeric() || first == '_' || !first.is_ascii() => text
            .find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(text.len()),
        _ => first.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_that_could_not_be_read_is_respelled_word_by_word() {
        let respelled = respell(
            "INSERT INTO Users /* users */ VALUES ('users', \"users\".id, users_old.id, [users])",
            &Name::new("users"),
            &Name::new("people"),
        );
        assert_eq!(
            respelled,
            "INSERT INTO \"people\" /* users */ VALUES ('users', \"people\".id, users_old.id, \"people\")"
        );
    }
}
