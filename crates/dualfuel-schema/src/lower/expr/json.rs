//! JSON functions.
//!
//! On PostgreSQL they work on `jsonb`, whichever way the document is kept; on
//! MariaDB on text. A path is a constant of keys and places: PostgreSQL takes
//! the same as an array.

use super::{
    fit, function,
    scope::{Held, Scope},
    sql::{Sql, list},
    types,
    writer::Writer,
};
use crate::{
    Engine, Refusal,
    model::{Call, DataType, Expr, Family, Function, Literal, Name},
};

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    /// From the end where negative.
    Place(i64),
}

impl Writer {
    pub(super) fn json(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        if self.engine == Engine::Sqlite {
            return self.sqlite_json(scope, call);
        }
        let json = Some(DataType::Json);
        let (sql, kind) = match call.function {
            Function::JsonExtract => return self.extract(scope, call, wanted),
            Function::JsonValid => (self.json_valid(scope, call)?, Some(DataType::Boolean)),
            Function::JsonType => {
                return Err(self.no_function(
                    call.function,
                    "its types have other names, so it can only be compared with 'object', 'array' or 'null'",
                ));
            }
            Function::JsonGet => {
                let (document, path) = (self.document(scope, call, 0)?, self.path(call, 1)?);
                let sql = match self.engine {
                    Engine::Postgres => {
                        let path = self.spelling.text(&array(&path))?;
                        Sql::operation(format!("{} #> {}", document.operand(), path.text))
                    }
                    _ => Sql::call("json_extract", [document, self.dollar(&path)?]),
                };
                (sql, json)
            }
            Function::Json => {
                let document = self.document(scope, call, 0)?;
                let sql = match self.engine {
                    Engine::Postgres => document,
                    _ => Sql::call("json_compact", [document]),
                };
                (sql, json)
            }
            Function::JsonArrayLength => {
                let document = self.at_path(scope, call)?;
                let sql = match self.engine {
                    Engine::Postgres => format!(
                        "CASE WHEN jsonb_typeof({0}) <> 'array' THEN 0 ELSE jsonb_array_length({0}) END",
                        document.text
                    ),
                    _ => format!(
                        "CASE WHEN json_type({0}) <> 'ARRAY' THEN 0 ELSE json_length({0}) END",
                        document.text
                    ),
                };
                (Sql::atom(sql), Some(DataType::BigInt))
            }
            Function::JsonArray | Function::JsonObject => {
                let args = call.args.iter().map(|arg| self.member(scope, arg));
                let args: Vec<Sql> = args.collect::<Result<_, _>>()?;
                let function = match (self.engine, call.function) {
                    (Engine::Postgres, Function::JsonArray) => "jsonb_build_array",
                    (Engine::Postgres, _) => "jsonb_build_object",
                    (_, Function::JsonArray) => "json_array",
                    _ => "json_object",
                };
                (Sql::call(function, args), json)
            }
            Function::JsonSet | Function::JsonInsert | Function::JsonReplace => {
                (self.changed(scope, call)?, json)
            }
            Function::JsonRemove => (self.removed(scope, call)?, json),
            Function::JsonPatch if self.engine == Engine::Mariadb => {
                let (document, patch) = (
                    self.document(scope, call, 0)?,
                    self.document(scope, call, 1)?,
                );
                (Sql::call("json_merge_patch", [document, patch]), json)
            }
            Function::JsonGroupArray | Function::JsonGroupObject => {
                (self.gathered(scope, call)?, json)
            }
            function => {
                return Err(self.no_function(function, "there is no equal function"));
            }
        };
        self.fit(sql, kind.as_ref(), wanted)
    }

    fn sqlite_json(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        let args = call.args.iter().map(|arg| self.value(scope, arg, None));
        let args: Vec<Sql> = args.collect::<Result<_, _>>()?;
        if call.function == Function::JsonGet {
            let args: Vec<String> = args.into_iter().map(Sql::operand).collect();
            return Ok(Sql::operation(args.join(" -> ")));
        }
        let distinct = if call.distinct { "DISTINCT " } else { "" };
        let mut text = format!(
            "{}({distinct}{})",
            function::name(call.function),
            list(args)
        );
        if let Some(filter) = &call.filter {
            let filter = self.condition(scope, filter)?;
            text.push_str(&format!(" FILTER (WHERE {})", filter.text));
        }
        Ok(Sql::atom(text))
    }

