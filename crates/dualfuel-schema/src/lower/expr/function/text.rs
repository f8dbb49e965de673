//! Functions of text.

use crate::lower::expr::{
    scope::Scope,
    sql::{Sql, list},
    types,
    writer::{Place, Writer},
};
use crate::{
    Engine, Refusal, glob,
    model::{Call, DataType, Expr, Family, Function, Literal},
};

use super::{
    Typed, name,
    number::{at_least, integer, is_small, is_steady},
};

impl Writer {
    /// GLOB. MariaDB's REGEXP goes by the text's collation, which minds case.
    pub(super) fn glob(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
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
    pub(in crate::lower::expr) fn folded(&self, function: &str, text: Sql, ascii: bool) -> Sql {
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
    pub(super) fn folded_constant(&self, call: &Call) -> Result<Sql, Refusal> {
        let Expr::Literal(Literal::Text(text)) = self.arg(call, 0)? else {
            return Err(self.no_function(call.function, "it is no constant"));
        };
        self.spelling.text(&match call.function {
            Function::Lower => text.to_ascii_lowercase(),
            _ => text.to_ascii_uppercase(),
        })
    }

    pub(super) fn string(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
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

    pub(super) fn length(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
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

    pub(super) fn octet_length(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
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
    pub(super) fn substr(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
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
            // A length below 0 counts back from the place, which is left out.
            (_, Some(length))
                if from_start
                    && !blob
                    && self.place == Place::Query
                    && is_steady(start)
                    && is_steady(length) =>
            {
                let (from, length) = (count(start)?.operand(), count(length)?.operand());
                let narrow = |sql: String| narrow(Sql::operation(sql), &Expr::NULL).operand();
                let (text, ahead) = (text.text, narrow(format!("GREATEST({length}, 0)")));
                let first = narrow(format!("GREATEST({from} + {length}, 1)"));
                let back = narrow(format!("LEAST(-{length}, {from} - 1)"));
                let from = narrow(from);
                Sql::atom(format!(
                    "CASE WHEN {length} >= 0 THEN substr({text}, {from}, {ahead}) \
                     WHEN {length} < 0 THEN substr({text}, {first}, {back}) END"
                ))
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

    pub(super) fn trim(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
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
    pub(super) fn hex(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
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

    pub(super) fn char(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
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
    pub(super) fn printf(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
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

    pub(super) fn formatted(
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
    pub(super) fn type_of(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
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
}

/// `%0<n>d`. `lpad` would cut a longer number; the zeros stand behind a minus.
pub(super) fn padded(number: &Sql, text: Sql, width: u8, positive: bool) -> Sql {
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

/// Whether no letter beyond ASCII can be in it.
pub(super) fn is_ascii(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::Text(text)) => text.is_ascii(),
        Expr::Call(call) => matches!(call.function, Function::Hex | Function::RandomUuid),
        _ => false,
    }
}
