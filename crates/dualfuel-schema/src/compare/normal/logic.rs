//! Conditions: NOT, AND, OR, comparisons, BETWEEN, IN and LIKE.

use super::{Normal, constant};
use crate::{
    compare::show::show,
    model::{BinaryOp, Call, DataType, Expr, Family, Function, Like, Literal, Table, UnaryOp},
};

impl Normal<'_> {
    /// A condition, or its opposite.
    pub(super) fn condition(&self, expr: &Expr, negated: bool) -> Expr {
        let Some(inner) = self.inside() else {
            return if negated {
                not(expr.clone())
            } else {
                expr.clone()
            };
        };
        match expr {
            Expr::Unary {
                op: UnaryOp::Not,
                expr,
            } => inner.condition(expr, !negated),
            Expr::Binary {
                left,
                op: op @ (BinaryOp::And | BinaryOp::Or),
                right,
            } => {
                let operands = chain(left, *op, right)
                    .into_iter()
                    .map(|operand| inner.condition(operand, negated))
                    .collect();
                combine(if negated { dual(*op) } else { *op }, operands)
            }
            Expr::Literal(Literal::Integer(value)) => boolean((*value != 0) != negated),
            Expr::Case {
                operand,
                branches,
                otherwise,
            } => {
                let form = inner.case(operand.as_deref(), branches, otherwise.as_deref(), true);
                if negated { not(form) } else { form }
            }
            other => {
                let form = inner.value(other);
                let form = self.truth(form);
                if negated { self.opposite(form) } else { form }
            }
        }
    }

    /// A value that stands for a condition: a number is true when it is not 0.
    fn truth(&self, form: Expr) -> Expr {
        match self.family(&form) {
            Some(Family::Integer | Family::Number) if constant::literal(&form).is_none() => {
                Expr::binary(form, BinaryOp::NotEq, Expr::integer(0))
            }
            _ => form,
        }
    }

    /// The opposite of a normal condition, unknown where it is unknown.
    fn opposite(&self, form: Expr) -> Expr {
        let Some(inner) = self.inside() else {
            return not(form);
        };
        match form {
            Expr::Literal(Literal::Boolean(value)) => boolean(!value),
            Expr::Unary {
                op: UnaryOp::Not,
                expr,
            } => *expr,
            Expr::Binary {
                ref left,
                op: op @ (BinaryOp::And | BinaryOp::Or),
                ref right,
            } => {
                let operands = chain(left, op, right)
                    .into_iter()
                    .map(|operand| inner.opposite(operand.clone()))
                    .collect();
                combine(dual(op), operands)
            }
            Expr::Binary { left, op, right } => match complement(op) {
                Some(op) => Expr::Binary { left, op, right },
                None => not(Expr::Binary { left, op, right }),
            },
            Expr::IsNull { expr, negated } => Expr::IsNull {
                expr,
                negated: !negated,
            },
            Expr::InList {
                expr,
                negated,
                list,
            } => Expr::InList {
                expr,
                negated: !negated,
                list,
            },
            Expr::InQuery {
                expr,
                negated,
                query,
            } => Expr::InQuery {
                expr,
                negated: !negated,
                query,
            },
            Expr::Exists { negated, query } => Expr::Exists {
                negated: !negated,
                query,
            },
            Expr::Like(like) => Expr::Like(Box::new(Like {
                negated: !like.negated,
                ..*like
            })),
            other => not(other),
        }
    }

    /// `left op right` for an operator that compares.
    pub(super) fn comparison(&self, left: &Expr, op: BinaryOp, right: &Expr) -> Expr {
        self.compared(self.value(left), op, self.value(right))
    }

    /// The same for operands in normal form.
    fn compared(&self, left: Expr, op: BinaryOp, right: Expr) -> Expr {
        let is_folded = |expr: &Expr| matches!(expr, Expr::CollateNoCase(_));
        let (left, right) = if is_folded(&left) || is_folded(&right) {
            (self.folded(left), self.folded(right))
        } else {
            (left, right)
        };
        let (left, right) = self.alike(left, right);
        let negated = op == BinaryOp::IsNot;
        if matches!(op, BinaryOp::Is | BinaryOp::IsNot) {
            if right.is_null_literal() {
                let expr = Box::new(left);
                return Expr::IsNull { expr, negated };
            }
            if left.is_null_literal() {
                let expr = Box::new(right);
                return Expr::IsNull { expr, negated };
            }
        }
        let (left, op, right) = oriented(left, op, right);
        if let (BinaryOp::Eq | BinaryOp::NotEq, Expr::Literal(Literal::Boolean(value))) =
            (op, &right)
            && self.family(&left) == Some(Family::Boolean)
        {
            return if *value == (op == BinaryOp::Eq) {
                left
            } else {
                self.opposite(left)
            };
        }
        Expr::binary(left, op, right)
    }

    /// Folded to lower case, as a call of `lower` is in normal form.
    fn folded(&self, expr: Expr) -> Expr {
        let expr = match expr {
            Expr::CollateNoCase(inner) => *inner,
            other => other,
        };
        lowered(self.without_text_cast(expr))
    }

    /// Two operands as one type: constants as the other's, and without the
    /// casts by which an engine makes them so.
    fn alike(&self, left: Expr, right: Expr) -> (Expr, Expr) {
        let (left, right) = self.uncast(left, right);
        let left = self.without_widening(left, &right);
        let right = self.without_widening(right, &left);
        let (of_left, of_right) = (self.family(&left), self.family(&right));
        match (constant::literal(&left), constant::literal(&right)) {
            (None, Some(_)) => {
                let right = self.beside(right, &left, of_left);
                (left, right)
            }
            (Some(_), None) => {
                let left = self.beside(left, &right, of_right);
                (left, right)
            }
            (Some(_), Some(_)) => fractions(left, right),
            _ => (left, right),
        }
    }

    /// A constant beside a value of its type needs no cast.
    fn uncast(&self, left: Expr, right: Expr) -> (Expr, Expr) {
        let (of_left, of_right) = (self.family(&left), self.family(&right));
        let bare = |expr: Expr, beside: &Expr, family: Option<Family>| match expr {
            Expr::Cast {
                expr: inner,
                ref data_type,
            } if constant::literal(&inner).is_some_and(|literal| {
                // One that the cast does not change.
                constant::converted(literal.clone(), data_type).is_some()
            }) && constant::literal(beside).is_none()
                && !matches!(beside, Expr::Cast { .. })
                && family.is_some_and(|family| converts(data_type.family(), family)) =>
            {
                *inner
            }
            other => other,
        };
        let bared = bare(left, &right, of_right);
        let right = bare(right, &bared, of_left);
        (bared, right)
    }

    /// A constant beside a value of a family.
    fn beside(&self, constant: Expr, other: &Expr, family: Option<Family>) -> Expr {
        let (Expr::Literal(literal), Some(family)) = (&constant, family) else {
            return constant;
        };
        // SQLite converts for a column, and for nothing else.
        let converts = match literal {
            Literal::Text(_) => {
                !matches!(family, Family::Integer | Family::Number) || self.is_column(other)
            }
            _ => true,
        };
        match literal {
            Literal::Integer(value) if family == Family::Text && self.is_column(other) => {
                Expr::text(value.to_string())
            }
            literal if converts => Expr::Literal(constant::of_family(literal.clone(), family)),
            _ => constant,
        }
    }

    fn is_column(&self, expr: &Expr) -> bool {
        self.column_type(expr).is_some()
    }

    /// Without a cast of an integer to a number, where the other side is a
    /// number that makes one of it anyhow, or is one by a cast as well.
    pub(super) fn without_widening(&self, expr: Expr, other: &Expr) -> Expr {
        match expr {
            Expr::Cast {
                expr: inner,
                ref data_type,
            } if matches!(
                data_type,
                DataType::Real | DataType::Double | DataType::Numeric(None)
            ) && self.family(&inner) == Some(Family::Integer)
                && self.family(other) == Some(Family::Number)
                && !matches!(other, Expr::Cast { .. }) =>
            {
                *inner
            }
            Expr::Cast {
                expr: inner,
                data_type: DataType::BigInt,
            } if self.family(&inner) == Some(Family::Boolean)
                && self.family(other) == Some(Family::Integer) =>
            {
                *inner
            }
            other => other,
        }
    }

    pub(super) fn between(&self, expr: &Expr, negated: bool, low: &Expr, high: &Expr) -> Expr {
        let (expr, low, high) = (self.value(expr), self.value(low), self.value(high));
        if is_large(&expr) {
            return Expr::Between {
                expr: Box::new(expr),
                negated,
                low: Box::new(low),
                high: Box::new(high),
            };
        }
        let (from, to, chain) = if negated {
            (BinaryOp::Lt, BinaryOp::Gt, BinaryOp::Or)
        } else {
            (BinaryOp::GtEq, BinaryOp::LtEq, BinaryOp::And)
        };
        let from = self.compared(expr.clone(), from, low);
        combine(chain, vec![from, self.compared(expr, to, high)])
    }

    /// IN is a chain of comparisons, which [`combine`] makes one list again.
    pub(super) fn in_list(&self, expr: &Expr, negated: bool, list: &[Expr]) -> Expr {
        let (op, chain) = if negated {
            (BinaryOp::NotEq, BinaryOp::And)
        } else {
            (BinaryOp::Eq, BinaryOp::Or)
        };
        let expr = self.value(expr);
        let items = list.iter().map(|item| self.value(item));
        if matches!(expr, Expr::Row(_)) || list.is_empty() || is_large(&expr) {
            return Expr::InList {
                list: items.collect(),
                expr: Box::new(expr),
                negated,
            };
        }
        combine(
            chain,
            items
                .map(|item| self.compared(expr.clone(), op, item))
                .collect(),
        )
    }

    pub(super) fn like(&self, like: &Like) -> Expr {
        let expr = self.without_text_cast(self.value(&like.expr));
        let pattern = self.without_text_cast(self.value(&like.pattern));
        // SQLite's LIKE and GLOB ask no collation.
        let plain = |expr| match expr {
            Expr::CollateNoCase(inner) => *inner,
            expr => expr,
        };
        let (expr, pattern) = (plain(expr), plain(pattern));
        let (expr, pattern) = if like.case_insensitive {
            (self.folded(expr), self.folded(pattern))
        } else {
            (expr, pattern)
        };
        let (pattern, escape) = match pattern {
            Expr::Literal(Literal::Text(text)) => {
                let (text, escape) = plain_pattern(&text, like.escape);
                (Expr::text(text), escape)
            }
            other => (other, like.escape),
        };
        let expr = match (expr, &pattern) {
            // A pattern without letters does not see their case.
            (Expr::Call(call), Expr::Literal(Literal::Text(text)))
                if call.function == Function::Lower
                    && text.is_ascii()
                    && !text.bytes().any(|b| b.is_ascii_alphabetic()) =>
            {
                match <[Expr; 1]>::try_from(call.args) {
                    Ok([inner]) => inner,
                    Err(args) => Expr::call(Function::Lower, args),
                }
            }
            (expr, _) => expr,
        };
        Expr::Like(Box::new(Like {
            expr,
            pattern,
            negated: like.negated,
            escape,
            case_insensitive: false,
        }))
    }
}