    /// An argument as a document: `jsonb` on PostgreSQL.
    fn document(&self, scope: &Scope<'_>, call: &Call, place: usize) -> Result<Sql, Refusal> {
        let document = self.arg(call, place)?;
        match self.engine {
            Engine::Postgres => self.value(scope, document, Some(&DataType::Json)),
            _ => self.value(scope, document, None),
        }
    }

    /// The document, or what a path as second argument leads to.
    fn at_path(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        let document = self.document(scope, call, 0)?;
        if call.args.len() < 2 {
            return Ok(document);
        }
        let path = self.path(call, 1)?;
        Ok(match self.engine {
            Engine::Postgres => {
                let path = self.spelling.text(&array(&path))?;
                Sql::atom(format!("({} #> {})", document.operand(), path.text))
            }
            _ => Sql::call("json_extract", [document, self.dollar(&path)?]),
        })
    }

    /// A scalar as its SQL value, anything else as JSON: as text, or as the
    /// number or boolean that its place wants.
    fn extract(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        if call.args.len() != 2 {
            return Err(self.no_function(call.function, "it is given several paths"));
        }
        let (document, path) = (self.document(scope, call, 0)?, self.path(call, 1)?);
        let family = wanted.map_or(Family::Text, DataType::family);
        let number = matches!(family, Family::Integer | Family::Number);
        let sql = match self.engine {
            Engine::Postgres => {
                let path = self.spelling.text(&array(&path))?;
                let text = format!("{} #>> {}", document.clone().operand(), path.text);
                match family {
                    Family::Boolean => return Ok(Sql::operation(text).cast("boolean")),
                    // `true` is 1 on SQLite, and 1.5 is no whole number.
                    _ if number => {
                        let digits = format!(
                            "CAST(replace(replace({text}, 'true', '1'), 'false', '0') AS numeric)"
                        );
                        let exact = Some(&DataType::Numeric(None));
                        let stored = wanted.filter(|_| self.once);
                        return self.fit(Sql::atom(digits), exact, stored);
                    }
                    _ if self.once => {
                        let found = format!("{} #> {}", document.operand(), path.text);
                        // 1.50 is 1.5, and between the parts of an array stands
                        // no blank, while those in its texts stay.
                        let number = format!(r"regexp_replace({text}, '([.][0-9]+?)0+$', '\1')");
                        let compact = format!(
                            r#"regexp_replace({text}, '("(?:[^"\\]|\\.)*")|[ ]', '\1', 'g')"#
                        );
                        Sql::atom(format!(
                            "CASE jsonb_typeof({found}) WHEN 'boolean' THEN CASE {text} WHEN 'true' THEN '1' ELSE '0' END WHEN 'number' THEN {number} WHEN 'string' THEN ({text}) COLLATE \"C\" ELSE {compact} END"
                        ))
                    }
                    _ => Sql::operation(text),
                }
            }
            _ => {
                let path = self.dollar(&path)?;
                if number || family == Family::Boolean {
                    let value = Sql::call("json_value", [document, path]);
                    // A double has not enough digits for every whole number.
                    return Ok(if family == Family::Integer && self.once {
                        fit::whole(value)
                    } else {
                        value.cast("double")
                    });
                }
                // `json_value` would give NULL for empty text, and unquoting
                // alone the word null for a null.
                let found = Sql::call("json_extract", [document, path]);
                let shown = Sql::call("NULLIF", [found.clone(), Sql::atom("'null'")]);
                let text = Sql::call("json_unquote", [shown]).text;
                let bytes = "COLLATE utf8mb4_nopad_bin";
                if self.once {
                    let found = found.text;
                    let number = fit::shown_with_point(Sql::atom(&found).cast("double")).text;
                    return self.fit(
                        Sql::atom(format!(
                            "CASE json_type({found}) WHEN 'BOOLEAN' THEN CASE {found} WHEN 'true' THEN '1' ELSE '0' END WHEN 'DOUBLE' THEN {number} {bytes} WHEN 'ARRAY' THEN json_compact({found}) {bytes} WHEN 'OBJECT' THEN json_compact({found}) {bytes} ELSE {text} {bytes} END",
                        )),
                        Some(&DataType::Text),
                        wanted,
                    );
                }
                // Its own collation would be one more, and clash with a constant's.
                Sql::operation(format!("{text} {bytes}"))
            }
        };
        self.fit(sql, Some(&DataType::Text), wanted)
    }

