//! UPDATE and DELETE.

use super::{Numbers, at, column, own, settle, taken_along, target};
use crate::{
    Engine, Refusal,
    lower::expr::{
        rows,
        scope::{Scope, Source},
        types::DEPTH_LIMIT,
        writer::Writer,
    },
    model::{
        Expr, Join, Name, Query, QueryBody, Schema, Select, SelectItem, Table,
        visit::{Visit, walk_expr},
    },
    statement::{Delete, Update, UpdateOr},
};

impl Writer {
    pub(super) fn update(
        &self,
        schema: &Schema,
        around: &Scope<'_>,
        update: &Update,
    ) -> Result<Vec<String>, Refusal> {
        if update.or != UpdateOr::Fail && self.typed() {
            return self.update_or(schema, around, update);
        }
        let table = target(schema, &update.table)?;
        own::refuse(schema, table, update)?;
        let scope = row_scope(around, table, update.alias.as_ref(), &update.from);
        let verb = match update.or {
            UpdateOr::Fail => "UPDATE",
            UpdateOr::Ignore => "UPDATE OR IGNORE",
            UpdateOr::Replace => "UPDATE OR REPLACE",
        };
        let named = self.named(table, update.alias.as_ref());
        let joined = !update.from.is_empty();
        let filter = match &update.filter {
            Some(filter) => format!(" WHERE {}", self.condition(&scope, filter)?.text),
            None => String::new(),
        };
        let text = if self.engine == Engine::Mariadb {
            let (set, mode) = match ordered(&update.set, None) {
                Some(set) => (set, ""),
                None => (
                    update.set.clone(),
                    "SET STATEMENT sql_mode = concat(@@sql_mode, ',SIMULTANEOUS_ASSIGNMENT') FOR ",
                ),
            };
            let mut set = self.assignments(table, &scope, &set, None)?;
            if joined {
                let row = self.quote(update.alias.as_ref().unwrap_or(&table.name));
                set = set.into_iter().map(|one| format!("{row}.{one}")).collect();
            }
            let from = if joined {
                format!(" CROSS JOIN {}", self.from(&scope, &update.from)?)
            } else {
                String::new()
            };
            format!("{mode}{verb} {named}{from} SET {}{filter}", set.join(", "))
        } else {
            let set = self.assignments(table, &scope, &update.set, None)?;
            let from = if joined {
                format!(" FROM {}", self.from(&scope, &update.from)?)
            } else {
                String::new()
            };
            format!("{verb} {named} SET {}{from}{filter}", set.join(", "))
        };
        let mut statements = vec![text];
        let renumbers = update.set.iter().any(|(name, _)| {
            table
                .column(name)
                .is_some_and(|column| column.identity.is_some())
        });
        if renumbers && self.once {
            statements.extend(settle(self.engine, table, Numbers::Given));
        }
        Ok(statements)
    }

    pub(super) fn delete(
        &self,
        schema: &Schema,
        around: &Scope<'_>,
        delete: &Delete,
    ) -> Result<Vec<String>, Refusal> {
        let mut statements = vec![self.delete_text(schema, around, delete)?];
        if self.once {
            let table = target(schema, &delete.table)?;
            let gone = taken_along(schema, table).into_iter();
            statements.extend(gone.filter_map(|table| settle(self.engine, table, Numbers::Gone)));
        }
        Ok(statements)
    }

    /// The DELETE alone.
    pub(super) fn delete_text(
        &self,
        schema: &Schema,
        around: &Scope<'_>,
        delete: &Delete,
    ) -> Result<String, Refusal> {
        let table = target(schema, &delete.table)?;
        let alias = delete.alias.as_ref();
        if self.engine == Engine::Sqlite && !delete.using.is_empty() {
            return self.delete_text(schema, around, &by_existence(delete));
        }
        let scope = row_scope(around, table, alias, &delete.using);
        let filter = match &delete.filter {
            Some(filter) => format!(" WHERE {}", self.condition(&scope, filter)?.text),
            None => String::new(),
        };
        let named = self.named(table, alias);
        let joined = !delete.using.is_empty();
        let from = if joined {
            self.from(&scope, &delete.using)?
        } else {
            String::new()
        };
        Ok(match self.engine {
            // An alias is only known to its form for several tables.
            Engine::Mariadb if joined || alias.is_some() => {
                let row = self.quote(alias.unwrap_or(&table.name));
                let joined = if joined {
                    format!(" CROSS JOIN {from}")
                } else {
                    String::new()
                };
                format!("DELETE {row} FROM {named}{joined}{filter}")
            }
            Engine::Postgres if joined => format!("DELETE FROM {named} USING {from}{filter}"),
            _ => format!("DELETE FROM {named}{filter}"),
        })
    }

