//! Functions: each engine's names for those of the model.

use sqlparser::ast::{
    DuplicateTreatment, Expr as Sql, Function as SqlFunction, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArgumentList, FunctionArguments, Spanned, WindowFrame,
    WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType,
};

use super::{
    expr::uncast_text,
    idiom, pattern,
    reader::{Read, Reader},
    rendered,
};
use crate::{
    Dialect,
    model::{
        BinaryOp, Call, Expr, Frame, FrameBound, FrameUnits, Function, Literal, UnaryOp, Window,
    },
};

/// A call of `sqlparser`.
pub(super) fn call(reader: &mut Reader<'_>, sql: &Sql, call: &SqlFunction) -> Read<Expr> {
    let SqlFunction {
        name,
        uses_odbc_syntax: _,
        parameters,
        args,
        within_group,
        filter,
        null_treatment,
        over,
    } = call;
    let name = plain_name(&name.to_string());
    if !matches!(parameters, FunctionArguments::None)
        || !within_group.is_empty()
        || null_treatment.is_some()
    {
        return Err(reader.no(sql, &format!("this form of `{name}`")));
    }
    let (mut args, distinct, separator) = arguments(reader, sql, &name, args)?;
    args.extend(separator);
    let filter = match filter {
        Some(filter) => Some(reader.lift(filter)?),
        None => None,
    };
    let over = match over {
        Some(window) => Some(lift_window(reader, sql, window)?),
        None => None,
    };
    let plain = !distinct && filter.is_none() && over.is_none();
    if plain && let Some(expr) = spelled_out(reader, sql, &name, &args)? {
        return Ok(expr);
    }
    let Some(function) = lookup(reader.dialect, &name, args.len()) else {
        return Err(reader.refuse_at(
            sql.span(),
            format!("the function `{name}` has no equal on the other engines"),
        ));
    };
    // `count(*)` has none, and MariaDB counts 1 instead of `*`.
    Ok(Expr::Call(Box::new(Call {
        function,
        args,
        distinct,
        filter,
        over,
    })))
}

/// Its name in lower case, without PostgreSQL's `pg_catalog`.
fn plain_name(name: &str) -> String {
    let name = name.to_ascii_lowercase().replace(['"', '`'], "");
    match name.strip_prefix("pg_catalog.") {
        Some(name) => name.to_owned(),
        None => name.strip_prefix("public.").unwrap_or(&name).to_owned(),
    }
}

type Arguments = (Vec<Expr>, bool, Option<Expr>);

/// The arguments, whether DISTINCT, and MySQL's SEPARATOR.
fn arguments(
    reader: &mut Reader<'_>,
    sql: &Sql,
    name: &str,
    args: &FunctionArguments,
) -> Read<Arguments> {
    let list = match args {
        FunctionArguments::None => return Ok((Vec::new(), false, None)),
        FunctionArguments::Subquery(_) => {
            return Err(reader.no(sql, "a function of a query"));
        }
        FunctionArguments::List(list) => list,
    };
    let FunctionArgumentList {
        duplicate_treatment,
        args,
        clauses,
    } = list;
    let mut exprs = Vec::new();
    for arg in args {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => exprs.push(reader.lift(expr)?),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if name == "count" => {}
            _ => return Err(reader.no(sql, &format!("this form of `{name}`"))),
        }
    }
    let mut separator = None;
    for clause in clauses {
        match clause {
            FunctionArgumentClause::Separator(value) => {
                separator = Some(reader.literal(sql, value)?);
            }
            _ => return Err(reader.no(sql, &format!("this form of `{name}`"))),
        }
    }
    let distinct = matches!(duplicate_treatment, Some(DuplicateTreatment::Distinct));
    Ok((exprs, distinct, separator))
}

/// Calls that are another expression of the model.
fn spelled_out(
    reader: &mut Reader<'_>,
    sql: &Sql,
    name: &str,
    args: &[Expr],
) -> Read<Option<Expr>> {
    let (name, args) = (name, args.to_vec());
    if let Some(expr) = anywhere(name, &args) {
        return Ok(Some(expr));
    }
    match reader.dialect {
        Dialect::Portable | Dialect::Sqlite => sqlite(reader, sql, name, args),
        Dialect::Postgres => postgres(reader, sql, name, args),
        Dialect::Mysql => mysql(reader, sql, name, args),
    }
}