    /// PostgreSQL 15 can only try and fail. Where a row is checked, failing
    /// is all that is asked for.
    fn json_valid(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        let document = self.arg(call, 0)?;
        let kind = types::of(scope, document);
        if self.engine == Engine::Mariadb {
            return Ok(Sql::call(
                "json_valid",
                [self.value(scope, document, None)?],
            ));
        }
        if kind.family() == Some(Family::Json) {
            return Ok(Sql::atom("TRUE"));
        }
        if self.once {
            self.asks_json.set(true);
            let text = self.text(scope, document)?;
            return Ok(Sql::call("pg_temp.dualfuel_json_valid", [text]));
        }
        if !self.place.is_row() {
            return Err(self.no_function(
                call.function,
                "PostgreSQL 15 fails on text that is not JSON and can't ask first",
            ));
        }
        let document = self.text(scope, document)?.cast("jsonb");
        Ok(Sql::compare(format!(
            "jsonb_typeof({}) <> ''",
            document.text
        )))
    }

    /// `json_type(x)` where it is compared with these, which are the names
    /// that all engines share.
    pub(super) fn json_type(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
        others: &[&Expr],
    ) -> Result<Option<Sql>, Refusal> {
        let call = match expr {
            Expr::Call(call) if call.function == Function::JsonType && self.typed() => call,
            _ => return Ok(None),
        };
        let shared = others.iter().all(|other| match other {
            Expr::Literal(Literal::Text(name)) => {
                matches!(name.as_str(), "object" | "array" | "null")
            }
            _ => false,
        });
        if !shared {
            return Ok(None);
        }
        let document = self.at_path(scope, call)?;
        Ok(Some(match self.engine {
            Engine::Postgres => Sql::call("jsonb_typeof", [document]),
            _ => Sql::call("lower", [Sql::call("json_type", [document])]),
        }))
    }

    /// A value that goes into a document. SQLite puts true in as 1, and a
    /// column that holds JSON as the text that it is.
    fn member(&self, scope: &Scope<'_>, expr: &Expr) -> Result<Sql, Refusal> {
        let kind = types::of(scope, expr);
        match (kind.family(), kind.soft, self.engine) {
            (Some(Family::Boolean), _, _) => self.value(scope, expr, Some(&DataType::BigInt)),
            (Some(Family::Json), true, _) => self.value(scope, expr, None),
            (Some(Family::Integer | Family::Number), _, _) => self.value(scope, expr, None),
            (Some(Family::Blob), _, _) => Err(Refusal::new("JSON can't hold a blob")),
            (_, _, Engine::Postgres) if !expr.is_null_literal() => {
                Ok(self.text(scope, expr)?.cast("text"))
            }
            _ => self.text(scope, expr),
        }
    }

    fn changed(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        let mut document = self.document(scope, call, 0)?;
        let pairs = call.args.get(1..).unwrap_or_default().chunks(2);
        let mut flat = vec![document.clone()];
        for (place, pair) in pairs.enumerate() {
            let [_, value] = pair else {
                return Err(self.no_function(call.function, "a path without a value"));
            };
            let path = self.path(call, 1 + 2 * place)?;
            let value = self.member(scope, value)?;
            if self.engine == Engine::Mariadb {
                flat.extend([self.dollar(&path)?, value]);
                continue;
            }
            if call.function != Function::JsonReplace && path.len() != 1 {
                return Err(self.no_function(
                    call.function,
                    "a path of several steps makes objects on the way on SQLite only",
                ));
            }
            let path = self.spelling.text(&array(&path))?.text;
            let value = format!("COALESCE(to_jsonb({}), 'null'::jsonb)", value.text);
            let old = document.text.clone();
            document = Sql::atom(match call.function {
                Function::JsonSet => format!("jsonb_set({old}, {path}, {value})"),
                Function::JsonReplace => format!("jsonb_set({old}, {path}, {value}, false)"),
                _ => format!(
                    "CASE WHEN {} #> {path} IS NULL THEN jsonb_set({old}, {path}, {value}) ELSE {old} END",
                    document.operand()
                ),
            });
        }
        Ok(match self.engine {
            Engine::Mariadb => Sql::call(&function::name(call.function), flat),
            _ => document,
        })
    }

