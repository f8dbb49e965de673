//! SQLite's functions over a time: `strftime`, `datetime`, `julianday` and
//! the others, with their modifiers.
//!
//! A time and its modifiers become one timestamp without a zone, in UTC; then
//! the function says which part of it is wanted, and the place it stands in
//! whether as text, as a number or as a time.

use super::{
    Spelling, constant, function, mariadb, postgres,
    scope::Scope,
    sql::Sql,
    types,
    writer::{Place, Writer},
};
use crate::{
    Engine, Refusal,
    model::{BinaryOp, Call, DataType, Expr, Family, Function, Literal},
};

/// A moment in the making.
struct Moment {
    sql: Sql,
    /// Whether it is the present, untouched.
    now: bool,
    /// Whether it is the first of a month: then months can be added plainly.
    first: bool,
}

/// What a modifier adds.
enum Amount {
    /// A constant, in SQL's spelling.
    Constant(String),
    /// A value of the row.
    Value(Sql),
}

impl Writer {
    /// A time function of arguments.
    pub(super) fn calendar(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        let family = wanted.map_or(Family::Text, DataType::family);
        if self.engine == Engine::Sqlite {
            return self.sqlite_calendar(scope, call, family);
        }
        let (format, args) = match (call.function, call.args.split_first()) {
            (Function::Strftime, Some((Expr::Literal(Literal::Text(format)), args))) => {
                (Some(format.as_str()), args)
            }
            (Function::Strftime, _) => {
                return Err(self.no_function(call.function, "its format is no constant"));
            }
            _ => (None, call.args.as_slice()),
        };
        let moment = self.moment(scope, call.function, args)?;
        let time = matches!(
            family,
            Family::Date | Family::Time | Family::Timestamp | Family::TimestampTz
        );
        let (sql, kind) = match (call.function, format) {
            (Function::Unixepoch, _) | (_, Some("%s")) if !time => {
                (self.seconds(moment.sql), DataType::BigInt)
            }
            (Function::Julianday, _) => (self.julian(moment.sql), DataType::Double),
            (Function::Unixepoch | Function::Datetime, _) if time => {
                (moment.sql, DataType::Timestamp)
            }
            (Function::Strftime, Some(format)) if time && is_full(format) => {
                (moment.sql, DataType::Timestamp)
            }
            (Function::Date, _) | (_, Some("%Y-%m-%d" | "%F")) if time => {
                (moment.sql.cast("date"), DataType::Date)
            }
            (Function::Time, _) | (_, Some("%H:%M:%S" | "%T")) if family == Family::Time => (
                moment.sql.cast(&self.spelling.data_type(&DataType::Time)),
                DataType::Time,
            ),
            (function, format) => {
                let format = format.unwrap_or(match function {
                    Function::Date => "%Y-%m-%d",
                    Function::Time => "%H:%M:%S",
                    _ => "%Y-%m-%d %H:%M:%S",
                });
                let number = matches!(family, Family::Integer | Family::Number);
                if time || number && !is_number(format) {
                    return Err(self.no_function(
                        function,
                        &format!("text like `{format}` is no {}", shown(wanted)),
                    ));
                }
                let sql = self.formatted_time(&moment.sql, format)?;
                (sql, DataType::Text)
            }
        };
        let text = (call.function == Function::Strftime).then_some(&DataType::Text);
        self.fit(sql, Some(&kind), wanted.or(text))
    }

    /// On SQLite as it is, but as canonical text where a column holds that.
    fn sqlite_calendar(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        family: Family,
    ) -> Result<Sql, Refusal> {
        let args = call.args.iter().map(|arg| self.value(scope, arg, None));
        let mut args: Vec<Sql> = args.collect::<Result<_, _>>()?;
        let canonical = match (self.spelling, family) {
            (Spelling::SqliteCanonical, Family::Timestamp) => "'%Y-%m-%dT%H:%M:%f000'",
            (Spelling::SqliteCanonical, Family::TimestampTz) => "'%Y-%m-%dT%H:%M:%f000Z'",
            _ => return Ok(Sql::call(&function::name(call.function), args)),
        };
        match call.function {
            Function::Strftime if args.is_empty() => {}
            Function::Strftime => {
                args.remove(0);
            }
            Function::Date => args.push(Sql::atom("'start of day'")),
            _ => {}
        }
        args.insert(0, Sql::atom(canonical));
        Ok(Sql::call("strftime", args))
    }

