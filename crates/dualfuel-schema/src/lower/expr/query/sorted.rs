//! ORDER BY, LIMIT and OFFSET of a whole query.

use crate::lower::expr::{
    function, rows,
    scope::{Scope, SourceColumn},
    sql::Sql,
    types::{self, DEPTH_LIMIT},
    writer::Writer,
};
use crate::{
    Engine, Refusal,
    model::{DataType, Expr, Family, OrderBy, Query, QueryBody, SelectItem},
};

impl Writer {
    /// ORDER BY of a whole query: an entry of its list by name or place, or
    /// an expression over its tables.
    pub(super) fn query_order(&self, scope: &Scope<'_>, query: &Query) -> Result<String, Refusal> {
        let columns = rows::of_body(scope, &query.body, query.recursive, DEPTH_LIMIT);
        let select = match &query.body {
            QueryBody::Select(select) => Some(rows::of_select(scope, select, DEPTH_LIMIT)),
            _ => None,
        };
        let inner = select.as_ref().unwrap_or(scope);
        let mut parts = Vec::new();
        for key in &query.order_by {
            if let Some(folded) = self.folded_key(inner, query, &columns, key)? {
                parts.push(self.ordered(key, folded));
                continue;
            }
            let output = match &key.expr {
                Expr::Column {
                    table: None,
                    column,
                } => columns.iter().find(|found| found.name == *column),
                _ => None,
            };
            let written = match (output, function::integer(&key.expr)) {
                (Some(column), _) => Sql::atom(self.quote(&column.name)),
                (None, Some(place)) => Sql::atom(place.to_string()),
                (None, None) => self.order_value(inner, &key.expr)?,
            };
            parts.push(self.order_key(key, written, &columns));
        }
        Ok(format!("ORDER BY {}", parts.join(", ")))
    }

    /// A value to order by; without regard to case where that is asked for.
    pub(in crate::lower::expr) fn order_value(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
    ) -> Result<Sql, Refusal> {
        let sql = self.value(scope, expr, None)?;
        let kind = types::of(scope, expr);
        if self.typed() && kind.nocase && kind.family() == Some(Family::Text) {
            self.lowered(expr, sql)
        } else {
            Ok(sql)
        }
    }

    /// A key that sorts without minding case, where the engine has no NOCASE.
    /// Of an entry of the list it is the expression behind it: PostgreSQL sorts
    /// by nothing that is made of an entry's name.
    pub(super) fn folded_key(
        &self,
        inner: &Scope<'_>,
        query: &Query,
        columns: &[SourceColumn],
        key: &OrderBy,
    ) -> Result<Option<Sql>, Refusal> {
        let (plain, said) = match &key.expr {
            Expr::CollateNoCase(plain) => (&**plain, true),
            plain => (plain, false),
        };
        let place = match (plain, function::integer(plain)) {
            (
                Expr::Column {
                    table: None,
                    column,
                },
                _,
            ) => columns.iter().position(|found| found.name == *column),
            (_, Some(place)) => usize::try_from(place - 1).ok(),
            _ => None,
        };
        let listed = place.and_then(|place| columns.get(place));
        let kind = listed.map_or_else(|| types::of(inner, &key.expr), |found| found.kind.clone());
        let folds = said || kind.nocase;
        if !self.typed() || !folds || kind.family() != Some(Family::Text) {
            return Ok(None);
        }
        let select = match &query.body {
            QueryBody::Select(select) => Some(select),
            _ => None,
        };
        let entry = select.zip(place).and_then(|(select, place)| {
            let starred = select
                .items
                .iter()
                .take(place + 1)
                .any(|item| !matches!(item, SelectItem::Expr { .. }));
            match select.items.get(place) {
                Some(SelectItem::Expr { expr, .. }) if !starred => Some(expr),
                _ => None,
            }
        });
        let is_number = function::integer(plain).is_some();
        let sorts_by = entry.or((!is_number).then_some(plain));
        let distinct = select.is_none_or(|select| select.distinct);
        match sorts_by {
            Some(expr) if !(distinct && self.engine == Engine::Postgres) => {
                let sql = self.value(inner, expr, None)?;
                self.lowered(expr, sql).map(Some)
            }
            _ => Err(Refusal::new(
                "these rows are sorted without minding case, which can't be said of them here: \
                 have lower() of the column in the list, and sort by that",
            )),
        }
    }

    pub(super) fn order_key(
        &self,
        key: &OrderBy,
        written: Sql,
        columns: &[SourceColumn],
    ) -> String {
        let usual = key.nulls_first.is_none_or(|first| first != key.descending);
        // `IS NULL` of a place in the list would be of the number.
        let column = function::integer(&key.expr)
            .filter(|_| self.engine == Engine::Mariadb && !usual)
            .and_then(|place| columns.get(usize::try_from(place - 1).ok()?))
            .filter(|column| !column.name.as_str().is_empty());
        let named = match column {
            Some(column) => Sql::atom(self.quote(&column.name)),
            None => written,
        };
        self.ordered(key, named)
    }

    /// `LIMIT` and `OFFSET`. A negative limit is none.
    pub(super) fn limit(&self, scope: &Scope<'_>, query: &Query) -> Result<String, Refusal> {
        let count = |expr: &Expr| -> Result<String, Refusal> {
            match (function::integer(expr), self.engine) {
                (Some(number), _) => Ok(number.max(0).to_string()),
                (None, Engine::Mariadb) => Err(Refusal::new(
                    "MariaDB takes only a constant for LIMIT and OFFSET",
                )),
                (None, _) => Ok(self.value(scope, expr, Some(&DataType::BigInt))?.operand()),
            }
        };
        let none = |expr: &&Expr| function::integer(expr).is_none_or(|number| number >= 0);
        let mut text = String::new();
        match (query.limit.as_ref().filter(none), &query.offset) {
            (Some(limit), _) => text.push_str(&format!(" LIMIT {}", count(limit)?)),
            (None, Some(_)) => text.push_str(match self.engine {
                Engine::Sqlite => " LIMIT -1",
                Engine::Postgres => "",
                Engine::Mariadb => " LIMIT 18446744073709551615",
            }),
            (None, None) => {}
        }
        if let Some(offset) = &query.offset {
            text.push_str(&format!(" OFFSET {}", count(offset)?));
        }
        Ok(text)
    }
}
