//! Statements as they are written down.

use crate::{Engine, lower::expr, model::Name};

/// Statements in order. Changes of one table that follow each other become
/// one ALTER TABLE: the table is then read and written once.
#[derive(Debug, Default)]
pub(crate) struct Script {
    statements: Vec<String>,
    open: Option<Alter>,
}

#[derive(Debug)]
struct Alter {
    head: String,
    clauses: Vec<String>,
}

impl Script {
    pub(crate) fn push(&mut self, statement: impl Into<String>) {
        self.close();
        self.statements.push(statement.into());
    }

    pub(crate) fn extend(&mut self, statements: impl IntoIterator<Item = String>) {
        for statement in statements {
            self.push(statement);
        }
    }

    /// A clause of ALTER TABLE that may stand beside others.
    pub(crate) fn alter(&mut self, engine: Engine, table: &Name, clause: impl Into<String>) {
        let head = format!("ALTER TABLE {}", expr::quote(engine, table));
        match &mut self.open {
            Some(alter) if alter.head == head => alter.clauses.push(clause.into()),
            _ => {
                self.close();
                self.open = Some(Alter {
                    head,
                    clauses: vec![clause.into()],
                });
            }
        }
    }

    /// Ends an ALTER TABLE: what follows is one of its own.
    pub(crate) fn close(&mut self) {
        if let Some(Alter { head, clauses }) = self.open.take() {
            let between = if clauses.len() == 1 { " " } else { "\n    " };
            self.statements
                .push(format!("{head}{between}{}", clauses.join(",\n    ")));
        }
    }

    pub(crate) fn finish(mut self) -> Vec<String> {
        self.close();
        self.statements
    }
}

/// `CREATE TABLE .. (..)` with each item on a line.
pub(crate) fn create_table(head: &str, items: &[String], tail: &str) -> String {
    format!("{head} (\n    {}\n){tail}", items.join(",\n    "))
}