/// Folded to lower case, as NOCASE compares.
pub(in crate::compare) fn lowered(expr: Expr) -> Expr {
    match expr {
        Expr::CollateNoCase(inner) => lowered(*inner),
        Expr::Literal(Literal::Text(text)) => Expr::text(text.to_ascii_lowercase()),
        Expr::Literal(other) => Expr::Literal(other),
        Expr::Call(call) if call.function == Function::Lower => Expr::Call(call),
        other => Expr::Call(Box::new(Call::new(Function::Lower, vec![other]))),
    }
}

/// The operands of a chain of one operator, without recursion: a CHECK may
/// have hundreds.
pub(super) fn chain<'e>(left: &'e Expr, op: BinaryOp, right: &'e Expr) -> Vec<&'e Expr> {
    let mut operands = Vec::new();
    let mut rest = vec![right, left];
    while let Some(expr) = rest.pop() {
        match expr {
            Expr::Binary {
                left,
                op: inner,
                right,
            } if *inner == op => rest.extend([&**right, &**left]),
            other => operands.push(other),
        }
    }
    operands
}

/// AND or OR over normal operands.
pub(super) fn combine(op: BinaryOp, operands: Vec<Expr>) -> Expr {
    let and = op == BinaryOp::And;
    let mut flat = Vec::new();
    for operand in &operands {
        match operand {
            Expr::Binary {
                left,
                op: inner,
                right,
            } if *inner == op => flat.extend(chain(left, op, right).into_iter().cloned()),
            other => flat.push(other.clone()),
        }
    }
    flat.retain(|operand| *operand != boolean(and));
    if flat.contains(&boolean(!and)) {
        return boolean(!and);
    }
    let mut keyed: Vec<(String, Expr)> = merged(and, flat)
        .into_iter()
        .map(|operand| (show(&operand), operand))
        .collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    keyed.dedup_by(|a, b| a.1 == b.1);
    keyed
        .into_iter()
        .map(|(_, operand)| operand)
        .reduce(|left, right| Expr::binary(left, op, right))
        .unwrap_or_else(|| boolean(and))
}

