//! INSERT, UPDATE, DELETE.

use sqlparser::tokenizer::Token;

use super::reader::{Names, Read, Reader};
use crate::{
    Dialect,
    model::{Cte, Expr, Join, Name, Query, QueryBody, SelectItem},
    statement::{Delete, Insert, OnConflict, Statement, Update, UpdateOr},
};

/// `WITH` before a data statement.
type With = Option<(bool, Vec<Cte>)>;

impl Reader<'_> {
    /// A statement that changes rows, when the next words start one.
    pub(super) fn data(&mut self) -> Read<Option<Statement>> {
        let with = self.with()?;
        if self.at(&["INSERT"]) || self.at(&["REPLACE"]) {
            return self.insert(with).map(Some);
        }
        let offset = self.offset();
        let found = if self.at(&["UPDATE"]) {
            Some(self.update()?)
        } else if self.at(&["DELETE"]) {
            Some(self.delete()?)
        } else {
            None
        };
        match (with, found) {
            (None, found) => Ok(found),
            // What a name of WITH means has to be known where it is used.
            (Some(with), Some(mut statement)) => {
                if !inline(&mut statement, &with) {
                    return Err(crate::Refusal::new(
                        "a WITH before UPDATE or DELETE that is used other than in a subquery can't be read",
                    )
                    .at(offset));
                }
                Ok(Some(statement))
            }
            (Some(_), None) => Err(self.unexpected()),
        }
    }

    fn with(&mut self) -> Read<With> {
        if !self.eat(&["WITH"]) {
            return Ok(None);
        }
        let recursive = self.eat(&["RECURSIVE"]);
        let ctes = self.commas(|reader| {
            let name = reader.name()?;
            let columns = if reader.at_token(&Token::LParen) {
                reader.list(Self::name)?
            } else {
                Vec::new()
            };
            reader.expect(&["AS"])?;
            let _ = reader.eat(&["NOT", "MATERIALIZED"]) || reader.eat(&["MATERIALIZED"]);
            reader.expect_token(&Token::LParen)?;
            let query = reader.query()?;
            reader.expect_token(&Token::RParen)?;
            Ok(Cte {
                name,
                columns,
                query,
            })
        })?;
        Ok(Some((recursive, ctes)))
    }

    fn insert(&mut self, with: With) -> Read<Statement> {
        let mut on_conflict = OnConflict::Fail;
        if self.eat(&["REPLACE"]) {
            on_conflict = OnConflict::Replace;
        } else {
            self.expect(&["INSERT"])?;
            if self.eat(&["OR"]) {
                on_conflict = self.or_conflict()?;
            } else if self.dialect == Dialect::Mysql {
                let _ = self.eat(&["LOW_PRIORITY"]) || self.eat(&["HIGH_PRIORITY"]);
                if self.eat(&["IGNORE"]) {
                    on_conflict = OnConflict::Nothing { target: Vec::new() };
                }
            }
        }
        let _ = self.eat(&["INTO"]);
        let table = self.object()?;
        if self.eat(&["AS"]) {
            // Only ON CONFLICT could mention it.
            let alias = self.name()?;
            if alias != table {
                return Err(self.refuse("an alias of the table of an INSERT can't be read"));
            }
        }
        let columns = if self.at_token(&Token::LParen) && !self.at_query_in_parens() {
            self.list(Self::column_of_set)?
        } else {
            Vec::new()
        };
        if self.eat(&["OVERRIDING", "SYSTEM", "VALUE"]) {
            // Values of an identity may always be given in the model.
        } else if self.eat(&["OVERRIDING"]) {
            return Err(self.refuse("OVERRIDING USER VALUE has no equal on the other engines"));
        }
        let (columns, source) = self.source(columns, with)?;
        if self.eat(&["ON"]) {
            on_conflict = self.upsert(on_conflict)?;
        }
        self.returning()?;
        Ok(Statement::Insert(Insert {
            table,
            columns,
            source,
            on_conflict,
        }))
    }

    fn at_query_in_parens(&self) -> bool {
        ["SELECT", "VALUES", "WITH"]
            .iter()
            .any(|word| super::reader::is_word(&self.peek_nth(1).token, word))
    }

    /// What stands behind SQLite's `INSERT OR` and `UPDATE OR`.
    fn or_conflict(&mut self) -> Read<OnConflict> {
        if self.eat(&["REPLACE"]) {
            return Ok(OnConflict::Replace);
        }
        if self.eat(&["IGNORE"]) {
            return Ok(OnConflict::Nothing { target: Vec::new() });
        }
        // The migration fails, whichever it is.
        if self.eat(&["ROLLBACK"]) || self.eat(&["ABORT"]) || self.eat(&["FAIL"]) {
            return Ok(OnConflict::Fail);
        }
        Err(self.unexpected())
    }

    /// `VALUES`, a query, `DEFAULT VALUES`, or MySQL's SET.
    fn source(&mut self, mut columns: Vec<Name>, with: With) -> Read<(Vec<Name>, Option<Query>)> {
        if self.eat(&["DEFAULT", "VALUES"]) {
            return Ok((columns, None));
        }
        if self.dialect == Dialect::Mysql && columns.is_empty() && self.eat(&["SET"]) {
            let set = self.assignments()?;
            let (names, values): (Vec<Name>, Vec<Expr>) = set.into_iter().unzip();
            columns = names;
            return Ok((columns, Some(plain_query(QueryBody::Values(vec![values])))));
        }
        // In VALUES no name can be a column.
        if self.at(&["VALUES"]) {
            self.names = Names::Only(std::collections::HashSet::new());
        }
        let query = self.query();
        self.names = Names::Unknown;
        let mut query = query?;
        if let Some((recursive, ctes)) = with {
            query.recursive |= recursive;
            query.ctes.splice(0..0, ctes);
        }
        if let QueryBody::Values(rows) = &query.body
            && let Some(first) = rows.first()
        {
            let width = if columns.is_empty() {
                first.len()
            } else {
                columns.len()
            };
            if rows.iter().any(|row| row.len() != width) {
                return Err(
                    self.refuse("the rows of VALUES are not as long as the list of columns")
                );
            }
        }
        Ok((columns, Some(query)))
    }

    /// `ON CONFLICT ..`, `ON DUPLICATE KEY UPDATE ..`.
    fn upsert(&mut self, before: OnConflict) -> Read<OnConflict> {
        if self.eat(&["DUPLICATE", "KEY", "UPDATE"]) {
            // Which key, MySQL does not say.
            return Err(self.refuse(
                "ON DUPLICATE KEY UPDATE does not say which key: write ON CONFLICT (columns) in an override",
            ));
        }
        self.expect(&["CONFLICT"])?;
        if before != OnConflict::Fail {
            return Err(self.refuse("two conflict clauses in one statement can't be read"));
        }
        let mut target = Vec::new();
        if self.at_token(&Token::LParen) {
            target = self.list(|reader| {
                let name = reader.name()?;
                if reader.eat(&["COLLATE"]) {
                    let _ = reader.name()?;
                }
                Ok(name)
            })?;
            if self.at(&["WHERE"]) {
                return Err(self.refuse(
                    "ON CONFLICT (..) WHERE means the key of a partial index, which MariaDB has none \
                     of: write an UPDATE of the row and an INSERT where there is none, or an override file",
                ));
            }
        } else if self.at(&["ON", "CONSTRAINT"]) {
            return Err(self.refuse("ON CONFLICT ON CONSTRAINT: name the columns instead"));
        }
        self.expect(&["DO"])?;
        if self.eat(&["NOTHING"]) {
            return Ok(OnConflict::Nothing { target });
        }
        self.expect(&["UPDATE", "SET"])?;
        let set = self.assignments()?;
        let filter = self.filter()?;
        Ok(OnConflict::Update {
            target,
            set,
            filter,
        })
    }

    /// `a = 1, (b, c) = (2, 3)`.
    fn assignments(&mut self) -> Read<Vec<(Name, Expr)>> {
        let groups = self.commas(|reader| {
            if reader.at_token(&Token::LParen) {
                let names = reader.list(Self::column_of_set)?;
                reader.expect_token(&Token::Eq)?;
                let value = reader.expr()?;
                return match (names.len(), value) {
                    (count, Expr::Row(values)) if values.len() == count => {
                        Ok(names.into_iter().zip(values).collect())
                    }
                    (1, value) => Ok(names.into_iter().map(|name| (name, value.clone())).collect()),
                    (count, Expr::Subquery(query)) => {
                        let values = (0..count).map(|at| nth_column(&query, at, count));
                        match values.collect::<Option<Vec<Expr>>>() {
                            Some(values) => Ok(names.into_iter().zip(values).collect()),
                            None => Err(reader.refuse(
                                "several columns that are set from one query of this form can't be read: set each by itself",
                            )),
                        }
                    }
                    _ => Err(reader.refuse("as many values are needed as there are columns")),
                };
            }
            let name = reader.column_of_set()?;
            reader.expect_token(&Token::Eq)?;
            if reader.eat(&["DEFAULT"]) {
                return Err(reader.refuse("SET column = DEFAULT can't be read: write the value"));
            }
            Ok(vec![(name, reader.expr()?)])
        })?;
        Ok(groups.concat())
    }

    /// A column that is set, perhaps with its table.
    fn column_of_set(&mut self) -> Read<Name> {
        let name = self.name()?;
        if self.eat_token(&Token::Period) {
            return self.name();
        }
        Ok(name)
    }

    pub(super) fn filter(&mut self) -> Read<Option<Expr>> {
        if !self.eat(&["WHERE"]) {
            return Ok(None);
        }
        self.expr().map(Some)
    }

    /// RETURNING: nobody reads it.
    fn returning(&mut self) -> Read<()> {
        if !self.eat(&["RETURNING"]) {
            return Ok(());
        }
        let items = self.parser.parse_projection();
        let items = items.map_err(|error| self.refusal(&error))?;
        for item in &items {
            let (SelectItem::All | SelectItem::AllOf(_) | SelectItem::Expr { .. }) =
                self.item(item)?;
        }
        Ok(())
    }

    fn tables(&mut self) -> Read<Vec<Join>> {
        let tables = self
            .parser
            .parse_comma_separated(sqlparser::parser::Parser::parse_table_and_joins);
        let tables = tables.map_err(|error| self.refusal(&error))?;
        self.from(&tables)
    }

    fn table_alias(&mut self) -> Read<Option<Name>> {
        if self.eat(&["AS"]) {
            return self.name().map(Some);
        }
        let is_alias = matches!(self.peek().token, Token::Word(_))
            && !self.at_any(&[
                "SET",
                "WHERE",
                "USING",
                "RETURNING",
                "INDEXED",
                "NOT",
                "ORDER",
                "LIMIT",
                "FROM",
                "JOIN",
                "INNER",
                "LEFT",
            ]);
        if is_alias {
            return self.name().map(Some);
        }
        Ok(None)
    }

    /// SQLite's hints for its planner.
    fn indexed_by(&mut self) -> Read<()> {
        if self.eat(&["INDEXED", "BY"]) {
            let _ = self.name()?;
        } else {
            let _ = self.eat(&["NOT", "INDEXED"]);
        }
        Ok(())
    }

    fn update(&mut self) -> Read<Statement> {
        self.expect(&["UPDATE"])?;
        let mut or = UpdateOr::Fail;
        if self.eat(&["OR"]) {
            match self.or_conflict()? {
                OnConflict::Nothing { .. } => or = UpdateOr::Ignore,
                OnConflict::Replace => or = UpdateOr::Replace,
                _ => {}
            }
        } else if self.dialect == Dialect::Mysql && self.eat(&["IGNORE"]) {
            or = UpdateOr::Ignore;
        }
        let _ = self.eat(&["ONLY"]);
        let table = self.object()?;
        let alias = self.table_alias()?;
        self.indexed_by()?;
        // MySQL: `UPDATE a JOIN b ON .. SET ..`.
        if !self.at(&["SET"]) {
            return Err(self.refuse("an UPDATE of a join can't be read: use a subquery"));
        }
        self.expect(&["SET"])?;
        let set = self.assignments()?;
        let from = if self.eat(&["FROM"]) {
            self.tables()?
        } else {
            Vec::new()
        };
        let filter = self.filter()?;
        self.mysql_assigns_in_turn(&table, alias.as_ref(), &set)?;
        self.mysql_compares_text(filter.as_ref());
        self.returning()?;
        Ok(Statement::Update(Update {
            table,
            alias,
            set,
            from,
            filter,
            or,
        }))
    }

    fn delete(&mut self) -> Read<Statement> {
        self.expect(&["DELETE", "FROM"])?;
        let _ = self.eat(&["ONLY"]);
        let table = self.object()?;
        let alias = self.table_alias()?;
        self.indexed_by()?;
        let using = if self.eat(&["USING"]) {
            self.tables()?
        } else {
            Vec::new()
        };
        let filter = self.filter()?;
        self.mysql_compares_text(filter.as_ref());
        self.returning()?;
        Ok(Statement::Delete(Delete {
            table,
            alias,
            using,
            filter,
        }))
    }
}

