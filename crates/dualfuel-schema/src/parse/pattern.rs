//! Small languages inside constants: GLOB, JSON paths, arrays, time formats.

use crate::{
    engine::Engine,
    glob::{self, Part},
    model::{Expr, Function, Like, Literal},
};

/// SQLite's GLOB: as a LIKE that minds case, where that says the same (`*` and
/// `?` are `%` and `_`), else, for a class `[..]`, as itself.
pub(super) fn glob(expr: Expr, pattern: &Expr) -> Option<Expr> {
    let Expr::Literal(Literal::Text(pattern)) = pattern else {
        return None;
    };
    let parts = glob::parts(pattern)?;
    let mut escape = None;
    let mut like = String::new();
    for part in &parts {
        match part {
            Part::Any => like.push('%'),
            Part::One => like.push('_'),
            Part::Char(letter @ ('%' | '_' | '\\')) => {
                escape = Some('\\');
                like.push('\\');
                like.push(*letter);
            }
            Part::Char(letter) => like.push(*letter),
            Part::Class { .. } => return Some(globbed(expr, &parts)),
        }
    }
    // Without one that is escaped, a backslash would need no escape either.
    Some(Expr::Like(Box::new(Like {
        expr,
        pattern: Expr::text(like),
        negated: false,
        escape,
        case_insensitive: false,
    })))
}

/// A regular expression that says what a GLOB can.
pub(super) fn regex(engine: Engine, expr: Expr, pattern: &Expr) -> Option<Expr> {
    match pattern {
        Expr::Literal(Literal::Text(pattern)) => {
            Some(globbed(expr, &glob::of_regex(engine, pattern)?))
        }
        _ => None,
    }
}

fn globbed(expr: Expr, parts: &[Part]) -> Expr {
    let pattern = Expr::text(glob::pattern(parts));
    Expr::call(Function::Glob, vec![expr, pattern])
}

/// What follows `->`: a path `$.a`, a key `a`, or an index.
pub(super) fn json_step(step: &Expr) -> Option<String> {
    match step {
        Expr::Literal(Literal::Text(text)) if text.starts_with('$') => Some(text.clone()),
        Expr::Literal(Literal::Text(key)) => Some(format!("${}", json_key(key)?)),
        Expr::Literal(Literal::Integer(index)) if *index >= 0 => Some(format!("$[{index}]")),
        Expr::Cast { expr, .. } => json_step(expr),
        _ => None,
    }
}

/// What follows PostgreSQL's `#>`: `'{a,0,b}'`.
pub(super) fn json_steps(steps: &Expr) -> Option<String> {
    let text = match steps {
        Expr::Literal(Literal::Text(text)) => text,
        Expr::Cast { expr, .. } => return json_steps(expr),
        _ => return None,
    };
    let mut path = "$".to_owned();
    for step in text_array(text)? {
        if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{step}]"));
        } else {
            path.push_str(&json_key(&step)?);
        }
    }
    Some(path)
}

fn json_key(key: &str) -> Option<String> {
    let plain = !key.is_empty()
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !key.starts_with(|c: char| c.is_ascii_digit());
    if plain {
        return Some(format!(".{key}"));
    }
    (!key.contains('"') && !key.contains('\\')).then(|| format!(".\"{key}\""))
}

/// PostgreSQL's array constant `{a,"b c"}`, of one dimension and without NULL.
pub(super) fn text_array(text: &str) -> Option<Vec<String>> {
    let body = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if body.trim().is_empty() {
        return Some(Vec::new());
    }
    let mut elements = Vec::new();
    let mut letters = body.chars().peekable();
    loop {
        let mut element = String::new();
        if letters.next_if_eq(&'"').is_some() {
            loop {
                match letters.next()? {
                    '"' => break,
                    '\\' => element.push(letters.next()?),
                    letter => element.push(letter),
                }
            }
        } else {
            while let Some(letter) = letters.next_if(|letter| *letter != ',') {
                if matches!(letter, '{' | '}' | '"' | '\\') {
                    return None;
                }
                element.push(letter);
            }
            if element.eq_ignore_ascii_case("null") {
                return None;
            }
        }
        elements.push(element);
        match letters.next() {
            None => return Some(elements),
            Some(',') => {}
            Some(_) => return None,
        }
    }
}

