//! What the names in an expression mean, and whether there is such a thing.
//!
//! SQLite reads `"active"` as text where there is no column of that name
//! ("Quirks", section 8), and `rowid` as the column that is the rowid. Other
//! engines do neither, so both are written out here.

use super::{catalogue::Catalogue, catalogue::Effect, misfit};
use crate::{
    Dialect, Refusal,
    model::{
        Expr, Identity, Name, Query, Schema, Table,
        scope::{Found, Names, Scoped},
        visit::VisitMut,
    },
    statement::{Delete, Insert, Statement, Update},
};

/// Writes out what names mean, and notes those that mean nothing.
#[derive(Debug)]
struct Meaning<'a> {
    schema: &'a Schema,
    dialect: Dialect,
    /// The one table whose row this is about. Then columns lose its name.
    of: Option<&'a Table>,
    errors: Vec<Refusal>,
}

impl<'a> Meaning<'a> {
    fn new(catalogue: &'a Catalogue) -> Self {
        Self {
            schema: &catalogue.schema,
            dialect: catalogue.dialect,
            of: None,
            errors: Vec::new(),
        }
    }

    fn done(mut self) -> Result<(), Refusal> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(self.errors.swap_remove(0))
        }
    }

    /// The column that is `table`'s rowid.
    fn rowid(&self, table: &Name) -> Option<Name> {
        let columns = &self.schema.table(table)?.columns;
        let own = columns.iter().find(|column| column.identity.is_some());
        own.map(|column| column.name.clone())
    }

    /// Whether a portable table has it without saying so.
    fn is_implied(&self, table: &Table, column: &Name) -> bool {
        let folded = column.folded();
        self.dialect == Dialect::Portable
            && (table.tenant && folded == "org_id"
                || folded
                    .strip_suffix("_ci")
                    .is_some_and(|of| table.column(&Name::new(of)).is_some()))
    }
}

impl Names for Meaning<'_> {
    fn column(&mut self, expr: &mut Expr, found: &Found) {
        let Expr::Column {
            table: said,
            column,
        } = expr
        else {
            return;
        };
        match found {
            Found::Table { table, exists, .. } => {
                let known = self.schema.table(table);
                if column.is_rowid() && known.is_some_and(|table| table.column(column).is_none()) {
                    if let Some(rowid) = self.rowid(table) {
                        *column = rowid;
                    }
                } else if !exists
                    && let Some(table) = known
                    && !self.is_implied(table, column)
                {
                    self.errors.push(misfit::no_column(table, column));
                }
                if self.of.is_some() {
                    *said = None;
                }
            }
            Found::Nothing if said.is_none() && column.as_str() != Insert::DEFAULT => {
                let folded = column.folded();
                if self.dialect == Dialect::Sqlite {
                    *expr = Expr::text(column.as_str());
                } else if self.dialect != Dialect::Portable
                    || folded != "org_id" && !folded.ends_with("_ci")
                {
                    self.errors.push(match self.of {
                        Some(table) => misfit::no_column(table, column),
                        None => Refusal::new(format!("there is no column `{column}`")),
                    });
                }
            }
            Found::Nothing | Found::Derived | Found::Unknown => {}
        }
    }

    fn written(&mut self, table: &Name, column: &mut Name) {
        let Some(table) = self.schema.table(table) else {
            return;
        };
        if table.column(column).is_some() || self.is_implied(table, column) {
            return;
        }
        match self.rowid(&table.name).filter(|_| column.is_rowid()) {
            Some(rowid) => *column = rowid,
            None => self.errors.push(misfit::no_column(table, column)),
        }
    }

    fn table(&mut self, name: &mut Name) {
        if self.schema.table(name).is_none() && self.schema.view(name).is_none() {
            self.errors.push(misfit::no_table(self.schema, name));
        }
    }
}