/// What is spelled alike, whatever the dialect.
fn anywhere(name: &str, args: &[Expr]) -> Option<Expr> {
    let now = |function| Some(Expr::call(function, Vec::new()));
    match (name, args) {
        ("current_timestamp", [] | [Expr::Literal(Literal::Integer(_))]) => {
            now(Function::CurrentTimestamp)
        }
        ("current_date", []) => now(Function::CurrentDate),
        ("current_time", [] | [Expr::Literal(Literal::Integer(_))]) => now(Function::CurrentTime),
        ("if" | "iif", [condition, yes, no]) => Some(Expr::Case {
            operand: None,
            branches: vec![(condition.clone(), yes.clone())],
            otherwise: Some(Box::new(no.clone())),
        }),
        ("iif", [condition, yes]) => Some(Expr::Case {
            operand: None,
            branches: vec![(condition.clone(), yes.clone())],
            otherwise: None,
        }),
        ("mod", [left, right]) => Some(Expr::binary(
            left.clone(),
            BinaryOp::Remainder,
            right.clone(),
        )),
        _ => None,
    }
}

fn sqlite(
    reader: &mut Reader<'_>,
    sql: &Sql,
    name: &str,
    mut args: Vec<Expr>,
) -> Read<Option<Expr>> {
    Ok(match (name, args.as_slice()) {
        ("concat", args) if !args.is_empty() => concat(args.iter().map(or_empty)),
        ("glob", [pattern, text]) => Some(
            pattern::glob(text.clone(), pattern)
                .ok_or_else(|| reader.no(sql, "a GLOB whose pattern is no constant or has a class of another kind than `[a-z]`"))?,
        ),
        ("like", [pattern, text]) => Some(Expr::Like(Box::new(crate::model::Like {
            expr: text.clone(),
            pattern: pattern.clone(),
            negated: false,
            escape: None,
            case_insensitive: true,
        }))),
        // The length of a blob is that of its bytes; `octet_length` came late.
        (
            "length",
            [
                Expr::Cast {
                    expr,
                    data_type: crate::model::DataType::Blob,
                },
            ],
        ) => Some(Expr::call(Function::OctetLength, vec![(**expr).clone()])),
        // Hints for the planner.
        ("likely" | "unlikely", [expr]) => Some(expr.clone()),
        ("likelihood", [expr, _]) => Some(expr.clone()),
        ("unixepoch", [Expr::Literal(Literal::Text(text))])
            if text.eq_ignore_ascii_case("subsec") || text.eq_ignore_ascii_case("subsecond") =>
        {
            Some(Expr::call(
                Function::Unixepoch,
                vec![Expr::text("now"), Expr::text("subsec")],
            ))
        }
        // The time is always UTC: what a server's local time is, is not known here.
        ("date" | "time" | "datetime" | "julianday" | "unixepoch" | "strftime", _) => {
            let local = |arg: &Expr| {
                matches!(arg, Expr::Literal(Literal::Text(text))
                    if text.eq_ignore_ascii_case("localtime"))
            };
            let present = args.iter().any(
                |arg| matches!(arg, Expr::Literal(Literal::Text(text)) if text.eq_ignore_ascii_case("now")),
            );
            if !present || !args.iter().any(local) {
                return Ok(None);
            }
            args.retain(|arg| !local(arg));
            reader.note("local time is taken for UTC, the zone that servers have");
            let Some(function) = lookup(reader.dialect, name, args.len()) else {
                return Ok(None);
            };
            Some(Expr::call(function, args))
        }
        _ => None,
    })
}