    fn removed(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        let document = self.document(scope, call, 0)?;
        let paths = 1..call.args.len();
        let paths: Vec<Vec<Step>> = paths
            .map(|place| self.path(call, place))
            .collect::<Result<_, _>>()?;
        if self.engine == Engine::Mariadb {
            let mut args = vec![document];
            for path in &paths {
                args.push(self.dollar(path)?);
            }
            return Ok(Sql::call("json_remove", args));
        }
        let mut text = document.operand();
        for path in &paths {
            text.push_str(&format!(" #- {}", self.spelling.text(&array(path))?.text));
        }
        Ok(Sql::operation(text))
    }

    /// `json_group_array` and `json_group_object`: of no rows, empty.
    fn gathered(&self, scope: &Scope<'_>, call: &Call) -> Result<Sql, Refusal> {
        if call.over.is_some() {
            return Err(self.no_function(call.function, "it is used over a window"));
        }
        let args = call.args.iter().map(|arg| self.member(scope, arg));
        let args: Vec<Sql> = args.collect::<Result<_, _>>()?;
        let (function, empty) = match (self.engine, call.function) {
            (Engine::Postgres, Function::JsonGroupArray) => ("jsonb_agg", "'[]'::jsonb"),
            (Engine::Postgres, _) => ("jsonb_object_agg", "'{}'::jsonb"),
            (_, Function::JsonGroupArray) => ("json_arrayagg", "'[]'"),
            _ => ("json_objectagg", "'{}'"),
        };
        let distinct = if call.distinct { "DISTINCT " } else { "" };
        let mut inner = format!("{distinct}{}", list(args));
        if let Some(order) = self.gathering(scope, call)?
            && (self.engine == Engine::Postgres || call.function == Function::JsonGroupArray)
        {
            inner.push_str(&format!(" {order}"));
        }
        let mut text = format!("{function}({inner})");
        match (&call.filter, self.engine) {
            (None, _) => {}
            (Some(filter), Engine::Postgres) => {
                let filter = self.condition(scope, filter)?;
                text.push_str(&format!(" FILTER (WHERE {})", filter.text));
            }
            (Some(_), _) => {
                return Err(self.no_function(call.function, "it has a FILTER, which gathers NULL"));
            }
        }
        Ok(Sql::call("COALESCE", [Sql::atom(text), Sql::atom(empty)]))
    }

    /// `json_each(document [, path])` in FROM: the values of an array, and their
    /// places.
    pub(super) fn json_each(
        &self,
        scope: &Scope<'_>,
        json: &Expr,
        path: Option<&Expr>,
        alias: Option<&Name>,
    ) -> Result<String, Refusal> {
        let alias = alias.cloned().unwrap_or_else(|| Name::new("json_each"));
        let alias = self.quote(&alias);
        let args = std::iter::once(json.clone()).chain(path.cloned()).collect();
        let call = Call::new(Function::JsonGet, args);
        if self.engine == Engine::Sqlite {
            let args = call.args.iter().map(|arg| self.value(scope, arg, None));
            let args: Vec<Sql> = args.collect::<Result<_, _>>()?;
            return Ok(format!("json_each({}) AS {alias}", list(args)));
        }
        let document = self.at_path(scope, &call)?;
        let value = self.quote(&Name::new("value"));
        let key = self.quote(&Name::new("key"));
        let document = document.text;
        Ok(match self.engine {
            Engine::Postgres => format!(
                "LATERAL (SELECT place - 1 AS {key}, CASE element WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE element #>> '{{}}' END AS {value} FROM jsonb_array_elements({document}) WITH ORDINALITY AS elements (element, place)) AS {alias}",
            ),
            // What is no array fails, as it does on PostgreSQL.
            _ => format!(
                "json_table(CASE WHEN json_type({document}) <> 'ARRAY' THEN 'no array' ELSE {document} END, '$[*]' COLUMNS ({key} FOR ORDINALITY, {value} json PATH '$')) AS {alias}",
            ),
        })
    }