    fn named(&self, table: &Table, alias: Option<&Name>) -> String {
        let name = self.quote(&table.name);
        match alias {
            Some(alias) => format!("{name} AS {}", self.quote(alias)),
            None => name,
        }
    }

    /// `column = value`, each; only in rows that `filter` takes, for MariaDB's
    /// upsert, which has no WHERE.
    pub(super) fn assignments(
        &self,
        table: &Table,
        scope: &Scope<'_>,
        set: &[(Name, Expr)],
        filter: Option<&str>,
    ) -> Result<Vec<String>, Refusal> {
        set.iter()
            .map(|(name, value)| {
                let column = column(table, name)?;
                let quoted = self.quote(&column.name);
                let sql = self
                    .value(scope, value, Some(&column.data_type))
                    .map_err(at(table, &column.name))?
                    .text;
                Ok(match filter {
                    Some(filter) => {
                        let old = format!("{}.{quoted}", self.quote(&table.name));
                        format!("{quoted} = CASE WHEN {filter} THEN {sql} ELSE {old} END")
                    }
                    None => format!("{quoted} = {sql}"),
                })
            })
            .collect()
    }
}

/// Assignments in an order in which none reads what an earlier one wrote:
/// MariaDB makes them one after the other. None where there is no such order.
pub(super) fn ordered(set: &[(Name, Expr)], filter: Option<&Expr>) -> Option<Vec<(Name, Expr)>> {
    let reads = |(_, value): &(Name, Expr), name: &Name| {
        let mut names = Read::default();
        names.expr(value);
        if let Some(filter) = filter {
            names.expr(filter);
        }
        names.0.contains(name)
    };
    let mut rest: Vec<&(Name, Expr)> = set.iter().collect();
    let mut done = Vec::new();
    while !rest.is_empty() {
        // One whose column no other reads may go now: those that read it went.
        let next = rest.iter().position(|candidate| {
            rest.iter()
                .filter(|other| !std::ptr::eq(**other, *candidate))
                .all(|other| !reads(other, &candidate.0))
        })?;
        done.push(rest.remove(next).clone());
    }
    Some(done)
}

/// The names of all columns that an expression reads, but those of a new row.
#[derive(Default)]
struct Read(Vec<Name>);

impl Visit for Read {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Column { table, column } = expr
            && !table.as_ref().is_some_and(|table| table.is("excluded"))
        {
            self.0.push(column.clone());
        }
        walk_expr(self, expr);
    }
}

fn row_scope<'s>(
    around: &'s Scope<'s>,
    table: &Table,
    alias: Option<&Name>,
    from: &[Join],
) -> Scope<'s> {
    let mut scope = around.inner();
    scope.sources.push(Source::table(table, alias));
    for join in from {
        let source = rows::of_factor(&scope, &join.factor, DEPTH_LIMIT);
        scope.sources.push(source);
    }
    scope
}

/// `DELETE FROM t USING u WHERE ..` without USING.
fn by_existence(delete: &Delete) -> Delete {
    let select = Select {
        distinct: false,
        items: vec![SelectItem::Expr {
            expr: Expr::integer(1),
            alias: None,
        }],
        from: delete.using.clone(),
        filter: delete.filter.clone(),
        group_by: Vec::new(),
        having: None,
    };
    let query = Query {
        recursive: false,
        ctes: Vec::new(),
        body: QueryBody::Select(Box::new(select)),
        order_by: Vec::new(),
        limit: None,
        offset: None,
    };
    Delete {
        using: Vec::new(),
        filter: Some(Expr::Exists {
            negated: false,
            query: Box::new(query),
        }),
        ..delete.clone()
    }
}