/// Comparisons of one operand with constants as one IN (under AND: NOT IN).
fn merged(and: bool, operands: Vec<Expr>) -> Vec<Expr> {
    let mut rest = Vec::new();
    let mut lists: Vec<(Expr, Vec<Expr>)> = Vec::new();
    for operand in operands {
        let (expr, mut values) = match operand {
            Expr::Binary { left, op, right }
                if op == (if and { BinaryOp::NotEq } else { BinaryOp::Eq })
                    && constant::literal(&right).is_some()
                    && constant::literal(&left).is_none() =>
            {
                (*left, vec![*right])
            }
            Expr::InList {
                expr,
                negated,
                list,
            } if negated == and && list.iter().all(|item| constant::literal(item).is_some()) => {
                (*expr, list)
            }
            other => {
                rest.push(other);
                continue;
            }
        };
        match lists.iter_mut().find(|(of, _)| *of == expr) {
            Some((_, list)) => list.append(&mut values),
            None => lists.push((expr, values)),
        }
    }
    rest.extend(
        lists
            .into_iter()
            .map(|(expr, list)| listed(expr, and, list)),
    );
    rest
}

/// `expr [NOT] IN (list)` with the list in order, or one comparison.
fn listed(expr: Expr, negated: bool, mut list: Vec<Expr>) -> Expr {
    list.sort_by_cached_key(show);
    list.dedup();
    match <[Expr; 1]>::try_from(list) {
        Ok([only]) => {
            let op = if negated {
                BinaryOp::NotEq
            } else {
                BinaryOp::Eq
            };
            Expr::binary(expr, op, only)
        }
        Err(list) => Expr::InList {
            expr: Box::new(expr),
            negated,
            list,
        },
    }
}