fn postgres(reader: &mut Reader<'_>, sql: &Sql, name: &str, args: Vec<Expr>) -> Read<Option<Expr>> {
    let now = |function| Some(Expr::call(function, Vec::new()));
    Ok(match (name, args.as_slice()) {
        (
            "now"
            | "transaction_timestamp"
            | "statement_timestamp"
            | "clock_timestamp"
            | "localtimestamp",
            _,
        ) => now(Function::CurrentTimestamp),
        ("localtime", _) => now(Function::CurrentTime),
        ("timezone", [zone, time])
            if idiom::is_now(time)
                && matches!(uncast_text(zone.clone()), Expr::Literal(Literal::Text(zone))
                    if zone.eq_ignore_ascii_case("utc")) =>
        {
            Some(time.clone())
        }
        ("date_trunc", [unit, time, ..])
            if idiom::is_now(time)
                && matches!(uncast_text(unit.clone()), Expr::Literal(Literal::Text(unit))
                    if unit.eq_ignore_ascii_case("day")) =>
        {
            now(Function::CurrentDate)
        }
        ("random", []) => Some(idiom::random_fraction()),
        // Random bytes as they are lowered: a hash over two random UUIDs.
        ("uuid_send", [Expr::Call(uuid)]) if uuid.function == Function::RandomUuid => {
            Some(Expr::call(Function::Randomblob, vec![Expr::integer(16)]))
        }
        ("sha256", [Expr::Binary { left, .. }]) if matches!(&**left, Expr::Call(bytes) if bytes.function == Function::Randomblob) => {
            Some(Expr::call(Function::Randomblob, vec![Expr::integer(32)]))
        }
        // `to_char` pads no number: `YYYY` and its like are all of fixed width.
        ("to_char", [time, template]) => {
            let template = uncast_text(template.clone());
            let Expr::Literal(Literal::Text(template)) = &template else {
                return Err(reader.no(sql, "to_char with a template that is no constant"));
            };
            let format = pattern::of_to_char(template)
                .ok_or_else(|| reader.no(sql, &format!("the template '{template}'")))?;
            Some(strftime(&format, time))
        }
        ("uuid_send" | "sha256", args) => rendered::hashed(name, args),
        ("date_part", [part, time]) => {
            let part = uncast_text(part.clone());
            let Expr::Literal(Literal::Text(part)) = &part else {
                return Err(reader.no(sql, "date_part of a part that is no constant"));
            };
            idiom::extract(&part.to_ascii_lowercase(), time.clone())
        }
        ("current_setting", [setting, ..])
            if matches!(uncast_text(setting.clone()), Expr::Literal(Literal::Text(setting))
                if setting == "dualfuel.org_id") =>
        {
            now(Function::CurrentOrg)
        }
        ("encode", [bytes, format])
            if matches!(uncast_text(format.clone()), Expr::Literal(Literal::Text(format))
                if format == "hex") =>
        {
            let hex = Expr::call(Function::Hex, vec![bytes.clone()]);
            Some(Expr::call(Function::Lower, vec![hex]))
        }
        ("upper", [Expr::Call(lower)]) if lower.function == Function::Lower => {
            match lower.args.as_slice() {
                [hex @ Expr::Call(call)] if call.function == Function::Hex => Some(hex.clone()),
                _ => None,
            }
        }
        ("convert_to", [text, _]) => Some(text.clone()),
        ("right", [text, Expr::Literal(Literal::Integer(count))]) if *count > 0 => Some(
            Expr::call(Function::Substr, vec![text.clone(), Expr::integer(-count)]),
        ),
        ("left", [text, count]) => Some(Expr::call(
            Function::Substr,
            vec![text.clone(), Expr::integer(1), count.clone()],
        )),
        ("concat", args) => concat(args.iter().map(or_empty)),
        ("jsonb_extract_path_text" | "json_extract_path_text", [json, keys @ ..]) => {
            json_path(Function::JsonExtract, json, keys)
        }
        ("jsonb_extract_path" | "json_extract_path", [json, keys @ ..]) => {
            json_path(Function::JsonGet, json, keys)
        }
        ("to_timestamp", [seconds]) => Some(Expr::call(
            Function::Datetime,
            vec![seconds.clone(), Expr::text("unixepoch")],
        )),
        _ => None,
    })
}

