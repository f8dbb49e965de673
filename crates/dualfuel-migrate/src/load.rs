//! Reads migration directories from disk or out of the binary.
//!
//! Diesel reads the same directories and forgives much: a typing error makes
//! another version, a `metadata.toml` it can't read counts as none. What it
//! forgives, the next run or the other engine pays for, so here every fault is
//! an error that names the file and the way out. What loads here, Diesel loads.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use include_dir::Dir;
use serde::Deserialize;

use crate::annotation::annotations;
use crate::migration::{Down, Migration, Migrations};
use crate::split::split_statements;
use crate::version::number_part;
use crate::{Engine, ProgramVersionError, Version};

/// Why migrations could not be read. No database was touched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// An engine's directory is not there.
    #[error("there is no directory {}: migrations for {engine} belong there", path.display())]
    MissingDirectory {
        /// The engine it is for.
        engine: Engine,
        /// Where it was looked for.
        path: PathBuf,
    },

    /// A version's directory holds no `up.sql`.
    #[error("{} has no up.sql: add one, or remove the directory", path.display())]
    MissingUp {
        /// The version's directory.
        path: PathBuf,
    },

    /// A directory's name makes no version.
    #[error("{} is not named <version>_<name>, with digits and dashes before the first `_`", path.display())]
    BadName {
        /// The directory.
        path: PathBuf,
    },

    /// Two directories of one engine make the same version.
    #[error(
        "{first} and {second} for {engine} both are version {version}: renumber the younger one"
    )]
    Duplicate {
        /// The engine whose directories they are.
        engine: Engine,
        /// The version of both.
        version: Version,
        /// A directory's name.
        first: String,
        /// Another directory's name.
        second: String,
    },

    /// One engine has a version that another lacks.
    #[error(
        "version {version} ({name}) is missing for {engine}: every version needs a directory for each engine"
    )]
    MissingTwin {
        /// The engine without it.
        engine: Engine,
        /// The version.
        version: Version,
        /// Its name on another engine.
        name: String,
    },

    /// The engines give one version two names.
    #[error(
        "version {version} is `{name}` for SQLite and `{other}` for {engine}: are they two migrations?"
    )]
    NamesDiffer {
        /// The version.
        version: Version,
        /// Its name in the SQLite directory.
        name: String,
        /// An engine that calls it otherwise.
        engine: Engine,
        /// Its name there.
        other: String,
    },

    /// Numbers that do not sort as text, the order in which Diesel applies.
    #[error(
        "version {first} sorts after {second}, because versions sort as text: pad them to one length"
    )]
    Order {
        /// The smaller number.
        first: Version,
        /// The larger number.
        second: Version,
    },

    /// A file that is no SQL text.
    #[error("{} is not text in UTF-8", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },

    /// A file of no bytes, which Diesel refuses to run.
    #[error("{} is empty: if there is nothing to do, say why in a comment", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },

    /// `metadata.toml` does not say plainly what it has to say.
    #[error("{} must say `run_in_transaction = true` or `false`, and nothing else: {problem}", path.display())]
    Metadata {
        /// The file.
        path: PathBuf,
        /// What the reader found.
        problem: String,
    },

    /// `-- dualfuel: compatible-with` without a release.
    #[error("a `compatible-with` in {} names no release", path.display())]
    CompatibleWith {
        /// The file.
        path: PathBuf,
        /// What it says instead.
        source: ProgramVersionError,
    },

    /// The file system refused.
    #[error("could not read {}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A version's directory, before anything in it is believed.
struct Directory {
    path: PathBuf,
    up: Option<Vec<u8>>,
    down: Option<Vec<u8>>,
    metadata: Option<Vec<u8>>,
}

pub(crate) fn from_disk(dir: &Path) -> Result<Migrations, LoadError> {
    each_engine(|engine| {
        let path = dir.join(engine.key());
        if !path.is_dir() {
            return missing(engine, path);
        }
        let mut directories = Vec::new();
        for entry in fs::read_dir(&path).map_err(io_error(&path))? {
            let entry = entry.map_err(io_error(&path))?.path();
            if entry.is_dir() && !is_hidden(&entry) {
                directories.push(Directory {
                    up: read(&entry, "up.sql")?,
                    down: read(&entry, "down.sql")?,
                    metadata: read(&entry, "metadata.toml")?,
                    path: entry,
                });
            }
        }
        Ok(Some(directories))
    })
}