    /// A time with its modifiers: PostgreSQL's `timestamp`, MariaDB's `datetime(6)`.
    fn moment(
        &self,
        scope: &Scope<'_>,
        function: Function,
        args: &[Expr],
    ) -> Result<Moment, Refusal> {
        let (time, modifiers) = match args.split_first() {
            Some((time, modifiers)) => (Some(time), modifiers),
            None => (None, args),
        };
        let text = |expr: &Expr| match expr {
            Expr::Literal(Literal::Text(text)) => Some(text.trim().to_ascii_lowercase()),
            _ => None,
        };
        let mut modifiers = modifiers.iter().peekable();
        let mut moment = match time {
            Some(time) if text(time).as_deref() != Some("now") => {
                let epoch = modifiers
                    .next_if(|modifier| {
                        matches!(text(modifier).as_deref(), Some("unixepoch" | "auto"))
                    })
                    .is_some();
                self.start(scope, function, time, epoch)?
            }
            _ => Moment {
                sql: self.present(),
                now: true,
                first: false,
            },
        };
        for modifier in modifiers {
            moment = match text(modifier) {
                Some(text) => self.modified(function, moment, &text)?,
                None => {
                    let (amount, unit) = self.dynamic(scope, function, modifier)?;
                    self.shifted(function, moment, amount, &unit)?
                }
            };
        }
        Ok(moment)
    }

    fn present(&self) -> Sql {
        Sql::atom(match self.engine {
            Engine::Postgres => "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')",
            _ => "utc_timestamp(6)",
        })
    }

    fn start(
        &self,
        scope: &Scope<'_>,
        function: Function,
        time: &Expr,
        epoch: bool,
    ) -> Result<Moment, Refusal> {
        let kind = types::of(scope, time);
        let number = matches!(kind.family(), Some(Family::Integer | Family::Number));
        let sql = if epoch {
            let seconds = self.value(scope, time, Some(&DataType::Double))?;
            match self.engine {
                Engine::Postgres => {
                    let seconds = match self.place {
                        Place::Steady => seconds.cast("double precision"),
                        _ => seconds,
                    };
                    let instant = Sql::call("to_timestamp", [seconds]).text;
                    Sql::atom(format!("({instant} AT TIME ZONE 'UTC')"))
                }
                _ => {
                    // Of a text MariaDB asks the settings, not of a literal.
                    let start = match self.place {
                        Place::Steady => "TIMESTAMP'1970-01-01 00:00:00'",
                        _ => "CAST('1970-01-01' AS datetime(6))",
                    };
                    Sql::atom(format!("({start} + INTERVAL {} SECOND)", seconds.operand()))
                }
            }
        } else if number {
            return Err(self.no_function(
                function,
                "a bare number is a Julian day on SQLite; seconds need 'unixepoch'",
            ));
        } else if let Expr::Literal(literal) = time {
            constant::write(self.spelling, literal, Some(&DataType::Timestamp))?
        } else {
            self.value(scope, time, Some(&DataType::Timestamp))?
        };
        // A CAST is needed where MariaDB's text would be taken for what it is.
        let sql = match (self.engine, time) {
            (Engine::Mariadb, Expr::Literal(_)) if !epoch => sql.cast("datetime(6)"),
            _ => sql,
        };
        Ok(Moment {
            sql,
            now: false,
            first: false,
        })
    }

