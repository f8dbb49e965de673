//! SQLite's GLOB where LIKE can't say it: patterns with a class, `[0-9]`.
//!
//! Schemas check the form of a text with them (a day, a hash in hexadecimal), so
//! they are a function of the model, `glob(text, pattern)`. The other engines
//! have regular expressions, and a GLOB is a small one: every part of a pattern
//! has one spelling there, which is read back as the same part. What it
//! leaves out of the classes (escapes, letters beyond ASCII, an engine's named
//! classes) no two engines read alike.

use crate::engine::Engine;

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// `*`: any number of characters.
    Any,
    /// `?`: one character.
    One,
    /// That character.
    Char(char),
    /// `[a-z]`, `[^a-z]`: what stands between the brackets.
    Class { negated: bool, members: String },
}

/// The parts of a GLOB, or none where a class of it is not plain. A class of one
/// character is that character: that is how GLOB spells `*`, `?` and `[`.
pub(crate) fn parts(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let part = match letter {
            '*' => Part::Any,
            '?' => Part::One,
            '[' => class(&mut letters)?,
            letter => Part::Char(letter),
        };
        if part != Part::Any || parts.last() != Some(&Part::Any) {
            parts.push(part);
        }
    }
    Some(parts)
}

/// What follows a `[`, in a GLOB and in a regular expression alike.
fn class(letters: &mut std::str::Chars<'_>) -> Option<Part> {
    let mut members = String::new();
    let mut negated = false;
    loop {
        match letters.next()? {
            '^' if members.is_empty() && !negated => negated = true,
            ']' if members.is_empty() => return None,
            ']' => break,
            letter if is_plain_member(letter) => members.push(letter),
            _ => return None,
        }
    }
    let mut rest = members.chars();
    match (rest.next(), rest.next()) {
        (Some(letter), None) if !negated => Some(Part::Char(letter)),
        _ => ranges(&members).map(|_| Part::Class { negated, members }),
    }
}

/// One that no engine takes for something else between brackets.
fn is_plain_member(letter: char) -> bool {
    letter.is_ascii_graphic() && !matches!(letter, '[' | ']' | '\\' | '^' | '&' | '~')
        || letter == ' '
}

/// The members as ranges. None where one runs backwards, or between letters
/// of which the engines could think differently: `[A-z]`.
fn ranges(members: &str) -> Option<Vec<(char, char)>> {
    let letters: Vec<char> = members.chars().collect();
    let mut ranges = Vec::new();
    let mut rest = letters.as_slice();
    loop {
        rest = match rest {
            [] => return Some(ranges),
            [first, '-', last, rest @ ..] => {
                let alike = first.is_ascii_digit() && last.is_ascii_digit()
                    || first.is_ascii_lowercase() && last.is_ascii_lowercase()
                    || first.is_ascii_uppercase() && last.is_ascii_uppercase();
                if !alike || first > last {
                    return None;
                }
                ranges.push((*first, *last));
                rest
            }
            // Only at an end is it itself everywhere.
            ['-', rest @ ..] if !ranges.is_empty() && !rest.is_empty() => return None,
            [letter, rest @ ..] => {
                ranges.push((*letter, *letter));
                rest
            }
        };
    }
}

/// A pattern of those parts.
pub(crate) fn pattern(parts: &[Part]) -> String {
    let mut pattern = String::new();
    for part in parts {
        match part {
            Part::Any => pattern.push('*'),
            Part::One => pattern.push('?'),
            Part::Char(letter @ ('*' | '?' | '[')) => pattern.push_str(&format!("[{letter}]")),
            Part::Char(letter) => pattern.push(*letter),
            Part::Class { negated, members } => {
                pattern.push_str(&brackets(*negated, members));
            }
        }
    }
    pattern
}

fn brackets(negated: bool, members: &str) -> String {
    format!("[{}{members}]", if negated { "^" } else { "" })
}

/// The regular expression that matches what the GLOB does.
///
/// Its ends are those of the text, not of a line: PostgreSQL's `$` is, MariaDB's
/// would let a line feed follow. There a `.` is no line feed either, unless told.
pub(crate) fn regex(engine: Engine, parts: &[Part]) -> String {
    let (parts, start) = match parts {
        [Part::Any, rest @ ..] => (rest, ""),
        parts => (parts, "^"),
    };
    let (parts, end) = match parts {
        [rest @ .., Part::Any] => (rest, ""),
        parts if engine == Engine::Mariadb => (parts, "\\z"),
        parts => (parts, "$"),
    };
    let dotted = engine == Engine::Mariadb
        && parts
            .iter()
            .any(|part| matches!(part, Part::Any | Part::One));
    let mut regex = format!("{}{start}", if dotted { "(?s)" } else { "" });
    for part in parts {
        match part {
            Part::Any => regex.push_str(".*"),
            Part::One => regex.push('.'),
            Part::Char(letter) => {
                if is_special(*letter) {
                    regex.push('\\');
                }
                regex.push(*letter);
            }
            Part::Class { negated, members } => regex.push_str(&brackets(*negated, members)),
        }
    }
    regex + end
}