pub(crate) fn from_binary(dir: &Dir<'_>) -> Result<Migrations, LoadError> {
    each_engine(|engine| {
        let path = dir.path().join(engine.key());
        let Some(of_engine) = dir.get_dir(&path) else {
            return missing(engine, path);
        };
        let read = |directory: &Dir<'_>, file| {
            let found = directory.get_file(directory.path().join(file))?;
            Some(found.contents().to_vec())
        };
        let directories = of_engine.dirs().filter(|d| !is_hidden(d.path()));
        let directories = directories.map(|directory| Directory {
            path: directory.path().to_owned(),
            up: read(directory, "up.sql"),
            down: read(directory, "down.sql"),
            metadata: read(directory, "metadata.toml"),
        });
        Ok(Some(directories.collect()))
    })
}

/// Programs run on SQLite and PostgreSQL, so both are there or it is an error.
/// MariaDB is for those who want it.
fn missing(engine: Engine, path: PathBuf) -> Result<Option<Vec<Directory>>, LoadError> {
    match engine {
        Engine::Sqlite | Engine::Postgres => Err(LoadError::MissingDirectory { engine, path }),
        Engine::Mariadb => Ok(None),
    }
}

/// Diesel passes over hidden directories, its own lock file among them.
fn is_hidden(path: &Path) -> bool {
    directory_name(path).starts_with('.')
}

fn directory_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn read(directory: &Path, file: &str) -> Result<Option<Vec<u8>>, LoadError> {
    let path = directory.join(file);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(&path)(error)),
    }
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> LoadError {
    move |source| LoadError::Io {
        path: path.to_owned(),
        source,
    }
}

fn each_engine(
    read: impl Fn(Engine) -> Result<Option<Vec<Directory>>, LoadError>,
) -> Result<Migrations, LoadError> {
    let mut migrations = Migrations::none();
    for engine in Engine::ALL {
        if let Some(directories) = read(engine)? {
            let set = engine_set(engine, directories)?;
            migrations.by_engine.insert(engine, set);
        }
    }
    check_twins(&migrations)?;
    check_order(migrations.by_version(Engine::Sqlite).keys())?;
    Ok(migrations)
}

fn engine_set(
    engine: Engine,
    mut directories: Vec<Directory>,
) -> Result<BTreeMap<Version, Migration>, LoadError> {
    // Directories come in any order; faults are reported in one.
    directories.sort_by(|a, b| a.path.cmp(&b.path));
    let mut set: BTreeMap<Version, Migration> = BTreeMap::new();
    for directory in directories {
        let migration = migration(engine, directory)?;
        if let Some(first) = set.get(&migration.version) {
            return Err(LoadError::Duplicate {
                engine,
                version: migration.version,
                first: first.directory.clone(),
                second: migration.directory,
            });
        }
        set.insert(migration.version.clone(), migration);
    }
    Ok(set)
}

fn migration(engine: Engine, directory: Directory) -> Result<Migration, LoadError> {
    let path = directory.path;
    let directory_name = directory_name(&path);
    let Some(name) = name_part(&directory_name).map(str::to_owned) else {
        return Err(LoadError::BadName { path });
    };
    let Some(up) = directory.up else {
        return Err(LoadError::MissingUp { path });
    };
    let up = text(&path.join("up.sql"), up)?;
    let down = match directory.down {
        Some(bytes) => Some(text(&path.join("down.sql"), bytes)?),
        None => None,
    };
    let run_in_transaction = match directory.metadata {
        Some(bytes) => run_in_transaction(&path.join("metadata.toml"), bytes)?,
        None => true,
    };
    let annotations = annotations(engine, &up).map_err(|source| LoadError::CompatibleWith {
        path: path.join("up.sql"),
        source,
    })?;
    Ok(Migration {
        version: Version::of_directory(&directory_name),
        directory: directory_name,
        name,
        engine,
        up,
        down: reverting(engine, down, annotations.irreversible),
        run_in_transaction,
        compatible_with: annotations.compatible_with,
        checksum: OnceLock::new(),
    })
}

