//! Statements that block a busy PostgreSQL table.
//!
//! The rules are squawk's, as a library: a linter for PostgreSQL migrations
//! that knows its lock levels. Of its rules only those are asked that tell of
//! locks and rewrites; what is a matter of taste (`text` rather than
//! `varchar`) or of the schema, which the source decides, is not.

use dualfuel_schema::Engine;
use dualfuel_schema::render::Rendered;
use serde::Serialize;
use squawk_linter::{Linter, Rule};
use squawk_syntax::SourceFile;

/// A statement that blocks a busy table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// The rendered file.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// The rule's name, as squawk's documentation has it.
    pub rule: String,
    /// What it does.
    pub text: String,
    /// What to do instead.
    pub help: Option<String>,
}

const RULES: [Rule; 9] = [
    Rule::AddingFieldWithDefault,
    Rule::AddingForeignKeyConstraint,
    Rule::AddingNotNullableField,
    Rule::AddingRequiredField,
    Rule::AddingSerialPrimaryKeyField,
    Rule::ChangingColumnType,
    Rule::ConstraintMissingNotValid,
    Rule::DisallowedUniqueConstraint,
    Rule::RequireConcurrentIndexCreation,
];

/// What is to be known of a migration before it meets a busy database.
pub fn lint(rendered: &Rendered) -> Vec<Lint> {
    let Some(files) = rendered.files_for(Engine::Postgres) else {
        return Vec::new();
    };
    let text = &files.up;
    let mut linter = Linter::from(RULES);
    linter.settings.assume_in_transaction = true;
    // The oldest that is supported: since 11, adding a constant default is quick.
    if let Ok(version) = "15.0".parse() {
        linter.settings.pg_version = version;
    }
    let violations = linter.lint(&SourceFile::parse(text), text);
    let found = violations.into_iter().map(|violation| {
        let start = usize::from(violation.text_range.start());
        let before = text.get(..start).unwrap_or_default();
        Lint {
            file: format!("postgres/{}/up.sql", rendered.directory),
            line: before.matches('\n').count() + 1,
            rule: violation.code.to_string(),
            text: violation.message.clone(),
            help: violation.help.clone(),
        }
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dualfuel_schema::render::Files;

    fn rules(up: &str) -> Vec<(usize, String)> {
        let rendered = Rendered {
            directory: "0001_a".to_owned(),
            schema: Default::default(),
            courses: Vec::new(),
            files: vec![(
                Engine::Postgres,
                Files {
                    up: up.to_owned(),
                    down: None,
                    metadata: None,
                },
            )],
            weakenings: Vec::new(),
            warnings: Vec::new(),
            unsupported: Vec::new(),
        };
        let lints = lint(&rendered).into_iter();
        lints.map(|lint| (lint.line, lint.rule)).collect()
    }

    #[test]
    fn what_blocks_a_busy_table_is_named_and_a_new_table_is_not_busy() {
        let new = "CREATE TABLE \"a\" (\"b\" bigint);\n\nCREATE INDEX \"c\" ON \"a\" (\"b\");\n";
        assert_eq!(rules(new), []);
        let busy = "-- why\nALTER TABLE \"a\" ALTER COLUMN \"b\" TYPE text;\n";
        assert_eq!(rules(busy), [(2, "changing-column-type".to_owned())]);
        let index = "CREATE INDEX \"c\" ON \"a\" (\"b\");";
        assert_eq!(
            rules(index),
            [(1, "require-concurrent-index-creation".to_owned())]
        );
        // Quick since PostgreSQL 11.
        let default = "ALTER TABLE \"a\" ADD COLUMN \"b\" bigint DEFAULT 0 NOT NULL;";
        assert_eq!(rules(default), []);
    }
}
