//! Functions: each with SQLite's meaning, or refused.

use super::{
    Spelling,
    scope::Scope,
    sql::{Sql, list},
    types,
    writer::{Place, Writer, holds_json},
};
use crate::{
    Engine, Refusal, glob,
    model::{
        BinaryOp, Call, DataType, Expr, Family, Frame, FrameBound, FrameUnits, Function, Literal,
        OrderBy, UnaryOp, Window,
    },
};

/// A value with its type, where it has one.
type Typed = (Sql, Option<DataType>);

impl Writer {
    pub(super) fn call(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        let (sql, kind) = match call.function {
            Function::CurrentDate
            | Function::CurrentTime
            | Function::CurrentTimestamp
            | Function::CurrentEpoch
            | Function::CurrentEpochMillis
            | Function::Strftime
            | Function::Date
            | Function::Time
            | Function::Datetime
            | Function::Julianday
            | Function::Unixepoch => return self.time(scope, call, wanted),
            Function::JsonExtract
            | Function::JsonGet
            | Function::JsonValid
            | Function::Json
            | Function::JsonType
            | Function::JsonArrayLength
            | Function::JsonArray
            | Function::JsonObject
            | Function::JsonSet
            | Function::JsonInsert
            | Function::JsonReplace
            | Function::JsonRemove
            | Function::JsonPatch
            | Function::JsonGroupArray
            | Function::JsonGroupObject => return self.json(scope, call, wanted),
            Function::Count
            | Function::Sum
            | Function::Total
            | Function::Avg
            | Function::Min
            | Function::Max
            | Function::GroupConcat
            | Function::RowNumber
            | Function::Rank
            | Function::DenseRank
            | Function::Ntile
            | Function::Lag
            | Function::Lead
            | Function::FirstValue
            | Function::LastValue => self.aggregate(scope, call)?,
            Function::Coalesce | Function::Nullif | Function::Least | Function::Greatest => {
                self.choice(scope, call, wanted)?
            }
            Function::Random
            | Function::Randomblob
            | Function::RandomUuid
            | Function::LastInsertRowid
            | Function::CurrentOrg => self.session(call, wanted)?,
            Function::Abs
            | Function::Round
            | Function::Ceil
            | Function::Floor
            | Function::Sign
            | Function::Sqrt
            | Function::Power => self.number(scope, call)?,
            Function::Lower
            | Function::Upper
            | Function::Length
            | Function::OctetLength
            | Function::Substr
            | Function::Trim
            | Function::Ltrim
            | Function::Rtrim
            | Function::Replace
            | Function::Instr
            | Function::Glob
            | Function::Hex
            | Function::Char
            | Function::Unicode
            | Function::Quote
            | Function::Typeof
            | Function::Printf => self.string(scope, call)?,
        };
        if is_whole(scope, call)
            && let Some(wanted) = wanted.filter(|wanted| wanted.family() == Family::Integer)
        {
            // There is no fraction to lose.
            return Ok(match self.engine {
                Engine::Postgres => sql.cast(&self.spelling.data_type(wanted)),
                _ => sql,
            });
        }
        self.fit(sql, kind.as_ref(), wanted)
    }

