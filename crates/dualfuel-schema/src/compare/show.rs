//! Expressions as a person reads them, in a spelling close to SQLite's.
//!
//! Only for reports, canonical JSON and sorting: no engine reads it. Every
//! operand that is not a name, a constant or a call has parentheses, so two
//! expressions are spelled alike only when they are alike.

use std::fmt::{self, Display, Formatter};

use crate::model::{
    BinaryOp, Call, Expr, FrameBound, Function, Like, Literal, Name, OrderBy, UnaryOp, Window,
};

/// The expression's text.
pub(crate) fn show(expr: &Expr) -> String {
    Shown(expr).to_string()
}

/// What is deeper than this is not spelled out.
const DEPTH: usize = 300;

struct Shown<'a>(&'a Expr);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(f, self.0, DEPTH)
    }
}

fn write(f: &mut Formatter<'_>, expr: &Expr, depth: usize) -> fmt::Result {
    let Some(depth) = depth.checked_sub(1) else {
        return f.write_str("..");
    };
    match expr {
        Expr::Literal(literal) => write_literal(f, literal),
        Expr::Column { table, column } => {
            if let Some(table) = table {
                write_name(f, table)?;
                f.write_str(".")?;
            }
            write_name(f, column)
        }
        Expr::Unary { op, expr } => {
            f.write_str(match op {
                UnaryOp::Not => "NOT ",
                UnaryOp::Minus => "-",
                UnaryOp::Plus => "+",
                UnaryOp::BitNot => "~",
            })?;
            operand(f, expr, depth)
        }
        Expr::Binary { left, op, right } => write_binary(f, left, *op, right, depth),
        Expr::IsNull { expr, negated } => {
            operand(f, expr, depth)?;
            f.write_str(if *negated { " IS NOT NULL" } else { " IS NULL" })
        }
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => {
            operand(f, expr, depth)?;
            f.write_str(not(*negated))?;
            f.write_str(" BETWEEN ")?;
            operand(f, low, depth)?;
            f.write_str(" AND ")?;
            operand(f, high, depth)
        }
        Expr::InList {
            expr,
            negated,
            list: values,
        } => {
            operand(f, expr, depth)?;
            f.write_str(not(*negated))?;
            f.write_str(" IN (")?;
            list(f, values, depth)?;
            f.write_str(")")
        }
        Expr::InQuery {
            expr,
            negated,
            query,
        } => {
            operand(f, expr, depth)?;
            write!(f, "{} IN (SELECT {query:?})", not(*negated))
        }
        Expr::Exists { negated, query } => {
            f.write_str(not(*negated).trim_start())?;
            write!(f, " EXISTS (SELECT {query:?})")
        }
        Expr::Like(like) => write_like(f, like, depth),
        Expr::Case {
            operand: subject,
            branches,
            otherwise,
        } => {
            f.write_str("CASE")?;
            if let Some(subject) = subject {
                f.write_str(" ")?;
                operand(f, subject, depth)?;
            }
            for (when, then) in branches {
                f.write_str(" WHEN ")?;
                write(f, when, depth)?;
                f.write_str(" THEN ")?;
                write(f, then, depth)?;
            }
            if let Some(otherwise) = otherwise {
                f.write_str(" ELSE ")?;
                write(f, otherwise, depth)?;
            }
            f.write_str(" END")
        }
        Expr::Cast { expr, data_type } => {
            f.write_str("CAST(")?;
            write(f, expr, depth)?;
            write!(f, " AS {data_type})")
        }
        Expr::CollateNoCase(expr) => {
            operand(f, expr, depth)?;
            f.write_str(" COLLATE NOCASE")
        }
        Expr::Call(call) => write_call(f, call, depth),
        Expr::Subquery(query) => write!(f, "(SELECT {query:?})"),
        Expr::Row(values) => {
            f.write_str("(")?;
            list(f, values, depth)?;
            f.write_str(")")
        }
        Expr::Opaque { text, .. } => f.write_str(&one_line(text)),
    }
}

/// Chains of AND, OR and `||` without parentheses: they are as long as their
/// CHECK, and their order says nothing.
fn write_binary(
    f: &mut Formatter<'_>,
    left: &Expr,
    op: BinaryOp,
    right: &Expr,
    depth: usize,
) -> fmt::Result {
    let chains = matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Concat);
    let mut operands = vec![right];
    let mut first = left;
    while let Expr::Binary {
        left,
        op: inner,
        right,
    } = first
        && chains
        && *inner == op
    {
        operands.push(right);
        first = left;
    }
    operands.push(first);
    for (place, expr) in operands.into_iter().rev().enumerate() {
        if place > 0 {
            write!(f, " {} ", symbol(op))?;
        }
        operand(f, expr, depth)?;
    }
    Ok(())
}

fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::And => "AND",
        BinaryOp::Or => "OR",
        BinaryOp::Eq => "=",
        BinaryOp::NotEq => "<>",
        BinaryOp::Lt => "<",
        BinaryOp::LtEq => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::GtEq => ">=",
        BinaryOp::Is => "IS",
        BinaryOp::IsNot => "IS NOT",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
        BinaryOp::Concat => "||",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
    }
}

fn not(negated: bool) -> &'static str {
    if negated { " NOT" } else { "" }
}

/// An expression beside an operator.
fn operand(f: &mut Formatter<'_>, expr: &Expr, depth: usize) -> fmt::Result {
    let plain = match expr {
        Expr::Literal(_)
        | Expr::Column { .. }
        | Expr::Cast { .. }
        | Expr::Case { .. }
        | Expr::Subquery(_)
        | Expr::Row(_) => true,
        Expr::Call(call) => call.over.is_none() && call.filter.is_none(),
        _ => false,
    };
    if plain {
        return write(f, expr, depth);
    }
    f.write_str("(")?;
    write(f, expr, depth)?;
    f.write_str(")")
}

fn list(f: &mut Formatter<'_>, values: &[Expr], depth: usize) -> fmt::Result {
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        write(f, value, depth)?;
    }
    Ok(())
}

fn write_like(f: &mut Formatter<'_>, like: &Like, depth: usize) -> fmt::Result {
    operand(f, &like.expr, depth)?;
    f.write_str(not(like.negated))?;
    f.write_str(if like.case_insensitive {
        " ILIKE "
    } else {
        " LIKE "
    })?;
    operand(f, &like.pattern, depth)?;
    match like.escape {
        Some(escape) => write!(f, " ESCAPE '{escape}'"),
        None => Ok(()),
    }
}

fn write_call(f: &mut Formatter<'_>, call: &Call, depth: usize) -> fmt::Result {
    let Call {
        function,
        args,
        distinct,
        filter,
        over,
    } = call;
    f.write_str(&function_name(*function))?;
    if args.is_empty() && is_keyword(*function) {
        return Ok(());
    }
    f.write_str(if *distinct { "(DISTINCT " } else { "(" })?;
    list(f, args, depth)?;
    f.write_str(")")?;
    if let Some(filter) = filter {
        f.write_str(" FILTER (WHERE ")?;
        write(f, filter, depth)?;
        f.write_str(")")?;
    }
    match over {
        Some(over) => write_window(f, over, depth),
        None => Ok(()),
    }
}

fn write_window(f: &mut Formatter<'_>, window: &Window, depth: usize) -> fmt::Result {
    f.write_str(" OVER (PARTITION BY ")?;
    list(f, &window.partition_by, depth)?;
    f.write_str(" ORDER BY ")?;
    for OrderBy {
        expr,
        descending,
        nulls_first,
    } in &window.order_by
    {
        operand(f, expr, depth)?;
        write!(f, " {descending} {nulls_first:?},")?;
    }
    if let Some(frame) = &window.frame {
        let bound = |bound: &FrameBound| format!("{bound:?}");
        let end = frame.end.as_ref().map(bound);
        write!(f, " {:?} {} {end:?}", frame.units, bound(&frame.start))?;
    }
    f.write_str(")")
}

/// The function's name as the model's JSON has it: `json_extract`.
fn function_name(function: Function) -> String {
    match function {
        Function::CurrentDate => "CURRENT_DATE".to_owned(),
        Function::CurrentTime => "CURRENT_TIME".to_owned(),
        Function::CurrentTimestamp => "CURRENT_TIMESTAMP".to_owned(),
        other => serde_json::to_value(other)
            .ok()
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_else(|| format!("{other:?}")),
    }
}

fn is_keyword(function: Function) -> bool {
    matches!(
        function,
        Function::CurrentDate | Function::CurrentTime | Function::CurrentTimestamp
    )
}

fn write_literal(f: &mut Formatter<'_>, literal: &Literal) -> fmt::Result {
    match literal {
        Literal::Null => f.write_str("NULL"),
        Literal::Boolean(true) => f.write_str("TRUE"),
        Literal::Boolean(false) => f.write_str("FALSE"),
        Literal::Integer(value) => write!(f, "{value}"),
        Literal::Number(text) => f.write_str(text),
        Literal::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
        Literal::Blob(bytes) => {
            f.write_str("x'")?;
            for byte in bytes {
                write!(f, "{byte:02x}")?;
            }
            f.write_str("'")
        }
    }
}

/// Names equal but for case are one name, and so spelled as one.
fn write_name(f: &mut Formatter<'_>, name: &Name) -> fmt::Result {
    let folded = name.folded();
    let plain = !folded.is_empty()
        && !folded.starts_with(|c: char| c.is_ascii_digit())
        && folded
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain {
        f.write_str(&folded)
    } else {
        write!(f, "\"{}\"", folded.replace('"', "\"\""))
    }
}

/// Text with every run of blanks as one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
