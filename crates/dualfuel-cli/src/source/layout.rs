//! Which file is which migration's.

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use dualfuel_schema::{Engine, render};

use super::{
    SourceError, SourceMigration,
    entry::{self, Entry},
    sections,
};

/// The directory with the overrides of plain files.
pub(super) const OVERRIDES: &str = "overrides";

/// Digits of a version that its tool sorts as a number, and of a time.
const WIDTH: usize = 14;

/// A migration's files, before they are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// As its tool knows it.
    pub(super) version: String,
    order: Order,
    pub(super) name: String,
    /// The directory to write.
    directory: String,
    pub(super) up: PathBuf,
    down: Option<PathBuf>,
    metadata: Option<PathBuf>,
    overrides: Vec<(Direction, Engine, PathBuf)>,
    override_file: PathBuf,
    /// Its tool may know it by its file's name, so that another file may have
    /// the version too.
    by_name: bool,
}

/// How versions are sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Order {
    Text(String),
    Number(u128),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// A name taken apart.
struct Named<'a> {
    version: &'a str,
    name: &'a str,
}

/// The migrations of a directory, in no order yet.
pub(super) fn find(dir: &Path, entries: &[Entry]) -> Result<Vec<Found>, SourceError> {
    let mut found = Vec::new();
    for entry in entries.iter().filter(|entry| entry.is_dir) {
        if entry.name != OVERRIDES
            && let Some(migration) = directory(entry)?
        {
            found.push(migration);
        }
    }
    // A project that keeps directories may keep other SQL beside them, but a
    // file with a version is a migration to some tool, and would be left out.
    if let Some(migration) = found.first() {
        let mut files = entries.iter().filter(|entry| !entry.is_dir);
        return match files.find(|file| is_versioned(&file.name)) {
            None => Ok(found),
            Some(file) => Err(SourceError::Mixed {
                directory: migration.up.clone(),
                file: file.path.clone(),
            }),
        };
    }
    let files: Vec<&Entry> = entries
        .iter()
        .filter(|entry| !entry.is_dir && entry.name.to_ascii_lowercase().ends_with(".sql"))
        .collect();
    let mut found = plain_files(dir, &files)?;
    if let Some(overrides) = entries
        .iter()
        .find(|entry| entry.is_dir && entry.name == OVERRIDES)
    {
        add_overrides(overrides, &mut found)?;
    }
    Ok(found)
}

/// Whether a plain file's name has a version.
fn is_versioned(name: &str) -> bool {
    let stem = name.strip_suffix(".sql");
    let stem = stem.map(|stem| stem.split_once('.').map_or(stem, |(stem, _)| stem));
    stem.is_some_and(|stem| Named::of(stem).is_some())
}

/// In the order of their tool. Two of one version are an error, but for plain
/// files: a program that runs them itself goes by their whole names.
pub(super) fn sort(mut found: Vec<Found>) -> Result<Vec<Found>, SourceError> {
    found.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.up.cmp(&b.up)));
    check_text(&found)?;
    let mut before: Option<(Order, String, PathBuf, u8)> = None;
    for migration in &mut found {
        let (order, version) = (migration.order.clone(), migration.version.clone());
        let up = migration.up.clone();
        let nth = match before {
            Some((of, spelled, first, nth)) if of == order => {
                let next = nth + 1;
                if !migration.by_name || next > 9 || spelled != version {
                    return Err(SourceError::Duplicate {
                        version,
                        first,
                        second: up,
                    });
                }
                // One more digit is later than the version, as text, and
                // earlier than the next one.
                let (version, name) = migration.directory.split_at(WIDTH);
                migration.directory = format!("{version}{next}{name}");
                next
            }
            _ => 0,
        };
        before = Some((order, version, up, nth));
    }
    Ok(found)
}