    /// That argument, or a refusal that says which is missing.
    pub(super) fn arg<'c>(&self, call: &'c Call, place: usize) -> Result<&'c Expr, Refusal> {
        call.args.get(place).ok_or_else(|| {
            Refusal::new(format!(
                "`{}` needs at least {} arguments",
                name(call.function),
                place + 1
            ))
        })
    }

    pub(super) fn no_function(&self, function: Function, why: &str) -> Refusal {
        Refusal::new(format!(
            "`{}` can't be said on {}: {why}",
            name(function),
            self.engine
        ))
    }

    /// The arguments as they are, for an engine that has the function.
    fn as_is(&self, scope: &Scope<'_>, call: &Call, kind: DataType) -> Result<Typed, Refusal> {
        let args: Result<Vec<Sql>, Refusal> = call
            .args
            .iter()
            .map(|arg| self.value(scope, arg, None))
            .collect();
        Ok((Sql::call(&name(call.function), args?), Some(kind)))
    }

    // ---- text

    /// GLOB. MariaDB's REGEXP goes by the text's collation, which minds case.
    fn glob(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let parts = match self.arg(call, 1)? {
            Expr::Literal(Literal::Text(pattern)) => glob::parts(pattern),
            _ => None,
        };
        let parts = parts.ok_or_else(|| {
            self.no_function(
                call.function,
                "its pattern is no constant, or has an odd class",
            )
        })?;
        let (operator, pattern) = match self.engine {
            Engine::Sqlite => ("GLOB", glob::pattern(&parts)),
            Engine::Postgres => ("~", glob::regex(self.engine, &parts)),
            Engine::Mariadb => ("REGEXP", glob::regex(self.engine, &parts)),
        };
        let text = self.text(scope, self.arg(call, 0)?)?.side();
        let pattern = self.spelling.text(&pattern)?.text;
        let sql = Sql::compare(format!("{text} {operator} {pattern}"));
        Ok((sql, Some(DataType::Boolean)))
    }

    /// `lower` or `upper`, which fold ASCII letters on SQLite, and over
    /// collation "C" on PostgreSQL.
    ///
    /// MariaDB's fold others too. Where cells are written, that would be
    /// another text than elsewhere, and two may become one: a character set of
    /// single bytes, whose bytes beyond ASCII have no case, is taken for what
    /// the bytes are. A CHECK, a view or a trigger keeps the plain word.
    pub(super) fn folded(&self, function: &str, text: Sql, ascii: bool) -> Sql {
        if self.engine != Engine::Mariadb || !self.once || ascii {
            return Sql::call(function, [text]);
        }
        let bytes = Sql::atom(format!(
            "CONVERT({} USING tis620)",
            text.cast("binary").text
        ));
        let folded = Sql::call(function, [bytes]).cast("binary").text;
        Sql::operation(format!(
            "CONVERT({folded} USING utf8mb4) COLLATE utf8mb4_nopad_bin"
        ))
    }

    /// Of a constant, which has no collation "C" to go by.
    fn folded_constant(&self, call: &Call) -> Result<Sql, Refusal> {
        let Expr::Literal(Literal::Text(text)) = self.arg(call, 0)? else {
            return Err(self.no_function(call.function, "it is no constant"));
        };
        self.spelling.text(&match call.function {
            Function::Lower => text.to_ascii_lowercase(),
            _ => text.to_ascii_uppercase(),
        })
    }

    fn string(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let text = |place| self.text(scope, self.arg(call, place)?);
        let engine = self.engine;
        let sql = match call.function {
            Function::Lower | Function::Upper
                if self.typed()
                    && matches!(self.arg(call, 0)?, Expr::Literal(Literal::Text(_))) =>
            {
                self.folded_constant(call)?
            }
            Function::Lower | Function::Upper => {
                let ascii = is_ascii(self.arg(call, 0)?);
                self.folded(&name(call.function), text(0)?, ascii)
            }
            Function::Length => return self.length(scope, call),
            Function::OctetLength => return self.octet_length(scope, call),
            Function::Substr => return self.substr(scope, call),
            Function::Trim | Function::Ltrim | Function::Rtrim => self.trim(scope, call)?,
            Function::Replace => Sql::call("replace", [text(0)?, text(1)?, text(2)?]),
            Function::Instr => {
                let function = if engine == Engine::Postgres {
                    "strpos"
                } else {
                    "instr"
                };
                let sql = Sql::call(function, [text(0)?, text(1)?]);
                return Ok((sql, Some(DataType::BigInt)));
            }
            Function::Glob => return self.glob(scope, call),
            Function::Unicode => {
                let sql = match engine {
                    Engine::Sqlite => Sql::call("unicode", [text(0)?]),
                    // Of empty text it is NULL on SQLite.
                    Engine::Postgres => {
                        Sql::call("NULLIF", [Sql::call("ascii", [text(0)?]), Sql::atom("0")])
                    }
                    Engine::Mariadb => {
                        let wide = format!("ord(CONVERT({} USING utf32))", text(0)?.text);
                        Sql::call("NULLIF", [Sql::atom(wide), Sql::atom("0")])
                    }
                };
                return Ok((sql, Some(DataType::BigInt)));
            }
            Function::Hex => self.hex(scope, call)?,
            Function::Char => self.char(scope, call)?,
            Function::Printf => self.printf(scope, call)?,
            Function::Typeof => self.type_of(scope, call)?,
            _ if engine == Engine::Sqlite => return self.as_is(scope, call, DataType::Text),
            function => {
                return Err(self.no_function(function, "its text is that of a SQLite constant"));
            }
        };
        Ok((sql, Some(DataType::Text)))
    }

    fn length(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let arg = self.arg(call, 0)?;
        let bytes = types::of(scope, arg).family() == Some(Family::Blob);
        let sql = match (self.engine, bytes) {
            (Engine::Sqlite, _) => Sql::call("length", [self.value(scope, arg, None)?]),
            // Of a blob they count bytes, as SQLite does.
            (Engine::Postgres, true) => Sql::call("length", [self.value(scope, arg, None)?]),
            (Engine::Postgres, false) => Sql::call("length", [self.text(scope, arg)?]),
            (Engine::Mariadb, true) => Sql::call("char_length", [self.value(scope, arg, None)?]),
            (Engine::Mariadb, false) => Sql::call("char_length", [self.text(scope, arg)?]),
        };
        Ok((sql, Some(DataType::BigInt)))
    }

    fn octet_length(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let arg = self.arg(call, 0)?;
        let blob = types::of(scope, arg).family() == Some(Family::Blob);
        let sql = match self.engine {
            // `octet_length` came with 3.43.
            Engine::Sqlite => Sql::call("length", [self.value(scope, arg, None)?.cast("BLOB")]),
            _ if blob => Sql::call("octet_length", [self.value(scope, arg, None)?]),
            _ => Sql::call("octet_length", [self.text(scope, arg)?]),
        };
        Ok((sql, Some(DataType::BigInt)))
    }

    /// SQLite counts a negative start from the end and takes a negative length
    /// for characters before it; places before the first count as empty.
    fn substr(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let (subject, start) = (self.arg(call, 0)?, self.arg(call, 1)?);
        let blob = types::of(scope, subject).family() == Some(Family::Blob);
        let kind = if blob { DataType::Blob } else { DataType::Text };
        let count = |expr: &Expr| self.whole(scope, expr);
        if self.engine == Engine::Sqlite {
            return self.as_is(scope, call, kind);
        }
        let text = if blob {
            self.value(scope, subject, None)?
        } else {
            self.text(scope, subject)?
        };
        let length = call.args.get(2);
        let narrow = |sql: Sql, expr: &Expr| match (self.engine, expr) {
            // PostgreSQL's takes 32 bits only.
            (Engine::Postgres, expr) if integer(expr).is_none() && !is_small(expr) => {
                sql.cast("integer")
            }
            _ => sql,
        };
        let from_start = at_least(start, 1);
        let sql = match (integer(start), length) {
            (Some(place), None) if place < 0 && !blob => {
                Sql::call("right", [text, Sql::atom(place.unsigned_abs().to_string())])
            }
            (Some(0), None) => text,
            (Some(0), Some(length)) if integer(length).is_some_and(|length| length > 0) => {
                let length = integer(length).unwrap_or_default() - 1;
                Sql::call(
                    "substr",
                    [text, Sql::atom("1"), Sql::atom(length.to_string())],
                )
            }
            (_, None) if from_start => Sql::call("substr", [text, narrow(count(start)?, start)]),
            (_, Some(length)) if from_start && at_least(length, 0) => Sql::call(
                "substr",
                [
                    text,
                    narrow(count(start)?, start),
                    narrow(count(length)?, length),
                ],
            ),
            // Those of the end that are there.
            (Some(place), Some(length))
                if place < 0 && !blob && self.place == Place::Query && is_steady(subject) =>
            {
                let Some(count) = integer(length).filter(|count| *count >= 0) else {
                    return Err(self.no_function(
                        Function::Substr,
                        "a length that is no constant, from the end",
                    ));
                };
                let (back, text) = (place.unsigned_abs(), text.text);
                let length = match self.engine {
                    Engine::Postgres => "length",
                    _ => "char_length",
                };
                Sql::atom(format!(
                    "left(right({text}, {back}), GREATEST(0, {count} + LEAST(0, {length}({text}) - {back})))"
                ))
            }
            // Characters before the first: none.
            (Some(1), Some(length)) => {
                let length = Sql::call("GREATEST", [count(length)?, Sql::atom("0")]);
                let length = narrow(length, &Expr::NULL);
                Sql::call("substr", [text, Sql::atom("1"), length])
            }
            // From the place or from the end, as the sign says; all of it from 0.
            (None, None) if !blob && self.place == Place::Query && is_steady(start) => {
                let place = count(start)?.operand();
                let from = narrow(Sql::atom(place.clone()), start).text;
                let back = narrow(Sql::operation(format!("-{place}")), start).text;
                let text = text.text;
                Sql::atom(format!(
                    "CASE WHEN {place} > 0 THEN substr({text}, {from}) \
                     WHEN {place} < 0 THEN right({text}, {back}) \
                     WHEN {place} = 0 THEN {text} END"
                ))
            }
            _ => {
                return Err(self.no_function(
                    Function::Substr,
                    "a start or length that may be negative counts from the end on SQLite only",
                ));
            }
        };
        Ok((sql, Some(kind)))
    }

    fn trim(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        let text = self.text(scope, self.arg(call, 0)?)?;
        let function = name(call.function);
        // `trim` is SQL's own keyword there.
        let function = match (self.engine, call.function) {
            (Engine::Postgres, Function::Trim) => "btrim".to_owned(),
            _ => function,
        };
        let Some(letters) = call.args.get(1) else {
            return Ok(Sql::call(&function, [text]));
        };
        if self.engine != Engine::Mariadb {
            return Ok(Sql::call(&function, [text, self.text(scope, letters)?]));
        }
        let Expr::Literal(Literal::Text(letters)) = letters else {
            return Err(self.no_function(call.function, "the letters to trim are no constant"));
        };
        let mut class = String::new();
        for letter in letters.chars() {
            if letter.is_ascii_punctuation() {
                class.push('\\');
            }
            class.push(letter);
        }
        let pattern = match call.function {
            _ if class.is_empty() => return Ok(text),
            Function::Ltrim => format!("^[{class}]+"),
            Function::Rtrim => format!("[{class}]+$"),
            _ => format!("^[{class}]+|[{class}]+$"),
        };
        let pattern = self.spelling.text(&pattern)?;
        Ok(Sql::call(
            "regexp_replace",
            [text, pattern, Sql::atom("''")],
        ))
    }

    /// Of NULL it is empty text. Where a row is checked that is left out: the
    /// catalogue's spelling has to be read back.
    fn hex(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        let arg = self.arg(call, 0)?;
        let blob = types::of(scope, arg).family() == Some(Family::Blob);
        let maybe_null = self.typed() && matches!(arg, Expr::Column { .. });
        let sql = match self.engine {
            Engine::Sqlite => Sql::call("hex", [self.value(scope, arg, None)?]),
            Engine::Mariadb if blob => Sql::call("hex", [self.value(scope, arg, None)?]),
            Engine::Mariadb => Sql::call("hex", [self.text(scope, arg)?]),
            Engine::Postgres => {
                let bytes = self.value(scope, arg, Some(&DataType::Blob));
                let bytes = match bytes {
                    Ok(bytes) => bytes,
                    Err(_) => {
                        Sql::call("convert_to", [self.text(scope, arg)?, Sql::atom("'UTF8'")])
                    }
                };
                Sql::call("upper", [Sql::call("encode", [bytes, Sql::atom("'hex'")])])
            }
        };
        Ok(if maybe_null && self.place == Place::Query {
            Sql::call("COALESCE", [sql, Sql::atom("''")])
        } else {
            sql
        })
    }

    fn char(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        let codes = call.args.iter().map(|arg| self.whole(scope, arg));
        let codes: Vec<Sql> = codes.collect::<Result<_, _>>()?;
        match self.engine {
            Engine::Sqlite => Ok(Sql::call("char", codes)),
            Engine::Postgres => {
                let letters: Vec<String> = codes
                    .into_iter()
                    .map(|code| Sql::call("chr", [code.cast("integer")]).text)
                    .collect();
                Ok(Sql::operation(letters.join(" || ")))
            }
            Engine::Mariadb => {
                let ascii = |arg: &Expr| integer(arg).is_some_and(|code| (1..128).contains(&code));
                if !call.args.iter().all(ascii) {
                    return Err(self.no_function(
                        Function::Char,
                        "there its numbers are bytes, so only constants below 128 mean the same",
                    ));
                }
                Ok(Sql::atom(format!("char({} USING utf8mb4)", list(codes))))
            }
        }
    }

    /// Only formats that are constants, made of `%s`, `%d`, `%0<n>d`,
    /// `%.<n>f` and `%%`.
    fn printf(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        if self.engine == Engine::Sqlite {
            return Ok(self.as_is(scope, call, DataType::Text)?.0);
        }
        let why = "only constant formats of %s, %d, %0<n>d, %.<n>f and %% are known";
        let refused = || self.no_function(Function::Printf, why);
        let Some(Expr::Literal(Literal::Text(format))) = call.args.first() else {
            return Err(refused());
        };
        let mut args = call.args.iter().skip(1);
        let (mut parts, mut plain) = (Vec::new(), String::new());
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            if letter != '%' {
                plain.push(letter);
                continue;
            }
            let mut spec = String::new();
            let kind = loop {
                match letters.next().ok_or_else(refused)? {
                    letter if letter.is_ascii_digit() || letter == '.' => spec.push(letter),
                    letter => break letter,
                }
            };
            if kind == '%' {
                plain.push('%');
                continue;
            }
            if !plain.is_empty() {
                parts.push(self.spelling.text(&plain)?);
                plain.clear();
            }
            let arg = args.next().ok_or_else(refused)?;
            parts.push(
                self.formatted(scope, arg, &spec, kind)?
                    .ok_or_else(refused)?,
            );
        }
        if !plain.is_empty() || parts.is_empty() {
            parts.push(self.spelling.text(&plain)?);
        }
        let parts: Vec<Sql> = parts
            .into_iter()
            .map(|part| self.among_texts(part))
            .collect();
        // `printf` takes NULL for empty text, where `||` would be NULL.
        if self.engine == Engine::Mariadb {
            return Ok(Sql::call("concat", parts));
        }
        let parts: Vec<String> = parts.into_iter().map(Sql::operand).collect();
        Ok(Sql::operation(parts.join(" || ")))
    }

    fn formatted(
        &self,
        scope: &Scope<'_>,
        arg: &Expr,
        spec: &str,
        kind: char,
    ) -> Result<Option<Sql>, Refusal> {
        let or = |sql: Sql, value: &str| Sql::call("COALESCE", [sql, Sql::atom(value)]);
        let postgres = self.engine == Engine::Postgres;
        Ok(match (kind, spec) {
            ('s', "") => Some(or(self.text(scope, arg)?, "''")),
            ('d', _) => {
                let digits = self.value(
                    scope,
                    &Expr::Cast {
                        expr: Box::new(arg.clone()),
                        data_type: DataType::BigInt,
                    },
                    None,
                )?;
                let digits = or(digits, "0");
                let text = digits.clone().cast(if postgres { "text" } else { "char" });
                match spec.strip_prefix('0').map(str::parse::<u8>) {
                    None if spec.is_empty() => Some(text),
                    Some(Ok(width)) => Some(padded(&digits, text, width, at_least(arg, 0))),
                    _ => None,
                }
            }
            ('f', _) => {
                let digits = spec
                    .strip_prefix('.')
                    .and_then(|digits| digits.parse::<u8>().ok());
                let Some(digits) = digits.filter(|digits| *digits <= 15) else {
                    return Ok(None);
                };
                let value = or(self.value(scope, arg, Some(&DataType::Double))?, "0");
                Some(if postgres {
                    value.cast(&format!("numeric(40,{digits})")).cast("text")
                } else {
                    value.cast(&format!("decimal(40,{digits})")).cast("char")
                })
            }
            _ => None,
        })
    }

    /// A typed column holds nothing but its type and NULL.
    fn type_of(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        let arg = self.arg(call, 0)?;
        let sql = self.value(scope, arg, None)?;
        if self.engine == Engine::Sqlite {
            return Ok(Sql::call("typeof", [sql]));
        }
        if arg.is_null_literal() {
            return self.spelling.text("null");
        }
        let word = match types::of(scope, arg).family() {
            Some(Family::Integer | Family::Boolean) => "integer",
            Some(Family::Number) => "real",
            Some(Family::Blob) => "blob",
            Some(Family::Other) | None => {
                return Err(self.no_function(Function::Typeof, "the value's type is not known"));
            }
            Some(_) => "text",
        };
        let sql = sql.side();
        Ok(Sql::atom(format!(
            "CASE WHEN {sql} IS NULL THEN 'null' ELSE '{word}' END"
        )))
    }

    // ---- choice

    fn choice(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        wanted: Option<&DataType>,
    ) -> Result<Typed, Refusal> {
        let kinds = call.args.iter().map(|arg| types::of(scope, arg));
        let own = types::common(kinds).data;
        if call.function == Function::Nullif {
            return self.nullif(scope, call);
        }
        let kind = wanted
            .cloned()
            .or(own)
            .filter(|_| self.typed() || self.spelling == Spelling::SqliteCanonical);
        let args: Vec<Sql> = call
            .args
            .iter()
            .map(|arg| self.beside_others(scope, arg, kind.as_ref()))
            .collect::<Result<_, _>>()?;
        let sql = match (self.engine, call.function) {
            (_, Function::Coalesce) => Sql::call("COALESCE", args),
            (Engine::Sqlite, Function::Least) => Sql::call("min", args),
            (Engine::Sqlite, _) => Sql::call("max", args),
            (engine, function) => {
                let word = if function == Function::Least {
                    "LEAST"
                } else {
                    "GREATEST"
                };
                // PostgreSQL's pass over NULL, SQLite's and MariaDB's do not.
                let tests: Vec<String> = call
                    .args
                    .iter()
                    .zip(&args)
                    .filter(|(arg, _)| arg.is_null_literal() || !matches!(arg, Expr::Literal(_)))
                    .map(|(_, sql)| format!("{} IS NOT NULL", sql.clone().side()))
                    .collect();
                let sql = Sql::call(word, args);
                if engine == Engine::Postgres && !tests.is_empty() {
                    Sql::atom(format!(
                        "CASE WHEN {} THEN {} END",
                        tests.join(" AND "),
                        sql.text
                    ))
                } else {
                    sql
                }
            }
        };
        Ok((sql, kind))
    }

    fn nullif(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let (value, other) = (self.arg(call, 0)?, self.arg(call, 1)?);
        let own = types::of(scope, value);
        let kind = types::meet(own.clone(), types::of(scope, other));
        let first = self.compared(scope, value, &kind)?;
        match self.compared(scope, other, &kind) {
            Ok(second) if !kind.nocase => Ok((Sql::call("NULLIF", [first, second]), kind.data)),
            Ok(_) => Err(self.no_function(Function::Nullif, "a NOCASE column is compared")),
            // A constant that no value of the column's type equals.
            Err(_) if matches!(other, Expr::Literal(_)) => {
                Ok((self.value(scope, value, None)?, own.data))
            }
            Err(refusal) => Err(refusal),
        }
    }

    // ---- numbers

    fn number(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let arg = self.arg(call, 0)?;
        let kind = types::of(scope, arg);
        let double = DataType::Double;
        let number = || match kind.family() {
            None if self.typed() && holds_json(arg) => {
                self.value(scope, arg, Some(&DataType::Numeric(None)))
            }
            Some(Family::Integer | Family::Number) | None => self.value(scope, arg, None),
            _ => self.value(scope, arg, Some(&double)),
        };
        if self.engine == Engine::Sqlite {
            return self.as_is(scope, call, double);
        }
        let function = name(call.function);
        Ok(match call.function {
            Function::Abs => {
                let kind = types::of(
                    scope,
                    &Expr::Unary {
                        op: UnaryOp::Minus,
                        expr: Box::new(arg.clone()),
                    },
                );
                (Sql::call("abs", [number()?]), kind.data)
            }
            Function::Round => {
                let digits = match call.args.get(1) {
                    Some(digits) => Some(self.whole(scope, digits)?),
                    None => None,
                };
                // Both round the half of a double to even, that of a decimal
                // away from zero as SQLite does.
                let sql = match self.engine {
                    Engine::Postgres => {
                        let args = std::iter::once(number()?.cast("numeric")).chain(digits);
                        Sql::call("round", args).cast("double precision")
                    }
                    // Where a row is checked it is read back as it stands.
                    _ if self.place.is_row() => {
                        Sql::call("round", std::iter::once(number()?).chain(digits))
                    }
                    _ => {
                        let args = std::iter::once(number()?.cast("decimal(65,20)")).chain(digits);
                        Sql::call("round", args).cast("double")
                    }
                };
                (sql, Some(double))
            }
            Function::Sign => {
                let sql = Sql::call("sign", [number()?]);
                let postgres = self.engine == Engine::Postgres;
                (
                    if postgres { sql.cast("integer") } else { sql },
                    Some(DataType::BigInt),
                )
            }
            Function::Power => {
                let power = self.value(scope, self.arg(call, 1)?, Some(&double))?;
                (
                    Sql::call("power", [self.as_double(number()?), power]),
                    Some(double),
                )
            }
            Function::Sqrt => (Sql::call("sqrt", [self.as_double(number()?)]), Some(double)),
            _ => (Sql::call(&function, [number()?]), kind.data),
        })
    }

    fn as_double(&self, sql: Sql) -> Sql {
        match self.engine {
            Engine::Postgres => sql.cast("double precision"),
            _ => sql,
        }
    }

    // ---- chance and session

    fn session(&self, call: &Call, wanted: Option<&DataType>) -> Result<Typed, Refusal> {
        let engine = self.engine;
        Ok(match call.function {
            Function::Random => {
                let sql = match engine {
                    Engine::Sqlite => Sql::atom("random()"),
                    Engine::Postgres => {
                        Sql::atom("CAST(floor((random() * 2 - 1) * 9223372036854774784) AS bigint)")
                    }
                    Engine::Mariadb => {
                        Sql::atom("CAST(conv(hex(random_bytes(8)), 16, -10) AS signed)")
                    }
                };
                (sql, Some(DataType::BigInt))
            }
            Function::Randomblob => (self.random_bytes(call)?, Some(DataType::Blob)),
            Function::RandomUuid => match engine {
                Engine::Postgres => (Sql::atom("gen_random_uuid()"), Some(DataType::Uuid)),
                Engine::Sqlite => (Sql::operation(SQLITE_UUID), Some(DataType::Text)),
                Engine::Mariadb => {
                    let kind = wanted.filter(|wanted| wanted.family() == Family::Uuid);
                    (
                        Sql::atom(MARIADB_UUID),
                        Some(kind.cloned().unwrap_or(DataType::Text)),
                    )
                }
            },
            Function::LastInsertRowid => {
                let function = match engine {
                    Engine::Sqlite => "last_insert_rowid()",
                    Engine::Postgres => "lastval()",
                    Engine::Mariadb => "last_insert_id()",
                };
                (Sql::atom(function), Some(DataType::BigInt))
            }
            Function::CurrentOrg => match engine {
                Engine::Postgres => (
                    Sql::atom("NULLIF(current_setting('dualfuel.org_id', true), '')::uuid"),
                    Some(DataType::Uuid),
                ),
                Engine::Sqlite => (
                    self.spelling.text(crate::portable::tenant::FILE_ORG)?,
                    Some(DataType::Uuid),
                ),
                Engine::Mariadb => {
                    return Err(self.no_function(call.function, "it has no row level security"));
                }
            },
            function => return Err(self.no_function(function, "it is not known")),
        })
    }

    fn random_bytes(&self, call: &Call) -> Result<Sql, Refusal> {
        let count = call.args.first().and_then(integer);
        let count = count
            .filter(|count| (1..=1024).contains(count))
            .ok_or_else(|| {
                self.no_function(
                    Function::Randomblob,
                    "its length is no constant from 1 to 1024",
                )
            })?;
        Ok(match self.engine {
            Engine::Sqlite => Sql::atom(format!("randomblob({count})")),
            Engine::Mariadb => Sql::atom(format!("random_bytes({count})")),
            // Without pgcrypto: six bits of each UUID are fixed, and a hash
            // over two leaves 32 bytes without a pattern.
            Engine::Postgres => {
                let pieces: Vec<String> = (0..count)
                    .step_by(32)
                    .map(|start| {
                        let bytes =
                            "sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))";
                        format!("substring({bytes} from 1 for {})", (count - start).min(32))
                    })
                    .collect();
                match pieces.as_slice() {
                    [_] => Sql::atom(pieces.concat()),
                    _ => Sql::operation(pieces.join(" || ")),
                }
            }
        })
    }

    // ---- aggregates and windows

    fn aggregate(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let kind = types::of(scope, &Expr::Call(Box::new(call.clone()))).data;
        let engine = self.engine;
        let double = DataType::Double;
        let first = call.args.first().map(|arg| types::of(scope, arg));
        let family = first.as_ref().and_then(|kind| kind.family());
        let boolean = family == Some(Family::Boolean) && engine == Engine::Postgres;
        let typed = self.typed();
        // What the first argument has to be.
        let as_type = match call.function {
            Function::Sum | Function::Total | Function::Avg if typed => match family {
                None if call.args.first().is_some_and(holds_json) => Some(DataType::Numeric(None)),
                Some(Family::Number | Family::Integer) | None => None,
                Some(Family::Boolean) => Some(DataType::BigInt),
                Some(_) => {
                    return Err(self.no_function(call.function, "it is taken of what is no number"));
                }
            },
            Function::GroupConcat if typed => Some(DataType::Text),
            Function::Min | Function::Max if boolean => Some(DataType::Boolean),
            Function::Min | Function::Max
                if engine == Engine::Postgres
                    && matches!(family, Some(Family::Uuid | Family::Json | Family::Blob)) =>
            {
                Some(DataType::Text)
            }
            _ => None,
        };
        let mut args = Vec::new();
        for (place, arg) in call.args.iter().enumerate() {
            let wanted = if place == 0 { as_type.as_ref() } else { None };
            args.push(self.value(scope, arg, wanted)?);
        }
        let mut filter = match &call.filter {
            Some(filter) => Some(self.condition(scope, filter)?),
            None => None,
        };
        // MariaDB has no FILTER: what is left out is NULL, which no aggregate counts.
        if engine == Engine::Mariadb
            && let Some(filter) = filter.take()
        {
            let counted = if args.is_empty() {
                Sql::atom("1")
            } else {
                args.remove(0)
            };
            let kept = format!("CASE WHEN {} THEN {} END", filter.text, counted.text);
            args.insert(0, Sql::atom(kept));
        }
        if engine == Engine::Mariadb
            && args.len() == 3
            && let Some(window) = &call.over
        {
            return Ok((self.beyond(scope, call, args, window)?, kind));
        }
        let distinct = if call.distinct { "DISTINCT " } else { "" };
        let function = match (engine, call.function) {
            (Engine::Postgres, Function::GroupConcat) => "string_agg".into(),
            (Engine::Postgres, Function::Min) if boolean => "bool_and".into(),
            (Engine::Postgres, Function::Max) if boolean => "bool_or".into(),
            (Engine::Sqlite, function) => name(function),
            (_, Function::Total) => "sum".into(),
            (_, function) => name(function),
        };
        let order = match call.function {
            Function::GroupConcat => self.gathering(scope, call)?,
            _ => None,
        };
        let order = order.map(|order| format!(" {order}")).unwrap_or_default();
        let inner = match (engine, call.function) {
            (Engine::Mariadb, Function::GroupConcat) => self.group_concat(call, args, &order)?,
            (Engine::Postgres, Function::GroupConcat) if args.len() == 1 => {
                format!("{}, ','{order}", list(args))
            }
            (Engine::Postgres, Function::GroupConcat) => format!("{}{order}", list(args)),
            (Engine::Mariadb, Function::Avg) => {
                list(args.into_iter().map(|arg| arg.cast("double")))
            }
            _ if args.is_empty() && call.function == Function::Count => "*".into(),
            _ => list(args),
        };
        let mut text = format!("{function}({distinct}{inner})");
        if let Some(filter) = filter {
            text.push_str(&format!(" FILTER (WHERE {})", filter.text));
        }
        if let Some(window) = &call.over {
            text.push_str(&format!(" OVER ({})", self.window(scope, window)?));
        }
        let sql = Sql::atom(text);
        Ok(match (engine, call.function, &kind) {
            (Engine::Postgres, Function::Sum, Some(DataType::BigInt)) => (sql.cast("bigint"), kind),
            (Engine::Mariadb, Function::Sum, Some(DataType::BigInt)) => (sql.cast("signed"), kind),
            (Engine::Postgres, Function::Avg, _) => (sql.cast("double precision"), kind),
            (Engine::Postgres, Function::Total, _) => (
                Sql::call("COALESCE", [sql.cast("double precision"), Sql::atom("0")]),
                kind,
            ),
            (Engine::Mariadb, Function::Total, _) => {
                (Sql::call("COALESCE", [sql, Sql::atom("0e0")]), Some(double))
            }
            (Engine::Postgres, Function::Min | Function::Max, _) => (sql, as_type.or(kind)),
            (_, Function::Sum, None) => (sql, as_type),
            _ => (sql, kind),
        })
    }

    /// `ORDER BY` for what is gathered, where the query it stands in has one.
    pub(super) fn gathering(
        &self,
        scope: &Scope<'_>,
        call: &Call,
    ) -> Result<Option<String>, Refusal> {
        let keys = self.gathered.borrow().clone();
        // Of equal values one is left, and there is no saying which.
        if keys.is_empty() || call.distinct || call.over.is_some() || !self.typed() {
            return Ok(None);
        }
        self.order_by(scope, &keys).map(Some)
    }

    fn group_concat(&self, call: &Call, args: Vec<Sql>, order: &str) -> Result<String, Refusal> {
        let first = args
            .into_iter()
            .next()
            .map(|arg| arg.text)
            .unwrap_or_default();
        let separator = match call.args.get(1) {
            None => self.spelling.text(",")?,
            Some(Expr::Literal(Literal::Text(separator))) => self.spelling.text(separator)?,
            Some(_) => {
                return Err(self.no_function(Function::GroupConcat, "its separator is no constant"));
            }
        };
        Ok(format!("{first}{order} SEPARATOR {}", separator.text))
    }

    /// `lag` or `lead` with a value for where there is no such row, which
    /// MariaDB's have not.
    fn beyond(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        args: Vec<Sql>,
        window: &Window,
    ) -> Result<Sql, Refusal> {
        let mut args = args.into_iter().map(|arg| arg.text);
        let (value, count, other) = (args.next(), args.next(), args.next());
        let (value, count) = (value.unwrap_or_default(), count.unwrap_or_default());
        let other = other.unwrap_or_default();
        let over = self.window(scope, window)?;
        let place = format!("row_number() OVER ({over})");
        let rest = match call.function {
            Function::Lag => format!("{place} <= {count}"),
            _ => {
                let all = Window {
                    order_by: Vec::new(),
                    frame: None,
                    ..window.clone()
                };
                let all = self.window(scope, &all)?;
                format!("count(*) OVER ({all}) - {place} < {count}")
            }
        };
        Ok(Sql::atom(format!(
            "CASE WHEN {rest} THEN {other} ELSE {}({value}, {count}) OVER ({over}) END",
            name(call.function)
        )))
    }

    fn window(&self, scope: &Scope<'_>, window: &Window) -> Result<String, Refusal> {
        let mut parts = Vec::new();
        if !window.partition_by.is_empty() {
            let keys = window
                .partition_by
                .iter()
                .map(|key| self.value(scope, key, None));
            let keys: Vec<Sql> = keys.collect::<Result<_, _>>()?;
            parts.push(format!("PARTITION BY {}", list(keys)));
        }
        if !window.order_by.is_empty() {
            parts.push(self.order_by(scope, &window.order_by)?);
        }
        if let Some(frame) = &window.frame {
            parts.push(self.frame(frame)?);
        }
        Ok(parts.join(" "))
    }

    fn frame(&self, frame: &Frame) -> Result<String, Refusal> {
        let units = match frame.units {
            FrameUnits::Rows => "ROWS",
            FrameUnits::Range => "RANGE",
            FrameUnits::Groups if self.engine == Engine::Mariadb => {
                return Err(Refusal::new("MariaDB has no window frames of GROUPS"));
            }
            FrameUnits::Groups => "GROUPS",
        };
        let start = bound(frame.start);
        Ok(match frame.end {
            Some(end) => format!("{units} BETWEEN {start} AND {}", bound(end)),
            None => format!("{units} {start}"),
        })
    }

    /// `ORDER BY ..`.
    pub(super) fn order_by(&self, scope: &Scope<'_>, keys: &[OrderBy]) -> Result<String, Refusal> {
        let mut parts = Vec::new();
        for key in keys {
            let sql = self.order_value(scope, &key.expr)?;
            parts.push(self.ordered(key, sql));
        }
        Ok(format!("ORDER BY {}", parts.join(", ")))
    }

    /// A key of ORDER BY: NULL is the least value on SQLite and MariaDB.
    pub(super) fn ordered(&self, key: &OrderBy, sql: Sql) -> String {
        let sql = sql.text;
        let direction = if key.descending { " DESC" } else { "" };
        let first = key.nulls_first.unwrap_or(!key.descending);
        let said = match self.engine {
            Engine::Postgres => true,
            Engine::Sqlite => key.nulls_first.is_some(),
            Engine::Mariadb => false,
        };
        if said {
            let nulls = if first { "FIRST" } else { "LAST" };
            return format!("{sql}{direction} NULLS {nulls}");
        }
        if self.engine == Engine::Mariadb && first == key.descending {
            let nulls = if first { " DESC" } else { "" };
            return format!("{sql} IS NULL{nulls}, {sql}{direction}");
        }
        format!("{sql}{direction}")
    }
}

