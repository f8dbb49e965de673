//! Which refusals only follow from another.
//!
//! A table whose CREATE was refused is missing for every statement after it:
//! its indexes, its rows, views over it. One cause would be told a hundred
//! times, so a statement that names what a refused one would have made says
//! which that was, and is not counted as a fault of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Dialect, model::Schema, parse::words};

/// What refused statements would have made.
#[derive(Debug)]
pub(super) struct Lost {
    dialect: Dialect,
    /// Tables, views and other objects by their names in lower case, and the
    /// place of the statement that would have made them.
    objects: BTreeMap<String, String>,
    /// The same for the columns of tables that are there.
    columns: BTreeMap<(String, String), String>,
}

impl Lost {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            objects: BTreeMap::new(),
            columns: BTreeMap::new(),
        }
    }

    /// The place of the refused statement that `statement` can't do without.
    pub(super) fn cause(&self, statement: &str, present: &Schema) -> Option<String> {
        if self.objects.is_empty() && self.columns.is_empty() {
            return None;
        }
        let words: BTreeSet<String> = words(self.dialect, statement).into_iter().collect();
        let is_there = |name: &str| {
            let mut tables = present.tables.iter();
            tables.any(|table| table.name.as_str().eq_ignore_ascii_case(name))
        };
        let object = self
            .objects
            .iter()
            .find(|(name, _)| words.contains(*name) && !is_there(name));
        let column = self
            .columns
            .iter()
            .find(|((table, column), _)| words.contains(table) && words.contains(column));
        object
            .map(|(_, place)| place)
            .or(column.map(|(_, place)| place))
            .cloned()
    }

    /// Notes what `statement`, refused because of `place`, would have made.
    pub(super) fn note(&mut self, statement: &str, place: &str) {
        let words = words(self.dialect, statement);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let place = place.to_owned();
        match words.as_slice() {
            ["create", rest @ ..] => {
                let kind = rest
                    .iter()
                    .position(|word| ["table", "view", "type", "domain"].contains(word));
                // `CREATE INDEX a ON table`, `CREATE TRIGGER .. ON table`.
                let other = rest
                    .iter()
                    .take(kind.unwrap_or_default())
                    .any(|word| ["index", "trigger", "function", "procedure"].contains(word));
                let after = kind.filter(|_| !other).and_then(|at| rest.get(at + 1..));
                if let Some(name) = after.and_then(name) {
                    self.objects.insert(name.to_owned(), place);
                }
            }
            ["alter", "table", rest @ ..] => {
                let Some(table) = name(rest) else { return };
                let after = |word: &str| {
                    let at = rest.iter().position(|found| *found == word)?;
                    rest.get(at + 1..)
                };
                match (after("add"), after("to")) {
                    (Some(["column", more @ ..] | more), _) => {
                        if let Some(column) = name(more) {
                            let key = (table.to_owned(), column.to_owned());
                            self.columns.insert(key, place);
                        }
                    }
                    (None, Some(new)) => {
                        if let Some(new) = name(new) {
                            self.objects.insert(new.to_owned(), place);
                        }
                    }
                    (None, None) => {}
                }
            }
            _ => {}
        }
    }
}

/// The name at the start of `words`, past IF [NOT] EXISTS and a schema's.
fn name<'a>(words: &[&'a str]) -> Option<&'a str> {
    match words {
        ["if", "not", "exists", rest @ ..] | ["if", "exists", rest @ ..] => name(rest),
        [_, ".", name, ..] | [name, ..] => Some(name),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(refused: &str, later: &str) -> bool {
        let mut lost = Lost::new(Dialect::Sqlite);
        lost.note(refused, "a.sql:1");
        lost.cause(later, &Schema::default()).is_some()
    }

    #[test]
    fn what_names_a_lost_object_follows() {
        let table = "CREATE VIRTUAL TABLE IF NOT EXISTS main.\"Docs\" USING fts5(body)";
        assert!(cause(table, "INSERT INTO docs (body) VALUES ('a')"));
        assert!(cause(table, "CREATE INDEX i ON [DOCS] (body)"));
        assert!(!cause(table, "INSERT INTO notes VALUES ('docs') -- docs"));
        assert!(cause("CREATE TEMP VIEW v AS SELECT 1", "SELECT * FROM v"));
        assert!(cause("ALTER TABLE a RENAME TO b", "DROP TABLE b"));
        assert!(!cause("CREATE INDEX i ON table_a (b)", "DROP TABLE i"));
        assert!(!cause("DELETE FROM a", "DELETE FROM a"));
    }

    #[test]
    fn what_names_a_lost_column_follows() {
        let column = "ALTER TABLE a ADD COLUMN b TEXT DEFAULT (soundex('x'))";
        assert!(cause(column, "UPDATE a SET b = 1"));
        assert!(!cause(column, "UPDATE c SET b = 1"));
        assert!(!cause(column, "UPDATE a SET c = 1"));
    }

    #[test]
    fn what_is_there_again_is_not_lost() {
        let mut lost = Lost::new(Dialect::Sqlite);
        lost.note("CREATE TABLE a (b)", "a.sql:1");
        let table = crate::model::Table::new("A");
        let present = Schema {
            tables: vec![table],
            ..Schema::default()
        };
        assert_eq!(lost.cause("DROP TABLE a", &present), None);
    }
}