/// Versions that sort as text should sort as numbers too. Short numbers that do
/// not were never meant so: `9_a` after `10_b`, or `1_a` beside `01_b`.
fn check_text(sorted: &[Found]) -> Result<(), SourceError> {
    let short = sorted.iter().filter_map(|found| match &found.order {
        Order::Text(text) if text.len() < 8 => Some((text.parse::<u64>().ok()?, found)),
        _ => None,
    });
    let mut newest: Option<(u64, &Found)> = None;
    for (number, found) in short {
        if let Some((before, first)) = newest
            && number <= before
        {
            return Err(match number == before {
                true => SourceError::Duplicate {
                    version: found.version.clone(),
                    first: first.up.clone(),
                    second: found.up.clone(),
                },
                false => SourceError::Order {
                    first: found.up.clone(),
                    second: first.up.clone(),
                },
            });
        }
        newest = Some((number, found));
    }
    Ok(())
}

impl PartialOrd for Order {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Order {
    /// One directory has one kind, so that the two never meet for long.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

/// A directory that is a migration: it has a version, and the file.
fn directory(entry: &Entry) -> Result<Option<Found>, SourceError> {
    let Some(named) = Named::of_diesels(&entry.name).or_else(|| Named::of(&entry.name)) else {
        return Ok(None);
    };
    let inside = entry::list(&entry.path)?;
    let file = |name: &str| {
        let mut files = inside.iter().filter(|file| !file.is_dir);
        files
            .find(|file| file.name == name)
            .map(|file| file.path.clone())
    };
    let up = match (file("up.sql"), file("migration.sql")) {
        (Some(up), _) | (None, Some(up)) => up,
        // Overrides for every engine leave the source nothing to say, but the
        // model has to be known.
        (None, None) => {
            return Err(SourceError::MissingUp {
                path: entry.path.clone(),
            });
        }
    };
    let mut overrides = Vec::new();
    for file in &inside {
        overrides.extend(override_of(&file.name, &file.path)?);
    }
    let (order, directory) = if named.is_diesels(&entry.name) {
        (
            Order::Text(named.version.replace('-', "")),
            format!("{}_{}", named.version, named.name_or_none()),
        )
    } else if named.is_time() {
        // Prisma keeps the time and the underscore of a migration that was
        // given no name. It stands among those that have one, which sort as
        // text; a time sorts alike both ways.
        let (_, directory) = named.padded();
        (Order::Text(named.version.to_owned()), directory)
    } else {
        named.padded()
    };
    Ok(Some(Found {
        version: named.version.to_owned(),
        order,
        name: named.name.to_owned(),
        directory,
        up,
        down: file("down.sql"),
        metadata: file("metadata.toml"),
        overrides,
        override_file: entry.path.join("up.{engine}.sql"),
        by_name: false,
    }))
}

/// `up.postgres.sql`, `down.postgres.sql`.
fn override_of(
    name: &str,
    path: &Path,
) -> Result<Option<(Direction, Engine, PathBuf)>, SourceError> {
    let Some(rest) = name.strip_suffix(".sql") else {
        return Ok(None);
    };
    let (direction, slug) = match rest.split_once('.') {
        Some(("up", slug)) => (Direction::Up, slug),
        Some(("down", slug)) => (Direction::Down, slug),
        _ => return Ok(None),
    };
    match Engine::ALL.into_iter().find(|engine| engine.slug() == slug) {
        Some(engine) => Ok(Some((direction, engine, path.to_owned()))),
        None => Err(SourceError::UnknownEngine {
            path: path.to_owned(),
            engine: slug.to_owned(),
        }),
    }
}

fn is_engine(slug: &str) -> bool {
    Engine::ALL.iter().any(|engine| engine.slug() == slug)
}

/// Files that belong to one migration, by its name without endings.
#[derive(Default)]
struct Files {
    up: Option<PathBuf>,
    down: Option<PathBuf>,
    overrides: Vec<(Direction, Engine, PathBuf)>,
}

fn plain_files(dir: &Path, entries: &[&Entry]) -> Result<Vec<Found>, SourceError> {
    let mut by_stem: BTreeMap<String, Files> = BTreeMap::new();
    for entry in entries {
        let stem = entry.name.get(..entry.name.len() - 4).unwrap_or_default();
        let (stem, kind) = match stem.split_once('.') {
            Some((stem, kind)) => (stem, Some(kind)),
            None => (stem, None),
        };
        let Some(named) = Named::of(stem) else {
            return Err(SourceError::BadName {
                path: entry.path.clone(),
            });
        };
        let undoes = is_undo(stem, named.version, entries);
        let files = by_stem
            .entry(undoes.unwrap_or_else(|| stem.to_owned()))
            .or_default();
        match kind {
            None if is_undo(stem, named.version, entries).is_some() => {
                files.down = Some(entry.path.clone());
            }
            None | Some("up") => files.up = Some(entry.path.clone()),
            Some("down") => files.down = Some(entry.path.clone()),
            // `V5__full_text.postgres.sql`.
            Some(slug) if is_engine(slug) => {
                let found = override_of(&format!("up.{slug}.sql"), &entry.path)?;
                files.overrides.extend(found);
            }
            Some(kind) => match override_of(&format!("{kind}.sql"), &entry.path)? {
                Some(found) => files.overrides.push(found),
                None => {
                    return Err(SourceError::BadName {
                        path: entry.path.clone(),
                    });
                }
            },
        }
    }
    let found = by_stem.into_iter();
    found
        .map(|(stem, files)| plain_file(dir, &stem, files))
        .collect()
}

/// Flyway's `U1__name` takes back its `V1__name`; refinery's `U1__name` is a
/// migration like any other. Which it is shows in whether the other is there.
fn is_undo(stem: &str, version: &str, entries: &[&Entry]) -> Option<String> {
    stem.strip_prefix('U')?;
    let start = format!("V{version}__");
    let done = entries
        .iter()
        .find(|entry| entry.name.starts_with(&start))?;
    Some(done.name.get(..done.name.len() - 4)?.to_owned())
}

fn plain_file(dir: &Path, stem: &str, files: Files) -> Result<Found, SourceError> {
    let Some(up) = files.up else {
        let alone = files.down.or_else(|| {
            let first = files.overrides.into_iter().next();
            first.map(|(_, _, path)| path)
        });
        return Err(SourceError::DownAlone {
            path: alone.unwrap_or_else(|| dir.join(stem)),
        });
    };
    let Some(named) = Named::of(stem) else {
        return Err(SourceError::BadName { path: up });
    };
    let (order, directory) = named.padded();
    Ok(Found {
        version: named.version.to_owned(),
        order,
        name: named.name.to_owned(),
        directory,
        up,
        down: files.down,
        metadata: None,
        overrides: files.overrides,
        override_file: dir.join(OVERRIDES).join(stem).join("up.{engine}.sql"),
        by_name: !stem.starts_with(['V', 'U']) && directory_is_padded(named.version),
    })
}

/// `overrides/<stem>/up.postgres.sql`.
fn add_overrides(overrides: &Entry, found: &mut [Found]) -> Result<(), SourceError> {
    for entry in entry::list(&overrides.path)?
        .iter()
        .filter(|entry| entry.is_dir)
    {
        let place = entry.path.join("up.{engine}.sql");
        let Some(migration) = found.iter_mut().find(|found| found.override_file == place) else {
            return Err(SourceError::Orphan {
                path: entry.path.clone(),
            });
        };
        for file in entry::list(&entry.path)? {
            migration
                .overrides
                .extend(override_of(&file.name, &file.path)?);
        }
    }
    Ok(())
}

/// Whether a padded directory begins with exactly [`WIDTH`] digits.
fn directory_is_padded(version: &str) -> bool {
    let digits = version.bytes().filter(u8::is_ascii_digit).count();
    digits <= WIDTH
}

/// `2024-01-31` and whatever follows.
fn starts_with_date(text: &str) -> bool {
    let mut bytes = text.bytes();
    let shape = "0000-00-00".bytes();
    shape
        .zip(bytes.by_ref())
        .filter(|(want, is)| match want {
            b'-' => *is == b'-',
            _ => is.is_ascii_digit(),
        })
        .count()
        == 10
}

impl<'a> Named<'a> {
    /// What Diesel makes of a directory that begins with a date: all before the
    /// first `_` is its version, a word behind a dash too.
    fn of_diesels(text: &'a str) -> Option<Self> {
        let (version, name) = text.split_once('_').unwrap_or((text, ""));
        let sound = starts_with_date(text)
            && version
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        sound.then_some(Self { version, name })
    }