    /// After a constant modifier, in lower case.
    fn modified(
        &self,
        function: Function,
        moment: Moment,
        modifier: &str,
    ) -> Result<Moment, Refusal> {
        let postgres = self.engine == Engine::Postgres;
        let time = moment.sql.clone();
        let done = |sql: Sql, first: bool| {
            Ok(Moment {
                sql,
                now: false,
                first,
            })
        };
        let unit = modifier.strip_prefix("start of ").map(str::trim);
        match (unit, modifier) {
            (Some(unit @ ("day" | "month" | "year")), _) if postgres => done(
                Sql::call("date_trunc", [Sql::atom(format!("'{unit}'")), time]),
                unit != "day",
            ),
            (Some("day"), _) => done(time.cast("date").cast("datetime(6)"), false),
            (Some(unit @ ("month" | "year")), _) => {
                let format = if unit == "month" {
                    "'%Y-%m-01'"
                } else {
                    "'%Y-01-01'"
                };
                let day = mariadb::dated(self.place, time, format);
                done(day.cast("datetime(6)"), true)
            }
            (_, "localtime") if moment.now => done(
                Sql::atom(if postgres { "LOCALTIMESTAMP" } else { "now(6)" }),
                false,
            ),
            (_, "localtime") if self.place == Place::Query && postgres => done(
                Sql::atom(format!(
                    "({} AT TIME ZONE 'UTC' AT TIME ZONE current_setting('TimeZone'))",
                    time.operand()
                )),
                false,
            ),
            (_, "localtime") if self.place == Place::Query => done(
                Sql::atom(format!(
                    "convert_tz({}, '+00:00', @@session.time_zone)",
                    time.text
                )),
                false,
            ),
            // The present is UTC already.
            (_, "utc") if moment.now => Ok(moment),
            // Fractions are kept in any case.
            (_, "subsec" | "subsecond") => Ok(moment),
            _ => {
                if let Some(day) = modifier.strip_prefix("weekday ")
                    && let Ok(day @ 0..=6) = day.trim().parse::<u8>()
                {
                    return done(self.weekday(&time, day), false);
                }
                let Some((amount, unit)) = shift(modifier) else {
                    return Err(self.no_function(
                        function,
                        &format!("the modifier `{modifier}` is not known there"),
                    ));
                };
                self.shifted(function, moment, Amount::Constant(amount), &unit)
            }
        }
    }

    /// The next such day of the week, today included; 0 is Sunday.
    fn weekday(&self, time: &Sql, day: u8) -> Sql {
        let plain = time.clone().operand();
        Sql::atom(match self.engine {
            Engine::Postgres => format!(
                "({plain} + (({day} - CAST(EXTRACT(dow FROM {plain}) AS integer) + 7) % 7) * interval '1 day')"
            ),
            _ => format!("({plain} + INTERVAL (({day} - dayofweek({plain}) + 8) % 7) DAY)"),
        })
    }

    /// `'-' || days || ' days'`.
    fn dynamic(
        &self,
        scope: &Scope<'_>,
        function: Function,
        modifier: &Expr,
    ) -> Result<(Amount, String), Refusal> {
        let mut parts = Vec::new();
        let mut rest = modifier;
        while let Expr::Binary {
            left,
            op: BinaryOp::Concat,
            right,
        } = rest
        {
            parts.push(&**right);
            rest = left;
        }
        parts.push(rest);
        parts.reverse();
        let (sign, value, unit) = match parts.as_slice() {
            [
                Expr::Literal(Literal::Text(sign)),
                value,
                Expr::Literal(Literal::Text(unit)),
            ] => (sign.trim(), *value, unit),
            [value, Expr::Literal(Literal::Text(unit))] => ("", *value, unit),
            _ => return Err(self.no_function(function, "its modifier is no constant")),
        };
        let unit = unit.trim().to_ascii_lowercase();
        let unit = unit.strip_suffix('s').unwrap_or(&unit).to_owned();
        let known = ["second", "minute", "hour", "day", "month", "year"].contains(&unit.as_str());
        let value = self.value(scope, value, Some(&DataType::BigInt))?;
        let value = match sign {
            "-" => Sql::operation(format!("-{}", value.operand())),
            "" | "+" => value,
            _ => return Err(self.no_function(function, "its modifier is no constant")),
        };
        if !known {
            return Err(self.no_function(function, "its modifier is no constant"));
        }
        Ok((Amount::Value(value), unit))
    }