fn is_special(letter: char) -> bool {
    matches!(
        letter,
        '.' | '^' | '$' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '\\'
    )
}

/// The GLOB that a regular expression says, if one does.
pub(crate) fn of_regex(engine: Engine, text: &str) -> Option<Vec<Part>> {
    let mut rest = text.strip_prefix("(?s)").unwrap_or(text);
    let mut parts = Vec::new();
    match rest.strip_prefix('^') {
        Some(after) => rest = after,
        None => parts.push(Part::Any),
    }
    let end = if engine == Engine::Mariadb {
        "\\z"
    } else {
        "$"
    };
    let ended = rest.strip_suffix(end);
    let mut letters = ended.unwrap_or(rest).chars();
    while let Some(letter) = letters.next() {
        parts.push(match letter {
            '.' if letters.as_str().starts_with('*') => {
                letters.next();
                Part::Any
            }
            '.' => Part::One,
            '[' => class(&mut letters)?,
            '\\' => Part::Char(letters.next().filter(|letter| is_special(*letter))?),
            letter if is_special(letter) => return None,
            letter => Part::Char(letter),
        });
    }
    if ended.is_none() {
        parts.push(Part::Any);
    }
    // Whatever was read loosely is caught here.
    (regex(engine, &parts) == text).then_some(parts)
}

/// Whether a text is matched.
pub(crate) fn matches(parts: &[Part], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // Where in the text the parts so far may have ended.
    let mut ends = vec![true];
    ends.resize(text.len() + 1, false);
    for part in parts {
        let mut next = vec![false; ends.len()];
        let mut any = false;
        for (place, ended) in ends.iter().enumerate() {
            any |= *ended;
            if *part == Part::Any {
                if let Some(next) = next.get_mut(place) {
                    *next = any;
                }
            } else if *ended
                && text.get(place).is_some_and(|letter| one(part, *letter))
                && let Some(next) = next.get_mut(place + 1)
            {
                *next = true;
            }
        }
        ends = next;
    }
    ends.last() == Some(&true)
}

fn one(part: &Part, letter: char) -> bool {
    match part {
        Part::Any => false,
        Part::One => true,
        Part::Char(own) => *own == letter,
        Part::Class { negated, members } => {
            let within = ranges(members).is_some_and(|ranges| {
                ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&letter))
            });
            within != *negated
        }
    }
}

/// A text that is matched.
pub(crate) fn example(parts: &[Part]) -> String {
    parts
        .iter()
        .filter_map(|part| match part {
            Part::Any => None,
            Part::Char(letter) => Some(*letter),
            part => ('0'..='z').find(|letter| one(part, *letter)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn said(glob: &str, postgres: &str, mariadb: &str) {
        let parts = parts(glob).unwrap();
        assert_eq!(pattern(&parts), glob);
        for (engine, expected) in [(Engine::Postgres, postgres), (Engine::Mariadb, mariadb)] {
            assert_eq!(regex(engine, &parts), expected);
            assert_eq!(of_regex(engine, expected).as_ref(), Some(&parts));
        }
    }

    #[test]
    fn a_glob_is_a_regular_expression_and_read_back() {
        said(
            "[0-9][0-9]:[0-5]?",
            "^[0-9][0-9]:[0-5].$",
            r"(?s)^[0-9][0-9]:[0-5].\z",
        );
        said("*[^0-9a-f]*", "[^0-9a-f]", "[^0-9a-f]");
        said(
            "[a-z]*.[*][_-]",
            r"^[a-z].*\.\*[_-]$",
            r"(?s)^[a-z].*\.\*[_-]\z",
        );
    }

    #[test]
    fn classes_the_engines_read_differently_are_left_alone() {
        for glob in [
            "[A-z]",
            "[z-a]",
            "[^]a]",
            r"[\d]",
            "[[:alpha:]]",
            "[é]",
            "[a",
            "[]",
        ] {
            assert_eq!(parts(glob), None, "{glob}");
        }
        for regex in ["^[0-9]{4}$", "^a+$", "^(a|b)$", r"^\d$", "a$b", "^[a-z]?$"] {
            assert_eq!(of_regex(Engine::Postgres, regex), None, "{regex}");
        }
    }

    #[test]
    fn a_text_is_matched_as_sqlite_does() {
        let holds = |glob: &str, text: &str| matches(&parts(glob).unwrap(), text);
        assert!(holds("[0-9]*-[^a]?", "12-b\n"));
        assert!(!holds("[0-9]*-[^a]?", "12-ab"));
        assert!(holds("*[^0-9]*", "12a"));
        assert!(!holds("*[^0-9]*", "12"));
        assert!(!holds("*[^0-9]*", ""));
        let day = parts("[0-9][0-9][0-9][0-9]-[01][0-9]").unwrap();
        assert!(matches(&day, &example(&day)));
    }
}