impl Catalogue {
    /// The expressions of a table about its own rows.
    pub(super) fn settle_expressions(&self, table: &mut Table) -> Result<(), Refusal> {
        let row = table.clone();
        let mut errors = Vec::new();
        table.each_expr_mut(&mut |expr| {
            errors.extend(self.settle_row_expression(&row, expr).err());
        });
        if self.is_sqlite() {
            // `DEFAULT active` is text there: a default sees no column.
            for default in table.columns.iter_mut().filter_map(|c| c.default.as_mut()) {
                default.for_each_mut(&mut |expr| {
                    if let Expr::Column { column, .. } = expr {
                        *expr = Expr::text(column.as_str());
                    }
                });
            }
        }
        errors.into_iter().next().map_or(Ok(()), Err)
    }

    /// An expression about a row of `table`.
    pub(super) fn settle_row_expression(
        &self,
        table: &Table,
        expr: &mut Expr,
    ) -> Result<(), Refusal> {
        // The table need not be in the catalogue yet.
        let mut alone = Schema::default();
        alone.tables.push(table.clone());
        let mut meaning = Meaning {
            schema: &alone,
            of: Some(table),
            ..Meaning::new(self)
        };
        let rowid = table
            .columns
            .iter()
            .any(|c| c.identity == Some(Identity::Rowid));
        Scoped::of_row(&alone, table, &mut meaning).expr(expr);
        if !rowid
            && expr
                .columns()
                .iter()
                .any(|c| c.is_rowid() && table.column(c).is_none())
        {
            return Err(Refusal::new(format!(
                "`{}` has no column for its rowid",
                table.name
            )));
        }
        meaning.done()
    }

    /// A view's query. What it reads may be made later, on SQLite.
    pub(super) fn settle_query(&self, query: &mut Query) -> Result<(), Refusal> {
        let mut meaning = Meaning::new(self);
        Scoped::new(&self.schema, &mut meaning).query(query);
        if self.is_sqlite() {
            Ok(())
        } else {
            meaning.done()
        }
    }

    /// What a trigger of `table` says. SQLite looks at it when it fires.
    pub(super) fn settle_trigger(
        &self,
        table: &Name,
        when: Option<&mut Expr>,
        body: &mut [Statement],
    ) -> Result<(), Refusal> {
        let mut meaning = Meaning::new(self);
        let mut scoped = Scoped::of_trigger(&self.schema, table, &mut meaning);
        if let Some(when) = when {
            scoped.expr(when);
        }
        for statement in body {
            scoped.statement(statement);
        }
        if self.is_sqlite() {
            Ok(())
        } else {
            meaning.done()
        }
    }

    /// A table that a query reads and that is not there.
    pub(super) fn missing_table(&self, query: &Query) -> Option<Refusal> {
        let mut tables = query.tables().into_iter();
        let missing = tables
            .find(|name| self.schema.table(name).is_none() && self.schema.view(name).is_none())?;
        Some(misfit::no_table(&self.schema, &missing))
    }

    /// A data statement as it is meant.
    pub(super) fn data(&self, statement: &Statement) -> Result<Effect, Refusal> {
        let (Statement::Insert(Insert { table, .. })
        | Statement::Update(Update { table, .. })
        | Statement::Delete(Delete { table, .. })) = statement
        else {
            return Ok(Effect::Nothing);
        };
        // SQLite's own tables: where AUTOINCREMENT goes on, and statistics.
        // Other engines keep such things by themselves.
        let folded = table.folded();
        if self.is_sqlite() && (folded == "sqlite_sequence" || folded.starts_with("sqlite_stat")) {
            return Ok(Effect::Nothing);
        }
        if self.schema.is_upkeep(statement) {
            return Ok(Effect::Nothing);
        }
        let mut meant = statement.clone();
        let mut meaning = Meaning::new(self);
        Scoped::new(&self.schema, &mut meaning).statement(&mut meant);
        meaning.done()?;
        Ok(Effect::Data(Box::new(meant)))
    }
}