/// A version 4 UUID as SQLite programs write it.
const SQLITE_UUID: &str = "lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || substr(lower(hex(randomblob(2))), 2) || '-' || substr('89ab', abs(random()) % 4 + 1, 1) || substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6)))";

/// `uuid()` there is of version 1: time and network address, no chance.
const MARIADB_UUID: &str = "lower(concat(hex(random_bytes(4)), '-', hex(random_bytes(2)), '-4', substr(hex(random_bytes(2)), 2), '-', substr('89ab', 1 + floor(rand() * 4), 1), substr(hex(random_bytes(2)), 2), '-', hex(random_bytes(6))))";

/// `%0<n>d`. `lpad` would cut a longer number; the zeros stand behind a minus.
fn padded(number: &Sql, text: Sql, width: u8, positive: bool) -> Sql {
    let lpad = |text: Sql, width: u8| {
        let width = format!("GREATEST({width}, length({}))", text.text);
        Sql::call("lpad", [text, Sql::atom(width), Sql::atom("'0'")])
    };
    let plain = lpad(text.clone(), width);
    if positive || width < 3 {
        return plain;
    }
    let digits = Sql::call("substr", [text, Sql::atom("2")]);
    let negative = Sql::call(
        "concat",
        [Sql::atom("'-'"), lpad(digits, width.saturating_sub(1))],
    );
    Sql::atom(format!(
        "CASE WHEN {} < 0 THEN {} ELSE {} END",
        number.clone().side(),
        negative.text,
        plain.text
    ))
}