/// The name after the version, if the version is one.
///
/// Diesel takes any text for a version, so `20240131create_users` is one. Here
/// it is digits and dashes, as `diesel migration generate` writes them, in no
/// more than the 50 characters that its table holds. After a date there may be
/// a word more behind a dash: the four hexadecimal digits that Diesel may add,
/// or the beginning of a name that was parted by a dash.
fn name_part(directory: &str) -> Option<&str> {
    let number = number_part(directory);
    let name = directory.strip_prefix(number)?.strip_prefix('_')?;
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut digits = 0;
    let mut rest = number.split('-').skip_while(|part| {
        digits += part.len();
        is_digits(part)
    });
    let sound_word = match rest.next() {
        None => true,
        Some(word) => {
            let is_hex = word.len() == 4 && word.bytes().all(is_lower_hex);
            let dated = digits - word.len() >= DATE;
            is_hex || (dated && word.starts_with(|c: char| c.is_ascii_lowercase()))
        }
    };
    let sound = number.starts_with(|c: char| c.is_ascii_digit())
        && sound_word
        && number
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'-'))
        && number.len() <= 50
        && !name.is_empty();
    sound.then_some(name)
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String, LoadError> {
    let path = || path.to_owned();
    if bytes.is_empty() {
        return Err(LoadError::Empty { path: path() });
    }
    match String::from_utf8(bytes) {
        // To SQLite a NUL is the end of the text, whatever follows it.
        Ok(text) if !text.contains('\0') => Ok(text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text)),
        _ => Err(LoadError::NotText { path: path() }),
    }
}

/// What a `down.sql` is good for, after what `up.sql` says of taking it back.
/// The template that `diesel migration generate` writes has a comment and no
/// statement.
fn reverting(engine: Engine, sql: Option<String>, mut loses: Vec<String>) -> Down {
    let Some(sql) = sql else { return Down::Missing };
    if split_statements(engine, &sql).is_empty() {
        return Down::Empty;
    }
    if let Ok(found) = annotations(engine, &sql) {
        loses.extend(found.irreversible);
        let mut told = BTreeSet::new();
        loses.retain(|why| told.insert(why.clone()));
    }
    Down::Sql { sql, loses }
}

/// Without the key Diesel takes a `metadata.toml` to say false, and its
/// documentation takes it to say true. So the key has to be there.
fn run_in_transaction(path: &Path, bytes: Vec<u8>) -> Result<bool, LoadError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Metadata {
        run_in_transaction: bool,
    }
    let toml = text(path, bytes)?;
    match toml::from_str::<Metadata>(&toml) {
        Ok(metadata) => Ok(metadata.run_in_transaction),
        Err(error) => Err(LoadError::Metadata {
            path: path.to_owned(),
            problem: error.message().to_owned(),
        }),
    }
}