fn mysql(reader: &mut Reader<'_>, sql: &Sql, name: &str, args: Vec<Expr>) -> Read<Option<Expr>> {
    let now = |function| Some(Expr::call(function, Vec::new()));
    Ok(match (name, args.as_slice()) {
        ("now" | "utc_timestamp" | "localtimestamp" | "localtime" | "sysdate", _) => {
            now(Function::CurrentTimestamp)
        }
        ("curdate" | "utc_date", []) => now(Function::CurrentDate),
        ("curtime" | "utc_time", _) => now(Function::CurrentTime),
        ("unix_timestamp", []) => now(Function::CurrentEpoch),
        ("date_format" | "left", args) if rendered::fraction(name, args).is_some() => {
            rendered::fraction(name, args)
        }
        ("date_format" | "time_format", [time, template] | [time, template, _]) => {
            let Expr::Literal(Literal::Text(template)) = template else {
                return Err(reader.no(sql, "date_format with a format that is no constant"));
            };
            let format = pattern::of_date_format(template)
                .ok_or_else(|| reader.no(sql, &format!("the format '{template}'")))?;
            Some(strftime(&format, time))
        }
        // As the lowering writes milliseconds: of microseconds the thousandth part.
        ("timestampdiff", [unit, Expr::Literal(Literal::Text(start)), time])
            if *unit == Expr::column("MICROSECOND")
                && start.starts_with("1970-01-01")
                && idiom::is_now(time) =>
        {
            Some(Expr::binary(
                Expr::call(Function::CurrentEpochMillis, Vec::new()),
                BinaryOp::Multiply,
                Expr::integer(1000),
            ))
        }
        ("isnull", [expr]) => Some(Expr::IsNull {
            expr: Box::new(expr.clone()),
            negated: false,
        }),
        ("locate", [part, text]) => Some(Expr::call(
            Function::Instr,
            vec![text.clone(), part.clone()],
        )),
        ("left", [text, count]) => Some(Expr::call(
            Function::Substr,
            vec![text.clone(), Expr::integer(1), count.clone()],
        )),
        ("right", [text, Expr::Literal(Literal::Integer(count))]) if *count > 0 => Some(
            Expr::call(Function::Substr, vec![text.clone(), Expr::integer(-count)]),
        ),
        ("concat", args) => concat(args.iter().cloned()),
        ("json_unquote", [Expr::Call(call)]) if call.function == Function::JsonGet => {
            Some(Expr::call(Function::JsonExtract, call.args.clone()))
        }
        ("json_unquote", [json]) => Some(Expr::call(
            Function::JsonExtract,
            vec![json.clone(), Expr::text("$")],
        )),
        ("rand", []) => Some(idiom::random_fraction()),
        ("uuid_v4", []) => now(Function::RandomUuid),
        ("year" | "month" | "day" | "dayofmonth" | "hour" | "minute", [time]) => {
            let part = if name == "dayofmonth" { "day" } else { name };
            idiom::extract(part, time.clone())
        }
        ("conv", [Expr::Call(hex), ..]) if hex.function == Function::Hex => now(Function::Random),
        ("charset" | "collation" | "database" | "schema" | "user" | "version", _) => {
            return Err(reader.no(sql, &format!("the function `{name}`")));
        }
        ("json_value", [json, path]) => Some(Expr::call(
            Function::JsonExtract,
            vec![json.clone(), path.clone()],
        )),
        ("interval", _) => return Err(reader.no(sql, "an interval")),
        ("negate", [expr]) => Some(Expr::Unary {
            op: UnaryOp::Minus,
            expr: Box::new(expr.clone()),
        }),
        _ => None,
    })
}

fn strftime(format: &str, time: &Expr) -> Expr {
    idiom::simplify(Expr::call(
        Function::Strftime,
        vec![Expr::text(format), time.clone()],
    ))
}

/// PostgreSQL's concat takes NULL for empty text.
fn or_empty(expr: &Expr) -> Expr {
    match expr {
        expr if expr.is_null_literal() => Expr::text(""),
        Expr::Literal(_) => expr.clone(),
        other => Expr::call(Function::Coalesce, vec![other.clone(), Expr::text("")]),
    }
}