fn bound(bound: FrameBound) -> String {
    let rows = |rows: Option<u64>| rows.map_or("UNBOUNDED".into(), |rows| rows.to_string());
    match bound {
        FrameBound::CurrentRow => "CURRENT ROW".into(),
        FrameBound::Preceding(count) => format!("{} PRECEDING", rows(count)),
        FrameBound::Following(count) => format!("{} FOLLOWING", rows(count)),
    }
}

/// SQLite's name for it, which most share.
/// Whether no letter beyond ASCII can be in it.
fn is_ascii(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::Text(text)) => text.is_ascii(),
        Expr::Call(call) => matches!(call.function, Function::Hex | Function::RandomUuid),
        _ => false,
    }
}

pub(super) fn name(function: Function) -> String {
    let word = match function {
        Function::Least => "min",
        Function::Greatest => "max",
        Function::CurrentEpoch => "unixepoch",
        Function::JsonGet => "->",
        _ => "",
    };
    if !word.is_empty() {
        return word.into();
    }
    // `GroupConcat` is `group_concat`.
    let mut name = String::new();
    for letter in format!("{function:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// Whether it is a whole number, whatever its type.
fn is_whole(scope: &Scope<'_>, call: &Call) -> bool {
    let of = |place| {
        call.args
            .get(place)
            .map(|arg| types::of(scope, arg).family())
    };
    match call.function {
        Function::Round => call
            .args
            .get(1)
            .is_none_or(|digits| integer(digits) == Some(0)),
        Function::Ceil | Function::Floor => true,
        Function::Total => matches!(of(0), Some(Some(Family::Integer | Family::Boolean))),
        _ => false,
    }
}

/// The value of a whole constant.
pub(super) fn integer(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Literal(Literal::Integer(number)) => Some(*number),
        Expr::Unary {
            op: UnaryOp::Minus,
            expr,
        } => match **expr {
            Expr::Literal(Literal::Integer(number)) => number.checked_neg(),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a number is known not to be below `least`.
/// Whether it is the same each time that it is asked for.
fn is_steady(expr: &Expr) -> bool {
    let mut steady = true;
    expr.for_each(&mut |expr| {
        steady &= match expr {
            Expr::Call(call) => !matches!(call.function, Function::Random | Function::Randomblob),
            Expr::Subquery(_) => false,
            _ => true,
        };
    });
    steady
}

fn at_least(expr: &Expr, least: i64) -> bool {
    lower_bound(expr, 0).is_some_and(|bound| bound >= least)
}

fn lower_bound(expr: &Expr, depth: usize) -> Option<i64> {
    if depth > types::DEPTH_LIMIT {
        return None;
    }
    match expr {
        Expr::Literal(Literal::Integer(number)) => Some(*number),
        Expr::Call(call) => match call.function {
            Function::Length | Function::OctetLength | Function::Instr => Some(0),
            Function::Greatest => call
                .args
                .iter()
                .filter_map(|arg| lower_bound(arg, depth + 1))
                .max(),
            _ => None,
        },
        Expr::Binary {
            left,
            op: BinaryOp::Add,
            right,
        } => lower_bound(left, depth + 1)?.checked_add(lower_bound(right, depth + 1)?),
        _ => None,
    }
}

/// Whether PostgreSQL gives it 32 bits.
fn is_small(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::Integer(_)) => true,
        Expr::Call(call) => matches!(
            call.function,
            Function::Length | Function::OctetLength | Function::Instr
        ),
        Expr::Binary {
            left,
            op: BinaryOp::Add | BinaryOp::Subtract,
            right,
        } => is_small(left) && is_small(right),
        _ => false,
    }
}
