//! Queries: from `sqlparser`'s tree to the model's. Every clause is read or
//! refused.

use sqlparser::ast::{
    self, Distinct, Expr as Sql, FunctionArg, FunctionArgExpr, GroupByExpr, JoinConstraint,
    JoinOperator, LimitClause, ObjectName, ObjectNamePart, Offset, OrderByExpr, OrderByKind,
    OrderByOptions, OrderBySort, SelectFlavor, SelectItemQualifiedWildcardKind, SetExpr,
    SetOperator, SetQuantifier, Spanned, TableAlias, TableFactor as SqlFactor, TableWithJoins,
    WildcardAdditionalOptions,
};

use super::reader::{Names, Read, Reader};
use crate::{
    Dialect, Refusal,
    model::{
        Cte, Expr, Join, JoinKind, Name, OrderBy, Query, QueryBody, Select, SelectItem, SetOp,
        TableFactor,
    },
    statement::Insert,
};

/// Refuses a clause when it is there.
macro_rules! without {
    ($reader:expr, $span:expr; $($clause:ident: $absent:expr => $what:literal),* $(,)?) => {
        $(if !$absent {
            return Err($reader.refuse_at($span, concat!($what, " has no equal on the other engines")));
        })*
    };
}

impl Reader<'_> {
    /// A query.
    pub(super) fn query(&mut self) -> Read<Query> {
        let parsed = self.parser.parse_query();
        let query = parsed.map_err(|error| self.refusal(&error))?;
        self.lift_query(&query)
    }

    /// A query of `sqlparser`.
    pub(super) fn lift_query(&mut self, query: &ast::Query) -> Read<Query> {
        let span = query.span();
        let ast::Query {
            with,
            body,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = query;
        without!(self, span;
            for_clause: for_clause.is_none() => "FOR XML",
            settings: settings.is_none() => "SETTINGS",
            format: format_clause.is_none() => "FORMAT",
            pipe: pipe_operators.is_empty() => "a pipe",
        );
        // A lock ends with the migration's transaction.
        let _ = locks;
        // A name in double quotes may be any table's column here.
        let names = match &**body {
            SetExpr::Values(_) => self.names.clone(),
            _ => Names::Unknown,
        };
        let outer = std::mem::replace(&mut self.names, names);
        let lifted = self.query_parts(with.as_ref(), body, order_by.as_ref());
        self.names = outer;
        let (recursive, ctes, body, order_by) = lifted?;
        let (mut limit, offset) = self.limit(limit_clause.as_ref(), span)?;
        if let Some(ast::Fetch {
            with_ties,
            percent,
            quantity,
        }) = fetch
        {
            without!(self, span;
                ties: !with_ties => "FETCH WITH TIES",
                percent: !percent => "FETCH PERCENT",
            );
            limit = Some(match quantity {
                Some(quantity) => self.lift(quantity)?,
                None => Expr::integer(1),
            });
        }
        Ok(Query {
            recursive,
            ctes,
            body,
            order_by,
            limit,
            offset,
        })
    }

    fn query_parts(
        &mut self,
        with: Option<&ast::With>,
        body: &SetExpr,
        order_by: Option<&ast::OrderBy>,
    ) -> Read<(bool, Vec<Cte>, QueryBody, Vec<OrderBy>)> {
        let (recursive, ctes) = match with {
            Some(with) => self.lift_with(with)?,
            None => (false, Vec::new()),
        };
        let body = self.body(body)?;
        let order_by = match order_by {
            None => Vec::new(),
            Some(ast::OrderBy {
                kind: OrderByKind::Expressions(keys),
                interpolate: None,
            }) => keys
                .iter()
                .map(|key| self.lift_order(key))
                .collect::<Read<_>>()?,
            Some(_) => return Err(self.refuse("this form of ORDER BY can't be read")),
        };
        Ok((recursive, ctes, body, order_by))
    }

    /// `WITH ..`.
    pub(super) fn lift_with(&mut self, with: &ast::With) -> Read<(bool, Vec<Cte>)> {
        let ast::With {
            with_token: _,
            recursive,
            cte_tables,
        } = with;
        let ctes = cte_tables
            .iter()
            .map(|cte| {
                let ast::Cte {
                    alias,
                    query,
                    from,
                    // A hint for the planner.
                    materialized: _,
                    closing_paren_token: _,
                } = cte;
                if from.is_some() {
                    return Err(self.refuse_at(alias.name.span, "a FROM of WITH can't be read"));
                }
                let (name, columns) = self.alias(alias)?;
                Ok(Cte {
                    name,
                    columns,
                    query: self.lift_query(query)?,
                })
            })
            .collect::<Read<Vec<_>>>()?;
        Ok((*recursive, ctes))
    }

    fn limit(
        &mut self,
        clause: Option<&LimitClause>,
        span: sqlparser::tokenizer::Span,
    ) -> Read<(Option<Expr>, Option<Expr>)> {
        Ok(match clause {
            None => (None, None),
            Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            }) => {
                without!(self, span; by: limit_by.is_empty() => "LIMIT BY");
                let limit = match limit {
                    Some(limit) => Some(self.lift(limit)?),
                    None => None,
                };
                let offset = match offset {
                    Some(Offset { value, rows: _ }) => Some(self.lift(value)?),
                    None => None,
                };
                (limit, offset)
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
                (Some(self.lift(limit)?), Some(self.lift(offset)?))
            }
        })
    }

    pub(super) fn lift_order(&mut self, key: &OrderByExpr) -> Read<OrderBy> {
        let OrderByExpr {
            expr,
            options: OrderByOptions { sort, nulls_first },
            with_fill,
        } = key;
        if with_fill.is_some() || matches!(sort, Some(OrderBySort::Using(_))) {
            return Err(self.no(expr, "this form of ORDER BY"));
        }
        Ok(OrderBy {
            expr: self.lift(expr)?,
            descending: matches!(sort, Some(OrderBySort::Desc)),
            nulls_first: *nulls_first,
        })
    }

    /// Set operations lean to the left and may be many, so they are walked
    /// without recursion.
    fn body(&mut self, body: &SetExpr) -> Read<QueryBody> {
        let mut chain = Vec::new();
        let mut first = body;
        while let SetExpr::SetOperation {
            left,
            op,
            set_quantifier,
            right,
        } = first
        {
            chain.push((op, set_quantifier, &**right));
            first = left;
        }
        let mut lifted = self.simple_body(first)?;
        for (op, quantifier, right) in chain.into_iter().rev() {
            let op = match op {
                SetOperator::Union => SetOp::Union,
                SetOperator::Except => SetOp::Except,
                SetOperator::Intersect => SetOp::Intersect,
                SetOperator::Minus => return Err(self.refuse("MINUS can't be read")),
            };
            let all = match quantifier {
                SetQuantifier::All => true,
                SetQuantifier::Distinct | SetQuantifier::None => false,
                _ => return Err(self.refuse("a set operation by name can't be read")),
            };
            let right = match right {
                SetExpr::SetOperation { .. } => self.body(right)?,
                other => self.simple_body(other)?,
            };
            lifted = QueryBody::SetOp {
                op,
                all,
                left: Box::new(lifted),
                right: Box::new(right),
            };
        }
        Ok(lifted)
    }

    fn simple_body(&mut self, body: &SetExpr) -> Read<QueryBody> {
        match body {
            SetExpr::Select(select) => Ok(QueryBody::Select(Box::new(self.select(select)?))),
            SetExpr::Query(query) => Ok(QueryBody::Nested(Box::new(self.lift_query(query)?))),
            SetExpr::Values(ast::Values {
                explicit_row: _,
                value_keyword: _,
                rows,
            }) => {
                let rows: Vec<Vec<Expr>> = rows
                    .iter()
                    .map(|row| {
                        let ast::Parens { content, .. } = row;
                        content.iter().map(|value| self.value(value)).collect()
                    })
                    .collect::<Read<_>>()?;
                Ok(QueryBody::Values(rows))
            }
            other => Err(self.refuse_at(other.span(), "this is no query")),
        }
    }

    /// A value of VALUES, where DEFAULT is one.
    fn value(&mut self, value: &Sql) -> Read<Expr> {
        if let Sql::Identifier(ident) = value
            && ident.quote_style.is_none()
            && ident.value.eq_ignore_ascii_case("DEFAULT")
        {
            return Ok(default_value());
        }
        self.lift(value)
    }

    fn select(&mut self, select: &ast::Select) -> Read<Select> {
        let span = select.span();
        let ast::Select {
            select_token: _,
            // Comments.
            optimizer_hints: _,
            distinct,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify: _,
            value_table_mode,
            flavor,
        } = select;
        // MySQL's modifiers are hints for its optimizer.
        let _ = select_modifiers;
        without!(self, span;
            top: top.is_none() => "TOP",
            exclude: exclude.is_none() => "EXCLUDE",
            into: into.is_none() => "SELECT INTO",
            lateral: lateral_views.is_empty() => "LATERAL VIEW",
            prewhere: prewhere.is_none() => "PREWHERE",
            connect: connect_by.is_empty() => "CONNECT BY",
            cluster: cluster_by.is_empty() => "CLUSTER BY",
            distribute: distribute_by.is_empty() => "DISTRIBUTE BY",
            sort: sort_by.is_empty() => "SORT BY",
            window: named_window.is_empty() => "a named window",
            qualify: qualify.is_none() => "QUALIFY",
            mode: value_table_mode.is_none() => "SELECT AS",
            flavor: matches!(flavor, SelectFlavor::Standard) => "a SELECT that starts with FROM",
        );
        let distinct = match distinct {
            None | Some(Distinct::All) => false,
            Some(Distinct::Distinct) => true,
            Some(Distinct::On(_)) => {
                return Err(self.refuse_at(span, "DISTINCT ON has no equal on the other engines"));
            }
        };
        let group_by = match group_by {
            GroupByExpr::Expressions(keys, modifiers) if modifiers.is_empty() => {
                self.lift_all(keys)?
            }
            _ => {
                return Err(self.refuse_at(span, "this form of GROUP BY can't be read"));
            }
        };
        if from.is_empty() && matches!(self.names, Names::Unknown) {
            // Without FROM no name can be a column.
            self.names = Names::Unknown;
        }
        Ok(Select {
            distinct,
            from: self.from(from)?,
            items: projection
                .iter()
                .map(|item| self.item(item))
                .collect::<Read<_>>()?,
            filter: self.optional(selection.as_ref())?,
            group_by,
            having: self.optional(having.as_ref())?,
        })
    }

    pub(super) fn optional(&mut self, expr: Option<&Sql>) -> Read<Option<Expr>> {
        expr.map(|expr| self.lift(expr)).transpose()
    }

    pub(super) fn item(&mut self, item: &ast::SelectItem) -> Read<SelectItem> {
        Ok(match item {
            ast::SelectItem::UnnamedExpr(expr) => SelectItem::Expr {
                expr: self.lift(expr)?,
                alias: None,
            },
            ast::SelectItem::ExprWithAlias { expr, alias } => SelectItem::Expr {
                expr: self.lift(expr)?,
                alias: Some(self.ident(alias)),
            },
            ast::SelectItem::Wildcard(options) if is_plain(options) => SelectItem::All,
            ast::SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(name),
                options,
            ) if is_plain(options) => SelectItem::AllOf(self.object_name(name)?),
            other => {
                return Err(self.refuse_at(other.span(), "this entry of a SELECT can't be read"));
            }
        })
    }

    /// FROM: several tables stand for a cross join.
    pub(super) fn from(&mut self, from: &[TableWithJoins]) -> Read<Vec<Join>> {
        let mut tables = Vec::new();
        for TableWithJoins { relation, joins } in from {
            self.join_tree(
                relation,
                joins,
                JoinKind::Cross,
                None,
                Vec::new(),
                &mut tables,
            )?;
        }
        Ok(tables)
    }

    fn join_tree(
        &mut self,
        relation: &SqlFactor,
        joins: &[ast::Join],
        kind: JoinKind,
        on: Option<Expr>,
        using: Vec<Name>,
        tables: &mut Vec<Join>,
    ) -> Read<()> {
        // `(a JOIN b ON ..)` as the first table says what it says without
        // parentheses.
        if let SqlFactor::NestedJoin {
            table_with_joins,
            alias: None,
        } = relation
            && tables.is_empty()
            && on.is_none()
        {
            let TableWithJoins { relation, joins } = &**table_with_joins;
            self.join_tree(relation, joins, kind, None, Vec::new(), tables)?;
        } else {
            let factor = self.factor(relation)?;
            tables.push(Join {
                kind,
                factor,
                on,
                using,
            });
        }
        for join in joins {
            let ast::Join {
                relation,
                global: _,
                join_operator,
            } = join;
            let (kind, constraint) = match join_operator {
                JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => {
                    (JoinKind::Inner, constraint)
                }
                JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                    (JoinKind::Left, constraint)
                }
                JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => {
                    (JoinKind::Right, constraint)
                }
                JoinOperator::FullOuter(constraint) => (JoinKind::Full, constraint),
                JoinOperator::CrossJoin(constraint) => (JoinKind::Cross, constraint),
                JoinOperator::StraightJoin(constraint) => (JoinKind::Inner, constraint),
                _ => {
                    return Err(
                        self.refuse_at(relation.span(), "a join of this kind can't be read")
                    );
                }
            };
            let (on, using) = self.join_constraint(constraint, relation)?;
            let kind = match (kind, &on, using.is_empty()) {
                // A join of all with all, however it is spelled.
                (JoinKind::Inner, None, true) => JoinKind::Cross,
                (JoinKind::Cross, Some(_), _) => JoinKind::Inner,
                (kind, ..) => kind,
            };
            let factor = self.factor(relation)?;
            tables.push(Join {
                kind,
                factor,
                on,
                using,
            });
        }
        Ok(())
    }

    fn join_constraint(
        &mut self,
        constraint: &JoinConstraint,
        relation: &SqlFactor,
    ) -> Read<(Option<Expr>, Vec<Name>)> {
        Ok(match constraint {
            JoinConstraint::None => (None, Vec::new()),
            JoinConstraint::On(expr) => (Some(self.lift(expr)?), Vec::new()),
            JoinConstraint::Using(columns) => {
                let columns = columns
                    .iter()
                    .map(|column| self.object_name(column))
                    .collect::<Read<_>>()?;
                (None, columns)
            }
            JoinConstraint::Natural => {
                return Err(self.refuse_at(
                    relation.span(),
                    "NATURAL JOIN: which columns it means changes with the tables; say USING",
                ));
            }
        })
    }

    fn factor(&mut self, factor: &SqlFactor) -> Read<TableFactor> {
        match factor {
            SqlFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                // Hints.
                index_hints: _,
            } if with_hints.is_empty() && partitions.is_empty() => {
                let name = self.object_name(name)?;
                let alias = match alias {
                    Some(alias) => Some(self.plain_alias(alias)?),
                    None => None,
                };
                Ok(TableFactor::Table { name, alias })
            }
            SqlFactor::Table {
                name,
                alias,
                args:
                    Some(ast::TableFunctionArgs {
                        args,
                        settings: None,
                    }),
                version: None,
                with_ordinality: false,
                json_path: None,
                sample: None,
                ..
            } => self.table_function(factor, name, args, alias.as_ref()),
            SqlFactor::Derived {
                lateral: false,
                subquery,
                alias,
                sample: None,
            } => {
                let (alias, columns) = match alias {
                    Some(alias) => {
                        let (name, columns) = self.alias(alias)?;
                        (Some(name), columns)
                    }
                    None => (None, Vec::new()),
                };
                Ok(TableFactor::Query {
                    query: Box::new(self.lift_query(subquery)?),
                    alias,
                    columns,
                })
            }
            other => Err(self.refuse_at(other.span(), "a table of this kind can't be read")),
        }
    }

    /// `json_each(json, path)`, and PostgreSQL's like it.
    fn table_function(
        &mut self,
        factor: &SqlFactor,
        name: &ObjectName,
        args: &[FunctionArg],
        alias: Option<&TableAlias>,
    ) -> Read<TableFactor> {
        let function = name.to_string().to_ascii_lowercase();
        let mut exprs = Vec::new();
        for arg in args {
            match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => exprs.push(self.lift(expr)?),
                _ => return Err(self.refuse_at(factor.span(), "this argument can't be read")),
            }
        }
        let alias = alias.map(|alias| self.plain_alias(alias)).transpose()?;
        let sqlite = matches!(self.dialect, Dialect::Sqlite | Dialect::Portable);
        let mut exprs = exprs.into_iter();
        match (function.as_str(), exprs.next(), exprs.next(), exprs.next()) {
            ("json_each", Some(json), path, None) if sqlite => {
                Ok(TableFactor::JsonEach { json, path, alias })
            }
            _ => Err(self.refuse_at(
                factor.span(),
                format!("the table function `{function}` has no equal on the other engines"),
            )),
        }
    }

    fn alias(&self, alias: &TableAlias) -> Read<(Name, Vec<Name>)> {
        let TableAlias {
            explicit: _,
            name,
            columns,
            at,
        } = alias;
        if at.is_some() || columns.iter().any(|column| column.data_type.is_some()) {
            return Err(self.refuse_at(name.span, "this alias can't be read"));
        }
        let columns = columns
            .iter()
            .map(|column| self.ident(&column.name))
            .collect();
        Ok((self.ident(name), columns))
    }

    fn plain_alias(&self, alias: &TableAlias) -> Read<Name> {
        let (name, columns) = self.alias(alias)?;
        if columns.is_empty() {
            return Ok(name);
        }
        Err(self.refuse_at(
            alias.name.span,
            "an alias that renames a table's columns can't be read",
        ))
    }

    /// A name of `sqlparser`, without the schema that all names are in.
    pub(super) fn object_name(&self, name: &ObjectName) -> Read<Name> {
        let ObjectName(parts) = name;
        match parts.as_slice() {
            [ObjectNamePart::Identifier(name)] => Ok(self.ident(name)),
            [
                ObjectNamePart::Identifier(schema),
                ObjectNamePart::Identifier(name),
            ] if self.is_home(&self.ident(schema)) => Ok(self.ident(name)),
            _ => Err(Refusal::new(format!(
                "`{name}` is in another schema: there is one on every engine"
            ))),
        }
    }
}

/// The keyword DEFAULT among VALUES.
fn default_value() -> Expr {
    Expr::Column {
        table: Some(Name::new(Insert::DEFAULT)),
        column: Name::new(Insert::DEFAULT),
    }
}

fn is_plain(options: &WildcardAdditionalOptions) -> bool {
    let WildcardAdditionalOptions {
        wildcard_token: _,
        opt_ilike,
        opt_exclude,
        opt_except,
        opt_replace,
        opt_rename,
        opt_alias,
    } = options;
    opt_ilike.is_none()
        && opt_exclude.is_none()
        && opt_except.is_none()
        && opt_replace.is_none()
        && opt_rename.is_none()
        && opt_alias.is_none()
}