fn concat(args: impl Iterator<Item = Expr>) -> Option<Expr> {
    let parts = rendered::joined(args.collect());
    let joined = parts
        .into_iter()
        .reduce(|left, right| Expr::binary(left, BinaryOp::Concat, right))?;
    Some(idiom::simplify(joined))
}

fn json_path(function: Function, json: &Expr, keys: &[Expr]) -> Option<Expr> {
    let mut path = "$".to_owned();
    for key in keys {
        let step = pattern::json_step(&uncast_text(key.clone()))?;
        path.push_str(step.trim_start_matches('$'));
    }
    Some(Expr::call(function, vec![json.clone(), Expr::text(path)]))
}

/// The model's function of that name.
fn lookup(dialect: Dialect, name: &str, args: usize) -> Option<Function> {
    let own = match dialect {
        Dialect::Portable | Dialect::Sqlite => sqlite_name(name, args),
        Dialect::Postgres => postgres_name(name),
        Dialect::Mysql => mysql_name(name),
    };
    own.or_else(|| common_name(name))
}

/// Names that mean the same wherever they exist.
fn common_name(name: &str) -> Option<Function> {
    Some(match name {
        "lower" | "lcase" => Function::Lower,
        "upper" | "ucase" => Function::Upper,
        "char_length" | "character_length" => Function::Length,
        "octet_length" => Function::OctetLength,
        "substr" | "substring" | "mid" => Function::Substr,
        "trim" | "btrim" => Function::Trim,
        "ltrim" => Function::Ltrim,
        "rtrim" => Function::Rtrim,
        "replace" => Function::Replace,
        "coalesce" | "ifnull" => Function::Coalesce,
        "nullif" => Function::Nullif,
        "least" => Function::Least,
        "greatest" => Function::Greatest,
        "abs" => Function::Abs,
        "round" => Function::Round,
        "ceil" | "ceiling" => Function::Ceil,
        "floor" => Function::Floor,
        "sign" => Function::Sign,
        "sqrt" => Function::Sqrt,
        "pow" | "power" => Function::Power,
        "gen_random_uuid" | "uuid_generate_v4" => Function::RandomUuid,
        "count" => Function::Count,
        "sum" => Function::Sum,
        "avg" => Function::Avg,
        "min" => Function::Min,
        "max" => Function::Max,
        "row_number" => Function::RowNumber,
        "rank" => Function::Rank,
        "dense_rank" => Function::DenseRank,
        "ntile" => Function::Ntile,
        "lag" => Function::Lag,
        "lead" => Function::Lead,
        "first_value" => Function::FirstValue,
        "last_value" => Function::LastValue,
        _ => return None,
    })
}

fn sqlite_name(name: &str, args: usize) -> Option<Function> {
    Some(match name {
        "length" => Function::Length,
        "instr" => Function::Instr,
        "hex" => Function::Hex,
        "char" => Function::Char,
        "unicode" => Function::Unicode,
        "quote" => Function::Quote,
        "typeof" => Function::Typeof,
        "printf" | "format" => Function::Printf,
        // Of several values they compare, of one they aggregate.
        "min" if args > 1 => Function::Least,
        "max" if args > 1 => Function::Greatest,
        "random" => Function::Random,
        "randomblob" => Function::Randomblob,
        "uuid" => Function::RandomUuid,
        "strftime" => Function::Strftime,
        "date" => Function::Date,
        "time" => Function::Time,
        "datetime" => Function::Datetime,
        "julianday" => Function::Julianday,
        "unixepoch" => Function::Unixepoch,
        "json_extract" => Function::JsonExtract,
        "json_valid" => Function::JsonValid,
        "json" => Function::Json,
        "json_type" => Function::JsonType,
        "json_array_length" => Function::JsonArrayLength,
        "json_array" => Function::JsonArray,
        "json_object" => Function::JsonObject,
        "json_set" => Function::JsonSet,
        "json_insert" => Function::JsonInsert,
        "json_replace" => Function::JsonReplace,
        "json_remove" => Function::JsonRemove,
        "json_patch" => Function::JsonPatch,
        "json_group_array" => Function::JsonGroupArray,
        "json_group_object" => Function::JsonGroupObject,
        "total" => Function::Total,
        "group_concat" | "string_agg" => Function::GroupConcat,
        "last_insert_rowid" => Function::LastInsertRowid,
        _ => return None,
    })
}

