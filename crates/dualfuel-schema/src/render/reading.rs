//! A file's statements, and what its comments say about them.
//!
//! | `-- dualfuel:` | before | means |
//! |---|---|---|
//! | `tenant`, `tenant, weak identity` | CREATE TABLE | each row belongs to an org |
//! | `every org` | a data statement | it is meant for the rows of all orgs |
//! | `only sqlite, postgres` | any statement | the others do without it |
//! | `compatible-with 1.4.0`, `irreversible` | anything | for `dualfuel-migrate` |
//!
//! Other words are an error: a typing error would otherwise leave a table
//! without its wall.

use std::ops::Range;

use crate::{
    Dialect, Engine, Refusal,
    parse::{self, Parsed, Unread},
    render::RenderOptions,
    statement::Statement,
};

/// What the comments may say, for messages.
const KNOWN: &str = "known are `tenant`, `tenant, weak identity`, `every org`, `only <engine>, ..`, \
                     `compatible-with <release>` and `irreversible`";

/// A file, read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    statements: Vec<Read>,
    /// What could not be read and would be needed.
    pub(super) unread: Vec<Unread>,
    /// Comments that say nothing known.
    pub(super) faults: Vec<Fault>,
    /// `compatible-with` as it was written.
    pub(super) compatible_with: Option<String>,
    /// `irreversible` with what its author says of it.
    pub(super) irreversible: Option<String>,
}

/// A comment that says nothing known.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) span: Range<usize>,
    pub(super) refusal: Refusal,
}

#[derive(Debug)]
struct Read {
    parsed: Parsed,
    /// The engines it is for; all when absent.
    only: Option<Vec<Engine>>,
}

/// What one comment says.
#[derive(Debug, PartialEq, Eq)]
enum Word {
    Tenant { weak_identity: bool },
    EveryOrg,
    Only(Vec<Engine>),
    CompatibleWith(String),
    Irreversible(String),
}

impl Reading {
    pub(super) fn of(text: &str, options: RenderOptions) -> Self {
        let mut reading = Self::default();
        let mut end = 0;
        for found in parse::parse(options.dialect, text, options.read) {
            let span = match &found {
                Ok(parsed) => parsed.span.clone(),
                Err(unread) => unread.span.clone(),
            };
            // What follows a `;` on its line belongs to the statement before it.
            let gap = next_line(text, end)..span.start;
            end = span.end.max(end);
            match found {
                Ok(parsed) => {
                    let place = gap.start.min(span.start)..next_line(text, span.end);
                    let said = find_each(text, place, &parsed.annotations);
                    let words = reading.words(said, options.dialect);
                    reading.add(parsed, words);
                }
                Err(unread) => {
                    let words = reading.words(annotations(text, gap), options.dialect);
                    reading.add_unread(unread, &words, options.dialect);
                }
            }
        }
        let rest = next_line(text, end)..text.len();
        for (span, _) in reading.words(annotations(text, rest), options.dialect) {
            reading.fault(span, "there is no statement after it".to_owned());
        }
        reading
    }

    /// Whether something in it is not known, so that nothing can be lowered.
    pub(super) fn is_blocked(&self) -> bool {
        !self.unread.is_empty() || !self.faults.is_empty()
    }

    /// The statements with what other engines do without in them.
    pub(super) fn noted(&self) -> impl Iterator<Item = (&Statement, &[String])> {
        let read = self.statements.iter();
        read.map(|read| (&read.parsed.statement, read.parsed.notes.as_slice()))
    }

    /// The statements for `engine`.
    pub(super) fn on(&self, engine: Engine) -> Vec<Parsed> {
        let here = |read: &&Read| read.only.as_ref().is_none_or(|only| only.contains(&engine));
        let read = self.statements.iter().filter(here);
        read.map(|read| read.parsed.clone()).collect()
    }

    fn add(&mut self, mut parsed: Parsed, words: Vec<(Range<usize>, Word)>) {
        let mut only = None;
        for (span, word) in words {
            match (word, &mut parsed.statement) {
                (Word::Tenant { weak_identity }, Statement::CreateTable { table, .. }) => {
                    table.tenant = true;
                    table.weak_identity = weak_identity;
                }
                (Word::Tenant { .. }, _) => {
                    self.fault(
                        span,
                        "`tenant` belongs right before a CREATE TABLE".to_owned(),
                    );
                }
                (Word::Only(engines), _) => only = Some(engines),
                (Word::EveryOrg | Word::CompatibleWith(_) | Word::Irreversible(_), _) => {}
            }
        }
        self.statements.push(Read { parsed, only });
    }

    /// A statement that only its own engine has needs not to be read.
    fn add_unread(&mut self, unread: Unread, words: &[(Range<usize>, Word)], dialect: Dialect) {
        let own_alone = words.iter().any(|(_, word)| match word {
            Word::Only(engines) => engines.iter().all(|only| Some(*only) == dialect.engine()),
            _ => false,
        });
        if !own_alone {
            self.unread.push(unread);
        }
    }