    /// So much later. A day that its new month does not have spills into the
    /// next one on SQLite, where the others take the month's last.
    fn shifted(
        &self,
        function: Function,
        moment: Moment,
        amount: Amount,
        unit: &str,
    ) -> Result<Moment, Refusal> {
        let months = matches!(unit, "month" | "year");
        let fraction = matches!(&amount, Amount::Constant(amount) if amount.contains('.'));
        if fraction && !matches!(unit, "second" | "minute" | "hour" | "day") {
            return Err(self.no_function(function, "it adds a fraction of a month or year"));
        }
        let time = moment.sql.operand();
        let sql = match (self.engine, amount) {
            (Engine::Postgres, amount) => {
                let interval = match amount {
                    Amount::Constant(amount) => format!("interval '{amount} {unit}'"),
                    Amount::Value(value) => format!("{} * interval '1 {unit}'", value.operand()),
                };
                if months && !moment.first {
                    let month = format!("date_trunc('month', {time})");
                    format!("({month} + {interval} + ({time} - {month}))")
                } else {
                    format!("({time} + {interval})")
                }
            }
            (_, amount) => {
                let amount = match amount {
                    Amount::Constant(amount) if fraction => {
                        let scale = match unit {
                            "minute" => 60,
                            "hour" => 3600,
                            "day" => 86_400,
                            _ => 1,
                        };
                        return Ok(Moment {
                            sql: Sql::atom(format!(
                                "({time} + INTERVAL ({amount} * {scale}) SECOND)"
                            )),
                            now: false,
                            first: false,
                        });
                    }
                    Amount::Constant(amount) => amount,
                    Amount::Value(value) => value.operand(),
                };
                let unit = unit.to_ascii_uppercase();
                if months && !moment.first {
                    let days = format!("INTERVAL (dayofmonth({time}) - 1) DAY");
                    format!("({time} - {days} + INTERVAL {amount} {unit} + {days})")
                } else {
                    format!("({time} + INTERVAL {amount} {unit})")
                }
            }
        };
        Ok(Moment {
            sql: Sql::atom(sql),
            now: false,
            first: months && moment.first,
        })
    }

    fn seconds(&self, time: Sql) -> Sql {
        Sql::atom(match self.engine {
            Engine::Postgres => {
                format!("CAST(floor(EXTRACT(epoch FROM {})) AS bigint)", time.text)
            }
            _ => format!("timestampdiff(SECOND, '1970-01-01', {})", time.text),
        })
    }

    /// Days since noon of 24 November 4714 BC.
    fn julian(&self, time: Sql) -> Sql {
        Sql::operation(match self.engine {
            Engine::Postgres => format!(
                "CAST(EXTRACT(epoch FROM {}) AS double precision) / 86400 + 2440587.5",
                time.text
            ),
            _ => format!(
                "timestampdiff(MICROSECOND, '1970-01-01', {}) / 86400000000e0 + 2440587.5e0",
                time.text
            ),
        })
    }