fn postgres_name(name: &str) -> Option<Function> {
    Some(match name {
        "length" => Function::Length,
        "strpos" => Function::Instr,
        "gen_random_bytes" => Function::Randomblob,
        "string_agg" => Function::GroupConcat,
        "jsonb_array_length" | "json_array_length" => Function::JsonArrayLength,
        "jsonb_build_array" | "json_build_array" => Function::JsonArray,
        "jsonb_build_object" | "json_build_object" => Function::JsonObject,
        "jsonb_agg" | "json_agg" => Function::JsonGroupArray,
        "jsonb_object_agg" | "json_object_agg" => Function::JsonGroupObject,
        "jsonb_typeof" | "json_typeof" => Function::JsonType,
        "lastval" => Function::LastInsertRowid,
        "uuidv4" => Function::RandomUuid,
        _ => return None,
    })
}

fn mysql_name(name: &str) -> Option<Function> {
    Some(match name {
        // There it counts bytes.
        "length" => Function::OctetLength,
        "instr" => Function::Instr,
        "hex" => Function::Hex,
        "random_bytes" => Function::Randomblob,
        "uuid" => Function::RandomUuid,
        "group_concat" => Function::GroupConcat,
        "json_valid" => Function::JsonValid,
        "json_extract" | "json_query" => Function::JsonGet,
        "json_compact" => Function::Json,
        "json_type" => Function::JsonType,
        "json_length" => Function::JsonArrayLength,
        "json_array" => Function::JsonArray,
        "json_object" => Function::JsonObject,
        "json_set" => Function::JsonSet,
        "json_insert" => Function::JsonInsert,
        "json_replace" => Function::JsonReplace,
        "json_remove" => Function::JsonRemove,
        "json_merge_patch" => Function::JsonPatch,
        "json_arrayagg" => Function::JsonGroupArray,
        "json_objectagg" => Function::JsonGroupObject,
        "last_insert_id" => Function::LastInsertRowid,
        _ => return None,
    })
}

fn lift_window(reader: &mut Reader<'_>, sql: &Sql, window: &WindowType) -> Read<Window> {
    let WindowType::WindowSpec(WindowSpec {
        window_name: None,
        partition_by,
        order_by,
        window_frame,
    }) = window
    else {
        return Err(reader.no(sql, "a named window"));
    };
    let order_by = order_by
        .iter()
        .map(|key| reader.lift_order(key))
        .collect::<Read<Vec<_>>>()?;
    let frame = match window_frame {
        None => None,
        Some(WindowFrame {
            units,
            start_bound,
            end_bound,
        }) => Some(Frame {
            units: match units {
                WindowFrameUnits::Rows => FrameUnits::Rows,
                WindowFrameUnits::Range => FrameUnits::Range,
                WindowFrameUnits::Groups => FrameUnits::Groups,
            },
            start: bound(reader, sql, start_bound)?,
            end: match end_bound {
                Some(end) => Some(bound(reader, sql, end)?),
                None => None,
            },
        }),
    };
    Ok(Window {
        partition_by: reader.lift_all(partition_by)?,
        order_by,
        frame,
    })
}

fn bound(reader: &mut Reader<'_>, sql: &Sql, bound: &WindowFrameBound) -> Read<FrameBound> {
    let mut rows = |count: &Option<Box<Sql>>| match count {
        None => Ok(None),
        Some(count) => match reader.lift(count)? {
            Expr::Literal(Literal::Integer(count)) if count >= 0 => Ok(Some(count.unsigned_abs())),
            _ => Err(reader.no(sql, "a window's bound that is no constant")),
        },
    };
    Ok(match bound {
        WindowFrameBound::CurrentRow => FrameBound::CurrentRow,
        WindowFrameBound::Preceding(count) => FrameBound::Preceding(rows(count)?),
        WindowFrameBound::Following(count) => FrameBound::Following(rows(count)?),
    })
}