    /// What comments say, those that are about the file alone left out.
    fn words(
        &mut self,
        said: Vec<(Range<usize>, String)>,
        dialect: Dialect,
    ) -> Vec<(Range<usize>, Word)> {
        let mut words = Vec::new();
        for (span, said) in said {
            match word(&said) {
                Ok(Word::Tenant { .. }) if dialect != Dialect::Portable => self.fault(
                    span,
                    "a file that passes through as it is can't get an org: move the migrations to \
                     a portable source first"
                        .to_owned(),
                ),
                Ok(Word::CompatibleWith(release)) => self.compatible_with = Some(release),
                Ok(Word::Irreversible(why)) => self.irreversible = Some(why),
                Ok(word) => words.push((span, word)),
                Err(reason) => self.fault(span, reason),
            }
        }
        words
    }

    fn fault(&mut self, span: Range<usize>, reason: String) {
        self.faults.push(Fault {
            span,
            refusal: Refusal::new(reason),
        });
    }
}

/// Where the line after `offset` begins; 0 for 0, which no statement ends at.
fn next_line(text: &str, offset: usize) -> usize {
    if offset == 0 {
        return 0;
    }
    let rest = text.get(offset..).unwrap_or_default();
    offset + rest.find('\n').map_or(rest.len(), |end| end + 1)
}

/// Annotations that a front end found, with their place, which it does not tell.
fn find_each(
    text: &str,
    place: Range<usize>,
    annotations: &[String],
) -> Vec<(Range<usize>, String)> {
    let within = text.get(place.clone()).unwrap_or_default();
    let span = |said: &String| {
        let at = place.start + within.find(said.as_str()).unwrap_or_default();
        (at..at + said.len(), said.clone())
    };
    annotations.iter().map(span).collect()
}

/// The `-- dualfuel:` comments of a text between statements, with their place.
fn annotations(text: &str, gap: Range<usize>) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut at = gap.start;
    while let Some(rest) = text.get(at..gap.end).filter(|rest| !rest.is_empty()) {
        let length = if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(comment) = rest.strip_prefix("--") {
            let length = rest.find('\n').unwrap_or(rest.len());
            let comment = comment.get(..length - 2).unwrap_or_default().trim();
            if let Some(said) = comment.strip_prefix("dualfuel:") {
                found.push((at..at + length, said.trim().to_owned()));
            }
            length
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
        at += length;
    }
    found
}

/// What a file's author says that it does not bring back.
pub(super) fn irreversible(text: &str) -> Option<String> {
    let mut said = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--"))
        .filter_map(|comment| comment.trim_start().strip_prefix("dualfuel:"));
    said.find_map(|said| match word(said.trim()) {
        Ok(Word::Irreversible(why)) => Some(why),
        _ => None,
    })
}

fn word(said: &str) -> Result<Word, String> {
    let parts: Vec<&str> = said
        .split([' ', '\t', ','])
        .filter(|part| !part.is_empty())
        .collect();
    match parts.as_slice() {
        ["tenant"] => Ok(Word::Tenant {
            weak_identity: false,
        }),
        ["tenant", "weak", "identity"] => Ok(Word::Tenant {
            weak_identity: true,
        }),
        ["every", "org"] => Ok(Word::EveryOrg),
        ["only", engines @ ..] if !engines.is_empty() => engines
            .iter()
            .map(|name| engine(name))
            .collect::<Result<_, _>>()
            .map(Word::Only),
        ["compatible-with", release] | ["compatible-with", release, ..] => {
            Ok(Word::CompatibleWith((*release).to_owned()))
        }
        [first, ..] if first.trim_end_matches(':') == "irreversible" => {
            let why = said.trim_start().trim_start_matches("irreversible");
            let why = why.trim_matches([':', ',', ' ', '\t', '\r']);
            Ok(Word::Irreversible(why.to_owned()))
        }
        _ => Err(format!("`-- dualfuel: {said}` says nothing known; {KNOWN}")),
    }
}

fn engine(name: &str) -> Result<Engine, String> {
    Engine::ALL
        .into_iter()
        .find(|engine| engine.slug() == name)
        .ok_or_else(|| {
            format!("`{name}` is no engine; known are `sqlite`, `postgres` and `mariadb`")
        })
}

/// The words that a statement begins with, in upper case: `CREATE TABLE`.
pub(super) fn first_words(statement: &str) -> String {
    const KEYWORDS: [&str; 30] = [
        "ALTER",
        "ANALYZE",
        "BEGIN",
        "COMMENT",
        "COMMIT",
        "CREATE",
        "DELETE",
        "DO",
        "DROP",
        "FROM",
        "GRANT",
        "INDEX",
        "INSERT",
        "INTO",
        "MATERIALIZED",
        "OR",
        "PRAGMA",
        "RENAME",
        "REPLACE",
        "SELECT",
        "SET",
        "TABLE",
        "TEMP",
        "TEMPORARY",
        "TRIGGER",
        "TYPE",
        "UNIQUE",
        "UPDATE",
        "VIEW",
        "VIRTUAL",
    ];
    let words = statement.split(|c: char| !c.is_ascii_alphabetic());
    let words = words
        .map(str::to_ascii_uppercase)
        .take_while(|word| KEYWORDS.contains(&word.as_str()));
    words.take(4).collect::<Vec<_>>().join(" ")
}