    /// `<version>_<name>`, `<version>-<name>`, `<version>`, `V<version>__<name>`.
    fn of(text: &'a str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix(['V', 'U']) {
            let (version, name) = rest.split_once("__")?;
            return is_number(version).then_some(Self { version, name });
        }
        let digits = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        // Diesel's own version may have dashes: `2024-01-31-120000_name`.
        if let Some((version, name)) = text.split_once('_')
            && !version.is_empty()
            && !name.is_empty()
            && version.chars().all(|c| c.is_ascii_digit() || c == '-')
            && version.starts_with(|c: char| c.is_ascii_digit())
        {
            return Some(Self { version, name });
        }
        if starts_with_date(text) {
            // `2024-01-31-add-users`.
            let end = text
                .find(|c: char| !c.is_ascii_digit() && c != '-')
                .unwrap_or(text.len());
            let (version, name) = text.split_at(end);
            let version = version.trim_end_matches('-');
            let name = name.trim_start_matches(['_', '-', ' ', '.']);
            return is_number(&version.replace('-', "")).then_some(Self { version, name });
        }
        let (version, rest) = text.split_at(digits);
        let name = rest.trim_start_matches(['_', '-', ' ', '.']);
        let parted = rest.is_empty() || name.len() < rest.len();
        (is_number(version) && parted).then_some(Self { version, name })
    }