/// With the constant on the right, or else in the order of their text.
fn oriented(left: Expr, op: BinaryOp, right: Expr) -> (Expr, BinaryOp, Expr) {
    let constants = (
        constant::literal(&left).is_some(),
        constant::literal(&right).is_some(),
    );
    let swap = match constants {
        (true, false) => true,
        (false, true) => false,
        _ => show(&left) > show(&right),
    };
    match mirrored(op) {
        Some(mirror) if swap => (right, mirror, left),
        _ => (left, op, right),
    }
}

/// The operator for swapped operands.
fn mirrored(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::LtEq => BinaryOp::GtEq,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::GtEq => BinaryOp::LtEq,
        BinaryOp::Eq | BinaryOp::NotEq | BinaryOp::Is | BinaryOp::IsNot => op,
        _ => return None,
    })
}

/// The operator that is true where this one is false.
fn complement(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Eq => BinaryOp::NotEq,
        BinaryOp::NotEq => BinaryOp::Eq,
        BinaryOp::Lt => BinaryOp::GtEq,
        BinaryOp::LtEq => BinaryOp::Gt,
        BinaryOp::Gt => BinaryOp::LtEq,
        BinaryOp::GtEq => BinaryOp::Lt,
        BinaryOp::Is => BinaryOp::IsNot,
        BinaryOp::IsNot => BinaryOp::Is,
        _ => return None,
    })
}

fn dual(op: BinaryOp) -> BinaryOp {
    if op == BinaryOp::And {
        BinaryOp::Or
    } else {
        BinaryOp::And
    }
}

