//! Files that hold both directions, or say how to run in their first line.
//!
//! dbmate parts a file with `-- migrate:up` and `-- migrate:down`, goose with
//! `-- +goose Up` and `-- +goose Down`, sql-migrate with `-- +migrate Up` and
//! `-- +migrate Down`, rambler with `-- rambler up` and `-- rambler down`. sqlx takes `-- no-transaction` at the
//! very beginning for what Diesel says in `metadata.toml`.

/// A file, parted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sections {
    /// The way there: the whole file, where nothing parts it.
    pub(super) up: String,
    /// The way back, where the file has it.
    pub(super) down: Option<String>,
    /// It is not to run in a transaction.
    pub(super) no_transaction: bool,
}

/// What a line says.
enum Mark {
    Up,
    Down,
    NoTransaction,
}

pub(super) fn split(text: &str) -> Sections {
    let mut sections = Sections {
        no_transaction: text.starts_with("-- no-transaction"),
        ..Sections::default()
    };
    let mut before = String::new();
    let mut down = None::<String>;
    let mut up = None::<String>;
    for line in text.split_inclusive('\n') {
        match mark(line) {
            Some(Mark::NoTransaction) => sections.no_transaction = true,
            Some(Mark::Up) => {
                sections.no_transaction |=
                    line.contains("transaction:false") || line.contains("notransaction");
                up = Some(String::new());
            }
            // Without an `up` it is a comment like any other.
            Some(Mark::Down) if up.is_some() => down = Some(String::new()),
            _ => {
                let section = down.as_mut().or(up.as_mut()).unwrap_or(&mut before);
                section.push_str(line);
            }
        }
    }
    match up {
        Some(up) => {
            sections.up = up;
            sections.down = down.filter(|down| !down.trim().is_empty());
        }
        None => sections.up = text.to_owned(),
    }
    sections
}

/// The lines that begin the two sections of a file, where it has sections.
pub(super) fn marks(text: &str) -> Option<[&'static str; 2]> {
    const KNOWN: [[&str; 2]; 4] = [
        ["-- migrate:up", "-- migrate:down"],
        ["-- +goose Up", "-- +goose Down"],
        ["-- +migrate Up", "-- +migrate Down"],
        ["-- rambler up", "-- rambler down"],
    ];
    let words = |line: &str| -> Vec<String> {
        let line = line.trim().trim_start_matches("--").to_ascii_lowercase();
        line.split_whitespace().take(2).map(str::to_owned).collect()
    };
    let mut ups = text
        .lines()
        .filter(|line| matches!(mark(line), Some(Mark::Up)));
    let said = words(ups.next()?);
    KNOWN
        .into_iter()
        .find(|[up, _]| said.starts_with(&words(up)))
}

fn mark(line: &str) -> Option<Mark> {
    let line = line.trim().strip_prefix("--")?.to_ascii_lowercase();
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["migrate:up", ..] | ["+goose", "up"] | ["+migrate", "up", ..] | ["rambler", "up"] => {
            Some(Mark::Up)
        }
        ["migrate:down", ..]
        | ["+goose", "down"]
        | ["+migrate", "down", ..]
        | ["rambler", "down"] => Some(Mark::Down),
        ["+goose", "no", "transaction"] => Some(Mark::NoTransaction),
        _ => None,
    }
}