/// SQLite is the first engine, and the others are measured by it.
fn check_twins(migrations: &Migrations) -> Result<(), LoadError> {
    let sqlite = migrations.by_version(Engine::Sqlite);
    for (engine, set) in &migrations.by_engine {
        let versions: BTreeSet<&Version> = sqlite.keys().chain(set.keys()).collect();
        for version in versions {
            let missing = |engine, twin: &Migration| LoadError::MissingTwin {
                engine,
                version: version.clone(),
                name: twin.name.clone(),
            };
            match (sqlite.get(version), set.get(version)) {
                (Some(first), Some(other)) if first.name != other.name => {
                    return Err(LoadError::NamesDiffer {
                        version: version.clone(),
                        name: first.name.clone(),
                        engine: *engine,
                        other: other.name.clone(),
                    });
                }
                (Some(first), None) => return Err(missing(*engine, first)),
                (None, Some(other)) => return Err(missing(Engine::Sqlite, other)),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Digits of a date.
const DATE: usize = 8;

/// Versions sort as text; numbers of different lengths may not. What has the
/// digits of a date sorts right, though its time be shorter than others'.
fn check_order<'a>(versions: impl Iterator<Item = &'a Version>) -> Result<(), LoadError> {
    let mut before: Option<(&Version, u128)> = None;
    for version in versions.filter(|version| version.as_str().len() < DATE) {
        let Ok(number) = version.as_str().parse::<u128>() else {
            continue;
        };
        if let Some((larger, _)) = before.filter(|(_, before)| *before > number) {
            return Err(LoadError::Order {
                first: version.clone(),
                second: larger.clone(),
            });
        }
        before = Some((version, number));
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod test_support {
    use super::*;

    /// Migrations without a directory: `SELECT <version>` on each engine.
    pub(crate) fn migrations(versions: &[&str]) -> Migrations {
        let set = |engine| {
            let directories = versions
                .iter()
                .map(|version| Directory {
                    path: PathBuf::from(format!("{version}_test")),
                    up: Some(format!("SELECT {version}").into_bytes()),
                    down: None,
                    metadata: None,
                })
                .collect();
            engine_set(engine, directories).unwrap()
        };
        Migrations {
            by_engine: Engine::ALL.map(|engine| (engine, set(engine))).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of files, each a path and its bytes.
    fn directory(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for engine in [Engine::Sqlite, Engine::Postgres] {
            fs::create_dir(dir.path().join(engine.key())).unwrap();
        }
        for (path, bytes) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        dir
    }

    fn fault(files: &[(&str, &[u8])]) -> String {
        let dir = directory(files);
        let error = Migrations::load(dir.path()).unwrap_err();
        let mut text = error.to_string();
        if let Some(source) = std::error::Error::source(&error) {
            text += &format!(" / {source}");
        }
        text.replace(&format!("{}/", dir.path().display()), "")
    }

    #[test]
    fn a_sound_set_loads() {
        let dir = directory(&[
            (
                "sqlite/0001_a/up.sql",
                b"\xef\xbb\xbfSELECT 1; -- dualfuel: compatible-with 1.2",
            ),
            ("sqlite/0001_a/down.sql", b"SELECT 2;"),
            ("sqlite/00-02_b/up.sql", b"-- nothing to do on SQLite"),
            ("sqlite/.diesel_lock/x", b""),
            ("sqlite/README.md", b""),
            ("postgres/0001_a/up.sql", b"SELECT 1;"),
            (
                "postgres/0001_a/down.sql",
                b"-- This file should undo anything in `up.sql`\n",
            ),
            ("postgres/0002_b/up.sql", b"SELECT 1;"),
            (
                "postgres/0002_b/metadata.toml",
                b"run_in_transaction = false",
            ),
        ]);
        let migrations = Migrations::load(dir.path()).unwrap();
        let [first, second] = migrations.of(Engine::Sqlite).collect::<Vec<_>>()[..] else {
            panic!("two migrations");
        };
        assert_eq!((first.version().as_str(), first.name()), ("0001", "a"));
        assert_eq!(first.compatible_with().unwrap().to_string(), "1.2.0");
        assert!(first.up().starts_with("SELECT"));
        assert_eq!(first.down(), Some("SELECT 2;"));
        assert_eq!((second.version().as_str(), second.name()), ("0002", "b"));
        let [first, second] = migrations.of(Engine::Postgres).collect::<Vec<_>>()[..] else {
            panic!("two migrations");
        };
        assert_eq!(first.down(), None);
        assert!(first.run_in_transaction() && !second.run_in_transaction());
        assert_eq!(migrations.latest().unwrap().as_str(), "0002");
        assert!(migrations.are_for(Engine::Postgres) && !migrations.are_for(Engine::Mariadb));
    }

    #[test]
    fn each_fault_says_where_it_is_and_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let error = Migrations::load(dir.path().join("none"))
            .unwrap_err()
            .to_string();
        assert!(
            error.ends_with("none/sqlite: migrations for SQLite belong there"),
            "{error}"
        );

        let up: &[u8] = b"SELECT 1;";
        let check = |expected: &str, files: &[(&str, &[u8])]| assert_eq!(fault(files), expected);
        check(
            "sqlite/0001_a has no up.sql: add one, or remove the directory",
            &[("sqlite/0001_a/down.sql", up)],
        );
        for name in [
            "0001",
            "0001_",
            "_a",
            "20240131create_users",
            "v1_a",
            "0001a_b",
            "ü_a",
        ] {
            let path = format!("sqlite/{name}/up.sql");
            let expected = format!(
                "sqlite/{name} is not named <version>_<name>, with digits and dashes before the first `_`"
            );
            check(&expected, &[(&path, up)]);
        }
        check(
            "00-01_b and 0001_a for SQLite both are version 0001: renumber the younger one",
            &[("sqlite/0001_a/up.sql", up), ("sqlite/00-01_b/up.sql", up)],
        );
        check(
            "version 0002 (b) is missing for PostgreSQL: every version needs a directory for each engine",
            &[
                ("sqlite/0001_a/up.sql", up),
                ("sqlite/0002_b/up.sql", up),
                ("postgres/0001_a/up.sql", up),
            ],
        );
        check(
            "version 0001 is `a` for SQLite and `b` for PostgreSQL: are they two migrations?",
            &[("sqlite/0001_a/up.sql", up), ("postgres/0001_b/up.sql", up)],
        );
        check(
            "version 0001 (a) is missing for MariaDB: every version needs a directory for each engine",
            &[
                ("sqlite/0001_a/up.sql", up),
                ("postgres/0001_a/up.sql", up),
                ("mariadb/.keep", b""),
            ],
        );
        check(
            "version 0001 is `a` for SQLite and `b` for MariaDB: are they two migrations?",
            &[
                ("sqlite/0001_a/up.sql", up),
                ("postgres/0001_a/up.sql", up),
                ("mariadb/0001_b/up.sql", up),
            ],
        );
        check(
            "version 9 sorts after 10, because versions sort as text: pad them to one length",
            &[
                ("sqlite/9_a/up.sql", up),
                ("sqlite/10_b/up.sql", up),
                ("postgres/9_a/up.sql", up),
                ("postgres/10_b/up.sql", up),
            ],
        );
        for bytes in [&b"caf\xe9"[..], b"SELECT 1;\0"] {
            check(
                "sqlite/0001_a/up.sql is not text in UTF-8",
                &[("sqlite/0001_a/up.sql", bytes)],
            );
        }
        check(
            "sqlite/0001_a/up.sql is empty: if there is nothing to do, say why in a comment",
            &[("sqlite/0001_a/up.sql", b"")],
        );
        check(
            "a `compatible-with` in sqlite/0001_a/up.sql names no release / \
             `soon` is not a program version: write it as 1.4.0",
            &[("sqlite/0001_a/up.sql", b"-- dualfuel: compatible-with soon")],
        );
        for (toml, problem) in [
            (
                "# run_in_transaction = true",
                "missing field `run_in_transaction`",
            ),
            (
                "run_in_transaction = 1",
                "invalid type: integer `1`, expected a boolean",
            ),
            (
                "run_in_transactoin = false",
                "unknown field `run_in_transactoin`, expected `run_in_transaction`",
            ),
        ] {
            let expected = format!(
                "sqlite/0001_a/metadata.toml must say `run_in_transaction = true` or `false`, \
                 and nothing else: {problem}"
            );
            check(
                &expected,
                &[
                    ("sqlite/0001_a/up.sql", up),
                    ("sqlite/0001_a/metadata.toml", toml.as_bytes()),
                ],
            );
        }
    }

    #[test]
    fn versions_are_as_generate_writes_them() {
        let check = |directory: &str, name: Option<&str>| {
            assert_eq!(name_part(directory), name, "{directory}");
        };
        check("20240131120000_create_users", Some("create_users"));
        check("2024-01-31-120000_create_users", Some("create_users"));
        check("2024-01-31-120000-00ff_create_users", Some("create_users"));
        check("2024-01-31-120000-00FF_create_users", None);
        check("2024-01-31-120000-0fff0_create_users", None);
        check("2024-12-05-110700-note_id", Some("id"));
        check("2024-12-05-110700-a-note_id", Some("id"));
        check("0001-note_id", None);
        check("-0001_a", None);
        check(&format!("{}_a", "1".repeat(50)), Some("a"));
        check(&format!("{}_a", "1".repeat(51)), None);
    }
}