/// Whether an expression is too large to be written twice: one inside
/// another of its kind would double with each.
fn is_large(expr: &Expr) -> bool {
    let mut nodes = 0;
    expr.for_each(&mut |_| nodes += 1);
    nodes > 40
}

fn not(expr: Expr) -> Expr {
    Expr::Unary {
        op: UnaryOp::Not,
        expr: Box::new(expr),
    }
}

pub(in crate::compare) fn boolean(value: bool) -> Expr {
    Expr::Literal(Literal::Boolean(value))
}

/// Whether a constant of one family, beside a value of the other, is one of
/// the other.
fn converts(from: Family, to: Family) -> bool {
    let dated = |family| {
        matches!(
            family,
            Family::Date | Family::Timestamp | Family::TimestampTz
        )
    };
    let counted = |family| matches!(family, Family::Integer | Family::Number);
    from == to || (dated(from) && dated(to)) || (counted(from) && counted(to))
}

/// Two constants, of which both have a fraction where one has: `1` beside
/// `1.5` is `1.0`.
pub(super) fn fractions(left: Expr, right: Expr) -> (Expr, Expr) {
    let fraction = |expr: &Expr| matches!(expr, Expr::Literal(Literal::Number(_)));
    let with = |expr: Expr, other: bool| match expr {
        Expr::Literal(Literal::Integer(value)) if other => {
            let text = constant::number(&value.to_string());
            Expr::Literal(text.map_or(Literal::Integer(value), Literal::Number))
        }
        expr => expr,
    };
    let (of_left, of_right) = (fraction(&left), fraction(&right));
    (with(left, of_right), with(right, of_left))
}

/// A pattern with `\` for its escape, and with none where nothing is escaped.
fn plain_pattern(pattern: &str, escape: Option<char>) -> (String, Option<char>) {
    // What stands for itself, and whether it would be a wildcard otherwise.
    let mut out = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if Some(c) == escape {
            match chars.next() {
                Some(next) => out.push((next, true)),
                None => return (pattern.to_owned(), escape),
            }
        } else {
            out.push((c, false));
        }
    }
    let needed = out
        .iter()
        .any(|(c, literal)| *literal && matches!(c, '%' | '_'));
    let mut text = String::with_capacity(pattern.len());
    for (c, literal) in out {
        let wild = matches!(c, '%' | '_');
        if needed && ((literal && wild) || c == '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    (text, needed.then_some('\\'))
}

/// A condition of a CHECK without what the columns' types say already: it
/// must only not be false, so where a part is true or unknown for every row
/// and stands under no NOT, it is as good as true.
pub(in crate::compare) fn implied(table: &Table, form: &Expr) -> Expr {
    match form {
        form if is_implied(table, form) => boolean(true),
        Expr::Binary {
            left,
            op: op @ (BinaryOp::And | BinaryOp::Or),
            right,
        } => {
            let operands = chain(left, *op, right)
                .into_iter()
                .map(|operand| implied(table, operand))
                .collect();
            combine(*op, operands)
        }
        form => form.clone(),
    }
}

fn is_implied(table: &Table, form: &Expr) -> bool {
    let of_type = |expr: &Expr, family: Family| match expr {
        Expr::Column {
            table: None,
            column,
        } => table
            .column(column)
            .is_some_and(|column| column.data_type.family() == family),
        _ => false,
    };
    match form {
        Expr::InList {
            expr,
            negated: false,
            list,
        } => {
            of_type(expr, Family::Boolean)
                && [true, false].iter().all(|b| list.contains(&boolean(*b)))
        }
        // What `flag IN (0, 1)` is for a type that has but two values.
        Expr::Binary {
            left,
            op: BinaryOp::Or,
            right,
        } => {
            let operands = chain(left, BinaryOp::Or, right);
            operands.iter().any(|operand| {
                of_type(operand, Family::Boolean) && operands.contains(&&not((*operand).clone()))
            })
        }
        Expr::Call(call) => {
            call.function == Function::JsonValid
                && matches!(call.args.as_slice(), [arg] if of_type(arg, Family::Json))
        }
        _ => false,
    }
}