    /// Whether Diesel would take the directory for this version.
    fn is_diesels(&self, directory: &str) -> bool {
        (!self.name.is_empty() && directory == format!("{}_{}", self.version, self.name))
            || (self.name.is_empty() && directory == self.version && starts_with_date(directory))
    }

    fn name_or_none(&self) -> &'a str {
        match self.name {
            "" => "migration",
            name => name,
        }
    }

    /// Whether the version is a time, all its digits and nothing else.
    fn is_time(&self) -> bool {
        self.version.len() == WIDTH && is_number(self.version)
    }

    /// The order as a number, and a directory that sorts so as text.
    fn padded(&self) -> (Order, String) {
        let digits = self.version.replace('-', "");
        let number = digits.parse().unwrap_or(u128::MAX);
        let name = self.name_or_none();
        let significant = digits.trim_start_matches('0');
        (
            Order::Number(number),
            format!("{significant:0>WIDTH$}_{name}"),
        )
    }
}

/// Up to as many digits as a 64 bit number has.
fn is_number(text: &str) -> bool {
    (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Found {
    /// Reads its files.
    pub(super) fn read(&self, dir: &Path) -> Result<SourceMigration, SourceError> {
        let sections = sections::split(&entry::text(&self.up)?);
        let down = match (&self.down, sections.down) {
            (Some(path), _) => Some(entry::text(path)?),
            (None, down) => down,
        };
        // The template that `diesel migration generate` writes has a comment
        // and no statement: its author gave no way back.
        let down = down.filter(|down| !is_blank(down));
        let mut source = render::Source {
            directory: self.directory.clone(),
            file: self.up.display().to_string(),
            origin: origin(dir, &self.up),
            override_file: self.override_file.display().to_string(),
            metadata: match &self.metadata {
                Some(path) => Some(entry::text(path)?),
                None if sections.no_transaction => Some("run_in_transaction = false\n".to_owned()),
                None => None,
            },
            up: sections.up,
            down,
            ..render::Source::default()
        };
        for (direction, engine, path) in &self.overrides {
            let text = entry::text(path)?;
            match direction {
                Direction::Up => source.up_overrides.push((*engine, text)),
                Direction::Down => source.down_overrides.push((*engine, text)),
            }
        }
        Ok(SourceMigration {
            version: self.version.clone(),
            name: self.name.clone(),
            up: self.up.clone(),
            source,
        })
    }
}

/// Whether a text has no statement.
fn is_blank(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    dualfuel_migrate::split_statements(dualfuel_migrate::Engine::Sqlite, text).is_empty()
}

/// The file's path within the directory, the same on every machine.
fn origin(dir: &Path, file: &Path) -> String {
    let within = file.strip_prefix(dir).unwrap_or(file);
    let parts = within
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}
