//! SQLite's table rebuild, found among the statements.
//!
//! SQLite's ALTER TABLE does little, so migrations make a new table, copy the
//! rows, drop the old table and give the new one its name ("ALTER TABLE",
//! section 7), in any of several orders, by way of a backup table, with
//! indexes, triggers and corrections of rows in between. What is meant is
//! that one table has another form. So the statements of a rebuild are taken
//! out and one [`Rebuild`] is put where the old rows end: the other engines
//! alter their table, and no foreign key that refers to it notices.
//!
//! That is only done where it comes to the same:
//!
//! - the copy is one plain SELECT of the old table alone, so every new row is
//!   an old row;
//! - what else reads or writes the two tables in between can be moved before
//!   or behind without meeting anything it depends on;
//! - the schema at the end is the one that the statements as they stand lead
//!   to. This is tried, not argued.
//!
//! Otherwise the statements stay as they are, and are lowered one by one.
//!
//! One thing is kept on purpose: who renames the old table away first has its
//! children's foreign keys renamed along by SQLite, to a table that is then
//! dropped. Those foreign keys refer to nothing afterwards, here as there
//! (unless `PRAGMA legacy_alter_table=ON` said otherwise).

mod find;
mod image;
mod respell;
mod watch;

use std::ops::Range;

use super::{
    Moves, Rewrite,
    catalogue::{Catalogue, Effect},
};
use crate::{
    Refusal,
    model::{Expr, Name, Schema, Table},
    parse::Parsed,
    statement::Statement,
};

/// A statement, or several that are one rebuild.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) span: Range<usize>,
    pub(super) annotations: Vec<String>,
    pub(super) does: Does,
}

/// What an [`Act`] does.
#[derive(Debug, Clone)]
pub(super) enum Does {
    Statement(Box<Statement>),
    Rebuild(Box<Rebuild>),
}

/// A table in another form, with what becomes of its rows.
#[derive(Debug, Clone)]
pub(super) struct Rebuild {
    /// As it is afterwards, under the name that it keeps.
    pub(super) table: Table,
    /// Columns under another name: before, after.
    pub(super) columns: Vec<(Name, Name)>,
    /// New values, over the columns before.
    pub(super) values: Vec<(Name, Expr)>,
    /// Rows that are kept, over the columns before.
    pub(super) filter: Option<Expr>,
    /// What the old table was called when it was dropped, where SQLite took
    /// all that referred to it along to that name.
    pub(super) dangling: Option<Name>,
}

impl From<&Parsed> for Act {
    fn from(parsed: &Parsed) -> Self {
        Self {
            span: parsed.span.clone(),
            annotations: parsed.annotations.clone(),
            does: Does::Statement(Box::new(parsed.statement.clone())),
        }
    }
}

/// The statements, each rebuild among them made one.
pub(super) fn recognise(catalogue: &Catalogue, statements: &[Parsed]) -> Vec<Act> {
    let mut acts: Vec<Act> = statements.iter().map(Act::from).collect();
    let drops = |parsed: &Parsed| matches!(parsed.statement, Statement::DropTable { .. });
    // What a block touches depends on what is there when it runs.
    let blocks = |parsed: &Parsed| matches!(parsed.statement, Statement::Do { .. });
    if !statements.iter().any(drops) || statements.iter().any(blocks) {
        return acts;
    }
    let Some(meant) = end(catalogue, &acts) else {
        // Something does not fit: the simulation will say what.
        return acts;
    };
    let mut refused: Vec<Range<usize>> = Vec::new();
    while let Some(found) = find::first(catalogue, &acts, &refused) {
        match end(catalogue, &found.acts) {
            Some(end) if same(&end, &meant) => acts = found.acts,
            _ => refused.push(found.made),
        }
    }
    acts
}

/// The schema at the end; none where something does not fit.
fn end(catalogue: &Catalogue, acts: &[Act]) -> Option<Schema> {
    let mut catalogue = catalogue.clone();
    for act in acts {
        catalogue.act(act).ok()?;
    }
    Some(catalogue.schema)
}

/// Whether two schemas are the same but for the order of things, and for
/// whose rows are an org's, which a rebuilt table has from the old one.
fn same(left: &Schema, right: &Schema) -> bool {
    let sorted = |schema: &Schema| {
        let mut schema = schema.clone();
        schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
        schema.views.sort_by(|a, b| a.name.cmp(&b.name));
        schema
            .triggers
            .sort_by(|a, b| (&a.name, &a.table).cmp(&(&b.name, &b.table)));
        for table in &mut schema.tables {
            table.tenant = false;
            table.weak_identity = false;
            table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        }
        schema
    };
    sorted(left) == sorted(right)
}

impl Catalogue {
    /// Applies an act.
    ///
    /// # Errors
    ///
    /// It does not fit what is there.
    pub(super) fn act(&mut self, act: &Act) -> Result<Effect, Refusal> {
        match &act.does {
            Does::Statement(statement) => self.apply(statement),
            Does::Rebuild(rebuild) => self.rebuild(rebuild),
        }
    }

    fn rebuild(&mut self, rebuild: &Rebuild) -> Result<Effect, Refusal> {
        let name = rebuild.table.name.clone();
        let old = self.existing(&name)?;
        let mut table = rebuild.table.clone();
        table.tenant |= old.tenant;
        table.weak_identity |= old.weak_identity;
        let views = self.views_by_text();
        self.release_keys_of(&name);
        if let Some(away) = &rebuild.dangling {
            self.schema.rename_references(&name, away);
        }
        self.schema.triggers.retain(|trigger| trigger.table != name);
        if let Some(old) = self.schema.table_mut(&name) {
            *old = table;
        }
        self.settle_keys_of(&name);
        self.schema.resolve_parent_keys();
        self.write_out_views(&views);
        let columns = rebuild.columns.iter();
        let mut moves = Moves {
            columns: columns
                .map(|(from, to)| (name.clone(), from.clone(), to.clone()))
                .collect(),
            ..Moves::default()
        };
        if !rebuild.values.is_empty() || rebuild.filter.is_some() {
            moves.rewrites.push(Rewrite {
                table: name,
                values: rebuild.values.clone(),
                filter: rebuild.filter.clone(),
            });
        }
        Ok(Effect::Define(moves))
    }
}