/// The query for one of its columns, as a value. Each column is taken from the
/// same rows, for nothing changes while a statement runs.
fn nth_column(query: &Query, at: usize, count: usize) -> Option<Expr> {
    let mut query = query.clone();
    let by_position = query
        .order_by
        .iter()
        .any(|key| matches!(key.expr, Expr::Literal(_)));
    let QueryBody::Select(select) = &mut query.body else {
        return None;
    };
    if by_position || select.distinct || select.items.len() != count {
        return None;
    }
    let item = select.items.get(at)?.clone();
    if !matches!(item, SelectItem::Expr { .. }) {
        return None;
    }
    select.items = vec![item];
    Some(Expr::Subquery(Box::new(query)))
}

fn plain_query(body: QueryBody) -> Query {
    Query {
        recursive: false,
        ctes: Vec::new(),
        body,
        order_by: Vec::new(),
        limit: None,
        offset: None,
    }
}

/// Gives every subquery of an UPDATE or DELETE the tables of its WITH. False
/// when FROM or USING names one of them, for which there is no place.
fn inline(statement: &mut Statement, (recursive, ctes): &(bool, Vec<Cte>)) -> bool {
    let joins: &[Join] = match statement {
        Statement::Update(update) => &update.from,
        Statement::Delete(delete) => &delete.using,
        _ => &[],
    };
    let named = joins.iter().any(|join| {
        matches!(&join.factor, crate::model::TableFactor::Table { name, .. }
            if ctes.iter().any(|cte| cte.name == *name))
    });
    if named {
        return false;
    }
    let mut add = |expr: &mut Expr| {
        let query = match expr {
            Expr::Subquery(query) | Expr::InQuery { query, .. } | Expr::Exists { query, .. } => {
                query
            }
            _ => return,
        };
        query.recursive |= recursive;
        query.ctes.splice(0..0, ctes.iter().cloned());
    };
    match statement {
        Statement::Update(update) => {
            for (_, value) in &mut update.set {
                outer_queries(value, &mut add);
            }
            if let Some(filter) = &mut update.filter {
                outer_queries(filter, &mut add);
            }
        }
        Statement::Delete(delete) => {
            if let Some(filter) = &mut delete.filter {
                outer_queries(filter, &mut add);
            }
        }
        _ => {}
    }
    true
}

/// The queries in an expression, not those in queries.
fn outer_queries(expr: &mut Expr, each: &mut dyn FnMut(&mut Expr)) {
    struct Outer<'a>(&'a mut dyn FnMut(&mut Expr));
    impl crate::model::visit::VisitMut for Outer<'_> {
        fn expr(&mut self, expr: &mut Expr) {
            crate::model::visit::mut_expr(self, expr);
            (self.0)(expr);
        }
        fn query(&mut self, _: &mut Query) {}
    }
    use crate::model::visit::VisitMut;
    Outer(each).expr(expr);
}