/// PostgreSQL's `to_char` templates as SQLite's strftime formats.
const TO_CHAR: &[(&str, &str)] = &[
    ("YYYY", "%Y"),
    ("HH24", "%H"),
    ("DDD", "%j"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("MI", "%M"),
    ("SS", "%S"),
    ("MS", "\u{0}ms"),
    ("US", "\u{0}us"),
    ("D", "\u{0}no"),
    ("ID", "%u"),
    ("IYYY", "%G"),
    ("IW", "%V"),
];

/// A `to_char` template as a strftime format. None for what that can't say.
pub(super) fn of_to_char(template: &str) -> Option<String> {
    let mut format = String::new();
    let mut rest = template;
    while let Some(letter) = rest.chars().next() {
        if letter == '"' {
            let (text, after) = rest.get(1..)?.split_once('"')?;
            format.push_str(&text.replace('%', "%%"));
            rest = after;
            continue;
        }
        let longest = TO_CHAR
            .iter()
            .filter(|(from, _)| rest.starts_with(from))
            .max_by_key(|(from, _)| from.len());
        if let Some((from, to)) = longest {
            format.push_str(to);
            rest = rest.get(from.len()..)?;
        } else if letter.is_ascii_alphabetic() {
            return None;
        } else {
            format.push_str(if letter == '%' { "%%" } else { "" });
            if letter != '%' {
                format.push(letter);
            }
            rest = rest.get(letter.len_utf8()..)?;
        }
    }
    // SQLite writes a second and its fraction as one.
    let format = format
        .replace("%S.\u{0}ms", "%f")
        .replace("%S.\u{0}us", "%f000");
    (!format.contains('\u{0}')).then_some(format)
}

/// MySQL's `date_format` formats as SQLite's strftime formats.
pub(super) fn of_date_format(template: &str) -> Option<String> {
    let mut format = String::new();
    let mut letters = template.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            format.push(letter);
            continue;
        }
        format.push_str(match letters.next()? {
            'Y' => "%Y",
            'm' => "%m",
            'd' => "%d",
            'H' => "%H",
            'i' => "%M",
            's' | 'S' => "%S",
            'j' => "%j",
            'w' => "%w",
            'T' => "%H:%M:%S",
            'f' => "\u{0}us",
            '%' => "%%",
            _ => return None,
        });
    }
    let format = format.replace("%S.\u{0}us", "%f000");
    (!format.contains('\u{0}')).then_some(format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_a_like_that_minds_case() {
        let like = |pattern: &str| match glob(Expr::column("a"), &Expr::text(pattern)) {
            Some(Expr::Like(like)) => match like.pattern {
                Expr::Literal(Literal::Text(text)) => Some((text, like.escape)),
                _ => None,
            },
            _ => None,
        };
        assert_eq!(like("a*b?"), Some(("a%b_".to_owned(), None)));
        assert_eq!(like("50%"), Some(("50\\%".to_owned(), Some('\\'))));
        assert_eq!(like("[?]*"), Some(("?%".to_owned(), None)));
        let class = glob(Expr::column("a"), &Expr::text("[0-9]*")).unwrap();
        let read = |pattern| regex(Engine::Postgres, Expr::column("a"), &Expr::text(pattern));
        assert_eq!(read("^[0-9]"), Some(class));
        assert_eq!(read("^[0-9]+"), None);
    }

    #[test]
    fn json_keys_and_arrays_become_paths() {
        assert_eq!(json_step(&Expr::text("a")), Some("$.a".to_owned()));
        assert_eq!(json_step(&Expr::text("a b")), Some("$.\"a b\"".to_owned()));
        assert_eq!(json_step(&Expr::integer(2)), Some("$[2]".to_owned()));
        assert_eq!(
            json_steps(&Expr::text("{a,0,b}")),
            Some("$.a[0].b".to_owned())
        );
        assert_eq!(json_steps(&Expr::column("a")), None);
    }

    #[test]
    fn arrays_of_text_are_read() {
        let array = |text| text_array(text).unwrap();
        assert_eq!(array("{}"), Vec::<String>::new());
        assert_eq!(array(r#"{a,"b,\"c"}"#), ["a", "b,\"c"]);
        assert_eq!(text_array("{a,NULL}"), None);
        assert_eq!(text_array("{{a},{b}}"), None);
    }

    #[test]
    fn time_formats_are_those_of_strftime() {
        assert_eq!(
            of_to_char("YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\""),
            Some("%Y-%m-%dT%H:%M:%fZ".to_owned())
        );
        assert_eq!(of_to_char("Month"), None);
        assert_eq!(
            of_date_format("%Y-%m-%d %H:%i:%s"),
            Some("%Y-%m-%d %H:%M:%S".to_owned())
        );
        assert_eq!(of_date_format("%W"), None);
    }
}