    /// A time as text in the manner of `strftime`.
    fn formatted_time(&self, time: &Sql, format: &str) -> Result<Sql, Refusal> {
        let format = format
            .replace("%F", "%Y-%m-%d")
            .replace("%T", "%H:%M:%S")
            .replace("%R", "%H:%M");
        if self.engine == Engine::Postgres && self.place == Place::Steady {
            return self.steady_time(time, &format);
        }
        let mut pieces: Vec<Sql> = Vec::new();
        let mut run = String::new();
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            if letter != '%' {
                run.push_str(&self.literal_letter(letter));
                continue;
            }
            let spec = letters.next().unwrap_or('%');
            match self.field(spec) {
                Some(field) => run.push_str(field),
                None if spec == '%' => run.push_str(&self.literal_letter('%')),
                None => {
                    if !run.is_empty() {
                        pieces.push(self.run(time, &std::mem::take(&mut run))?);
                    }
                    pieces.extend(self.computed(time, spec)?);
                }
            }
        }
        if !run.is_empty() || pieces.is_empty() {
            pieces.push(self.run(time, &run)?);
        }
        Ok(match (pieces.len(), self.engine) {
            (1, _) => pieces.remove(0),
            (_, Engine::Mariadb) => Sql::call("concat", pieces),
            _ => {
                let pieces: Vec<String> = pieces.into_iter().map(Sql::operand).collect();
                Sql::operation(pieces.join(" || "))
            }
        })
    }

    /// The same without `to_char`, which PostgreSQL takes for one that settings
    /// could change.
    fn steady_time(&self, time: &Sql, format: &str) -> Result<Sql, Refusal> {
        let mut pieces: Vec<String> = Vec::new();
        let mut run = String::new();
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            let spec = match letter {
                '%' => letters.next().unwrap_or('%'),
                _ => '%',
            };
            if spec == '%' {
                run.push(letter);
                continue;
            }
            if !run.is_empty() {
                pieces.push(self.spelling.text(&std::mem::take(&mut run))?.text);
            }
            match postgres::steady_field(&time.text, spec) {
                Some(field) => pieces.push(field),
                None => {
                    let computed = self.computed(time, spec)?.into_iter();
                    pieces.extend(computed.map(Sql::operand));
                }
            }
        }
        if !run.is_empty() || pieces.is_empty() {
            pieces.push(self.spelling.text(&run)?.text);
        }
        Ok(match pieces.len() {
            1 => Sql::atom(pieces.remove(0)),
            _ => Sql::operation(pieces.join(" || ")),
        })
    }

    fn run(&self, time: &Sql, format: &str) -> Result<Sql, Refusal> {
        // `""` between two quoted letters is nothing.
        let format = self.spelling.text(&format.replace("\"\"", ""))?;
        Ok(match self.engine {
            Engine::Postgres => Sql::call("to_char", [time.clone(), format]),
            _ => mariadb::dated(self.place, time.clone(), &format.text),
        })
    }

    /// A letter that stands for itself in the engine's formats.
    fn literal_letter(&self, letter: char) -> String {
        match (self.engine, letter) {
            (Engine::Mariadb, '%') => "%%".into(),
            (Engine::Postgres, '"' | '\\') => format!("\\{letter}"),
            (Engine::Postgres, letter) if letter.is_alphanumeric() => format!("\"{letter}\""),
            _ => letter.to_string(),
        }
    }

    /// A field that the engine's formats have.
    fn field(&self, spec: char) -> Option<&'static str> {
        let (postgres, mariadb) = match spec {
            'Y' => ("YYYY", "%Y"),
            'm' => ("MM", "%m"),
            'd' => ("DD", "%d"),
            'H' => ("HH24", "%H"),
            'M' => ("MI", "%i"),
            'S' => ("SS", "%s"),
            'j' => ("DDD", "%j"),
            'f' => ("SS.MS", ""),
            'w' => ("", "%w"),
            _ => return None,
        };
        let field = match self.engine {
            Engine::Postgres => postgres,
            _ => mariadb,
        };
        (!field.is_empty()).then_some(field)
    }

    /// A field that has to be worked out.
    fn computed(&self, time: &Sql, spec: char) -> Result<Vec<Sql>, Refusal> {
        let postgres = self.engine == Engine::Postgres;
        let text = &time.text;
        let sql = match spec {
            's' => {
                let kind = if postgres { "text" } else { "char" };
                self.seconds(time.clone()).cast(kind)
            }
            'w' if postgres => Sql::atom(format!(
                "CAST(CAST(EXTRACT(dow FROM {text}) AS integer) AS text)"
            )),
            // The first Monday begins week 1.
            'W' if postgres => Sql::atom(format!(
                "lpad(CAST((CAST(EXTRACT(doy FROM {text}) AS integer) + 7 - CAST(EXTRACT(isodow FROM {text}) AS integer)) / 7 AS text), 2, '0')"
            )),
            'W' => Sql::atom(format!("lpad(week({text}, 5), 2, '0')")),
            'f' => {
                let micros = mariadb::dated(self.place, time.clone(), "'%f'");
                return Ok(vec![
                    mariadb::dated(self.place, time.clone(), "'%s.'"),
                    Sql::call("left", [micros, Sql::atom("3")]),
                ]);
            }
            _ => {
                return Err(
                    self.no_function(Function::Strftime, &format!("`%{spec}` is not known there"))
                );
            }
        };
        Ok(vec![sql])
    }
}

fn shown(wanted: Option<&DataType>) -> String {
    wanted.map_or("text".into(), ToString::to_string)
}

/// Whether a format has the day and the time of day.
fn is_full(format: &str) -> bool {
    let has = |field: &str| format.contains(field);
    (has("%Y-%m-%d") || has("%F")) && (has("%H:%M:%S") || has("%H:%M:%f") || has("%T"))
}

/// Whether a format gives digits only.
fn is_number(format: &str) -> bool {
    matches!(
        format,
        "%Y" | "%m" | "%d" | "%H" | "%M" | "%S" | "%j" | "%w" | "%W" | "%s" | "%Y%m%d" | "%Y%m"
    )
}

/// `+7 days`: the number, signed, and the unit without its `s`.
fn shift(modifier: &str) -> Option<(String, String)> {
    let (amount, unit) = modifier.trim().split_once(' ')?;
    let unit = unit.trim();
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let known = ["second", "minute", "hour", "day", "month", "year"].contains(&unit);
    let amount = amount.strip_prefix('+').unwrap_or(amount);
    let digits = amount.strip_prefix('-').unwrap_or(amount);
    let number = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.parse::<f64>().is_ok();
    let whole = amount.strip_suffix(".0").unwrap_or(amount);
    (known && number).then(|| (whole.to_owned(), unit.to_owned()))
}