    /// A column of `json_each`, where the engine holds it another way: MariaDB's
    /// JSON_TABLE has no text for an object, and counts from 1.
    pub(super) fn of_json_each(&self, sql: Sql, held: Held) -> Sql {
        match (held, self.engine) {
            (Held::Json, Engine::Mariadb) => Sql::atom(format!(
                "CASE WHEN {0} = 'true' THEN '1' WHEN {0} = 'false' THEN '0' WHEN {0} = 'null' THEN NULL ELSE json_unquote({0}) COLLATE utf8mb4_nopad_bin END",
                sql.text
            )),
            (Held::FromOne, Engine::Mariadb) => Sql::atom(format!("({} - 1)", sql.text)),
            _ => sql,
        }
    }

    /// A path that is a constant: `$.a[0]`, or a key or place alone.
    fn path(&self, call: &Call, place: usize) -> Result<Vec<Step>, Refusal> {
        let expr = self.arg(call, place)?;
        if let Some(place) = function::integer(expr) {
            return Ok(vec![Step::Place(place)]);
        }
        let path = match expr {
            Expr::Literal(Literal::Text(path)) if path.starts_with('$') => steps(path),
            Expr::Literal(Literal::Text(key)) => Some(vec![Step::Key(key.clone())]),
            _ => None,
        };
        path.ok_or_else(|| {
            self.no_function(
                call.function,
                "its path is no constant of keys and places like `$.a[0]`",
            )
        })
    }

    /// A path as MariaDB spells it.
    fn dollar(&self, path: &[Step]) -> Result<Sql, Refusal> {
        let mut text = String::from("$");
        for step in path {
            match step {
                Step::Place(place) => text.push_str(&format!("[{place}]")),
                Step::Key(key) => {
                    let plain = key
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                    let letter = key
                        .bytes()
                        .next()
                        .is_some_and(|byte| !byte.is_ascii_digit());
                    if plain && letter {
                        text.push_str(&format!(".{key}"));
                    } else {
                        let key = key.replace('\\', "\\\\").replace('"', "\\\"");
                        text.push_str(&format!(".\"{key}\""));
                    }
                }
            }
        }
        self.spelling.text(&text)
    }
}

/// A path as PostgreSQL spells it: an array of text.
fn array(path: &[Step]) -> String {
    let steps: Vec<String> = path
        .iter()
        .map(|step| match step {
            Step::Place(place) => place.to_string(),
            Step::Key(key) => {
                let plain = !key.is_empty()
                    && !key.eq_ignore_ascii_case("null")
                    && key
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                if plain {
                    key.clone()
                } else {
                    format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
                }
            }
        })
        .collect();
    format!("{{{}}}", steps.join(","))
}

/// SQLite's path: `$.key`, `$."a key"`, `$[0]`, `$[#-1]`.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path.strip_prefix('$')?;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(".\"") {
            let (key, after) = after.split_once('"')?;
            steps.push(Step::Key(key.to_owned()));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (key, after) = after.split_at_checked(end)?;
            if key.is_empty() {
                return None;
            }
            steps.push(Step::Key(key.to_owned()));
            rest = after;
        } else {
            let (place, after) = rest.strip_prefix('[')?.split_once(']')?;
            let place = place.strip_prefix('#').map_or(place, |back| back);
            steps.push(Step::Place(place.parse().ok()?));
            rest = after;
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_sqlite_reads_it() {
        let key = |key: &str| Step::Key(key.into());
        assert_eq!(
            steps(r#"$.a."c d"[0][#-1]"#),
            Some(vec![key("a"), key("c d"), Step::Place(0), Step::Place(-1)])
        );
        assert_eq!(steps("$.a[#]"), None);
        assert_eq!(
            array(&[key("a"), key("c d"), Step::Place(0)]),
            r#"{a,"c d",0}"#
        );
    }
}
