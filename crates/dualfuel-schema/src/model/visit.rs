//! Walks over expressions, queries and data statements.
//!
//! [`Visit`] reads and [`VisitMut`] changes; both come from one text, so that
//! they meet the same nodes. A method of theirs is called with a node and, by
//! default, walks on to what is inside: whoever overrides one calls the
//! function of the same name (`walk_expr`, `mut_expr`) to go on.

use super::{
    Cte, Expr, Join, Name, OrderBy, Query, QueryBody, Select, SelectItem, TableFactor, Window,
};
use crate::statement::{Delete, Insert, OnConflict, Statement, Update};

macro_rules! walks {
    (
        $(#[$doc:meta])* $visitor:ident, $each_expr:ident, ($($m:tt)?), $iter:ident, $as_deref:ident,
        $expr:ident, $query:ident, $body:ident, $select:ident, $factor:ident, $statement:ident
    ) => {
        $(#[$doc])*
        pub trait $visitor {
            /// An expression.
            fn expr(&mut self, expr: & $($m)? Expr) {
                $expr(self, expr);
            }
            /// A query: it opens a scope of its own.
            fn query(&mut self, query: & $($m)? Query) {
                $query(self, query);
            }
            /// A query's rows.
            fn body(&mut self, body: & $($m)? QueryBody) {
                $body(self, body);
            }
            /// A SELECT: it opens a scope of its own.
            fn select(&mut self, select: & $($m)? Select) {
                $select(self, select);
            }
            /// A table of FROM.
            fn factor(&mut self, factor: & $($m)? TableFactor) {
                $factor(self, factor);
            }
            /// The name of a table that a data statement writes, or that FROM reads.
            fn table(&mut self, name: & $($m)? Name) {
                let _ = name;
            }
            /// A statement. Only data statements have anything inside.
            fn statement(&mut self, statement: & $($m)? Statement) {
                $statement(self, statement);
            }
        }

        /// What is inside an expression.
        pub fn $expr<V: $visitor + ?Sized>(visitor: &mut V, expr: & $($m)? Expr) {
            match expr {
                Expr::Literal(_) | Expr::Column { .. } | Expr::Opaque { .. } => {}
                Expr::Unary { expr, .. }
                | Expr::IsNull { expr, .. }
                | Expr::Cast { expr, .. }
                | Expr::CollateNoCase(expr) => visitor.expr(expr),
                Expr::Binary { left, right, .. } => {
                    visitor.expr(left);
                    visitor.expr(right);
                }
                Expr::Between { expr, low, high, .. } => {
                    visitor.expr(expr);
                    visitor.expr(low);
                    visitor.expr(high);
                }
                Expr::InList { expr, list, .. } => {
                    visitor.expr(expr);
                    $each_expr(visitor, list);
                }
                Expr::InQuery { expr, query, .. } => {
                    visitor.expr(expr);
                    visitor.query(query);
                }
                Expr::Exists { query, .. } => visitor.query(query),
                Expr::Like(like) => {
                    visitor.expr(& $($m)? like.expr);
                    visitor.expr(& $($m)? like.pattern);
                }
                Expr::Case { operand, branches, otherwise } => {
                    if let Some(operand) = operand.$as_deref() {
                        visitor.expr(operand);
                    }
                    for (when, then) in branches {
                        visitor.expr(when);
                        visitor.expr(then);
                    }
                    if let Some(otherwise) = otherwise.$as_deref() {
                        visitor.expr(otherwise);
                    }
                }
                Expr::Call(call) => {
                    $each_expr(visitor, & $($m)? call.args);
                    if let Some(filter) = & $($m)? call.filter {
                        visitor.expr(filter);
                    }
                    if let Some(Window { partition_by, order_by, .. }) = & $($m)? call.over {
                        $each_expr(visitor, partition_by);
                        for OrderBy { expr, .. } in order_by {
                            visitor.expr(expr);
                        }
                    }
                }
                Expr::Subquery(query) => visitor.query(query),
                Expr::Row(list) => $each_expr(visitor, list),
            }
        }

        fn $each_expr<V: $visitor + ?Sized>(visitor: &mut V, list: & $($m)? [Expr]) {
            for expr in list {
                visitor.expr(expr);
            }
        }

        /// What is inside a query.
        pub fn $query<V: $visitor + ?Sized>(visitor: &mut V, query: & $($m)? Query) {
            for Cte { query, .. } in & $($m)? query.ctes {
                visitor.query(query);
            }
            visitor.body(& $($m)? query.body);
            for OrderBy { expr, .. } in & $($m)? query.order_by {
                visitor.expr(expr);
            }
            for expr in query.limit.$iter() {
                visitor.expr(expr);
            }
            for expr in query.offset.$iter() {
                visitor.expr(expr);
            }
        }

        /// What is inside a query's rows.
        pub fn $body<V: $visitor + ?Sized>(visitor: &mut V, body: & $($m)? QueryBody) {
            match body {
                QueryBody::Select(select) => visitor.select(select),
                QueryBody::Values(rows) => {
                    for row in rows {
                        $each_expr(visitor, row);
                    }
                }
                QueryBody::SetOp { left, right, .. } => {
                    visitor.body(left);
                    visitor.body(right);
                }
                QueryBody::Nested(query) => visitor.query(query),
            }
        }

        /// What is inside a SELECT, FROM first.
        pub fn $select<V: $visitor + ?Sized>(visitor: &mut V, select: & $($m)? Select) {
            for Join { factor, on, .. } in & $($m)? select.from {
                visitor.factor(factor);
                for on in on.$iter() {
                    visitor.expr(on);
                }
            }
            for item in & $($m)? select.items {
                if let SelectItem::Expr { expr, .. } = item {
                    visitor.expr(expr);
                }
            }
            for filter in select.filter.$iter() {
                visitor.expr(filter);
            }
            $each_expr(visitor, & $($m)? select.group_by);
            for having in select.having.$iter() {
                visitor.expr(having);
            }
        }

        /// What is inside a table of FROM.
        pub fn $factor<V: $visitor + ?Sized>(visitor: &mut V, factor: & $($m)? TableFactor) {
            match factor {
                TableFactor::Table { name, .. } => visitor.table(name),
                TableFactor::Query { query, .. } => visitor.query(query),
                TableFactor::JsonEach { json, path, .. } => {
                    visitor.expr(json);
                    for path in path.$iter() {
                        visitor.expr(path);
                    }
                }
            }
        }

        /// What is inside a data statement.
        pub fn $statement<V: $visitor + ?Sized>(visitor: &mut V, statement: & $($m)? Statement) {
            match statement {
                Statement::Insert(Insert { table, source, on_conflict, .. }) => {
                    visitor.table(table);
                    for query in source.$iter() {
                        visitor.query(query);
                    }
                    if let OnConflict::Update { set, filter, .. } = on_conflict {
                        for (_, value) in set {
                            visitor.expr(value);
                        }
                        for filter in filter.$iter() {
                            visitor.expr(filter);
                        }
                    }
                }
                Statement::Update(Update { table, set, from, filter, .. }) => {
                    visitor.table(table);
                    for Join { factor, on, .. } in from {
                        visitor.factor(factor);
                        for on in on.$iter() {
                            visitor.expr(on);
                        }
                    }
                    for (_, value) in set {
                        visitor.expr(value);
                    }
                    for filter in filter.$iter() {
                        visitor.expr(filter);
                    }
                }
                Statement::Delete(Delete { table, using, filter, .. }) => {
                    visitor.table(table);
                    for Join { factor, on, .. } in using {
                        visitor.factor(factor);
                        for on in on.$iter() {
                            visitor.expr(on);
                        }
                    }
                    for filter in filter.$iter() {
                        visitor.expr(filter);
                    }
                }
                Statement::Raise { condition, .. } => {
                    for condition in condition.$iter() {
                        visitor.expr(condition);
                    }
                }
                _ => {}
            }
        }
    };
}

walks!(
    /// Reads what it meets.
    Visit, walk_exprs, (), iter, as_deref,
    walk_expr, walk_query, walk_body, walk_select, walk_factor, walk_statement
);
walks!(
    /// Changes what it meets.
    VisitMut, mut_exprs, (mut), iter_mut, as_deref_mut,
    mut_expr, mut_query, mut_body, mut_select, mut_factor, mut_statement
);

impl Expr {
    /// Calls `each` with every expression in it, itself first, those of
    /// queries among them.
    pub fn for_each(&self, each: &mut dyn FnMut(&Expr)) {
        struct Each<'a>(&'a mut dyn FnMut(&Expr));
        impl Visit for Each<'_> {
            fn expr(&mut self, expr: &Expr) {
                (self.0)(expr);
                walk_expr(self, expr);
            }
        }
        Each(each).expr(self);
    }

    /// Calls `each` with every expression in it, itself last, those of
    /// queries among them.
    pub fn for_each_mut(&mut self, each: &mut dyn FnMut(&mut Expr)) {
        struct Each<'a>(&'a mut dyn FnMut(&mut Expr));
        impl VisitMut for Each<'_> {
            fn expr(&mut self, expr: &mut Expr) {
                mut_expr(self, expr);
                (self.0)(expr);
            }
        }
        Each(each).expr(self);
    }

    /// Whether it mentions a column of that name, of whichever table.
    pub fn mentions(&self, name: &Name) -> bool {
        let mut found = false;
        self.for_each(&mut |expr| {
            found |= matches!(expr, Expr::Column { column, .. } if column == name);
        });
        found
    }

    /// The columns it mentions, each once, in order.
    pub fn columns(&self) -> Vec<Name> {
        let mut columns: Vec<Name> = Vec::new();
        self.for_each(&mut |expr| {
            if let Expr::Column { column, .. } = expr
                && !columns.contains(column)
            {
                columns.push(column.clone());
            }
        });
        columns
    }
}
