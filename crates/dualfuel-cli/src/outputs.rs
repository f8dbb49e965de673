//! What `render` writes, and what it refuses to.
//!
//! A database somewhere may have what was rendered once. So it stays: the lock
//! file says what was rendered from what, and
//!
//! - a source that was edited since is refused (a comment is no edit), and so
//!   is one that is gone;
//! - a rendered file that was edited by hand is refused;
//! - a file that this release would render otherwise than an older one did is
//!   kept as it was;
//! - nothing is written before all of that is known, and the lock file last.
//!
//! For migrations that no database has yet there is `--rewrite-from`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use dualfuel_schema::{
    Engine,
    render::{Rendered, Source},
};
use serde::Serialize;

use crate::lock::{self, LOCK_FILE, Lock, LockError, Locked};

/// What is to be written, and what stands in the way.
#[derive(Debug, Default)]
pub struct Plan {
    /// Files that are new or change, by their path in the output directory.
    pub writes: BTreeMap<String, String>,
    /// Files that are rendered no more.
    pub removals: BTreeSet<String>,
    /// What must not be changed and would be, or was.
    pub conflicts: Vec<Conflict>,
    /// Directories that nobody rendered.
    pub strangers: Vec<String>,
    lock: Lock,
    lock_changed: bool,
}

/// Something that must not be changed and would be, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "conflict")]
#[non_exhaustive]
pub enum Conflict {
    /// A migration's source was edited after it was rendered.
    #[error(
        "{file} was edited after {directory} was rendered: undo the edit and write a new \
         migration; if no database has it yet, give --rewrite-from {directory}"
    )]
    Edited {
        /// The source.
        file: String,
        /// The migration's directory.
        directory: String,
    },
    /// A rendered migration's source is gone.
    #[error(
        "the source of {directory} is gone: bring it back from version control; if no database \
         has it yet, give --rewrite-from {directory}"
    )]
    Gone {
        /// The migration's directory.
        directory: String,
    },
    /// A rendered file was edited.
    #[error(
        "{path} was edited by hand: undo the edit{}",
        instead.as_ref().map(|file| format!(", or write what you need as {file}")).unwrap_or_default()
    )]
    ByHand {
        /// The rendered file.
        path: String,
        /// The override that would say the same.
        instead: Option<String>,
    },
    /// It would be rendered otherwise, though its SQL is the same.
    #[error(
        "{path} would change, and a database may have it: an annotation, an override or an option \
         is another than when it was rendered; undo that; if no database has it yet, give \
         --rewrite-from {directory}"
    )]
    Changed {
        /// The rendered file.
        path: String,
        /// The migration's directory.
        directory: String,
    },
    /// A file is in the way that nobody rendered.
    #[error(
        "{path} is there already and dualfuel did not write it: move it away, or name another directory with --out"
    )]
    InTheWay {
        /// The file.
        path: String,
    },
}

/// Why rendered files could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The lock file can't be used.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A file could not be read.
    #[error("could not read {}", path.display())]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file could not be written. Those before it were; the next run goes on.
    #[error("could not write {}", path.display())]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No migration has the name given to `--rewrite-from`.
    #[error(
        "there is no migration {directory} to rewrite from: give the name of a directory, as in the output"
    )]
    NoSuchMigration {
        /// The name given.
        directory: String,
    },
}

/// Compares what was rendered now with what is in `out`. Writes nothing.
///
/// # Errors
///
/// [`OutputError`]: the directory could not be read.
pub fn plan(
    out: &Path,
    sources: &[Source],
    rendered: &[Rendered],
    rewrite_from: Option<&str>,
) -> Result<Plan, OutputError> {
    let old = Lock::read(out)?;
    let first_rewritten = match rewrite_from {
        None => usize::MAX,
        Some(directory) => position(sources, &old, directory)?,
    };
    let mut plan = Plan::default();
    for (index, (source, rendered)) in sources.iter().zip(rendered).enumerate() {
        let rewrite = index >= first_rewritten;
        let locked = old.get(&rendered.directory);
        let migration = Migration {
            out,
            source,
            rendered,
            // What is rewritten may be as it likes.
            locked: locked.filter(|_| !rewrite),
            replaces: locked.filter(|_| rewrite),
        };
        migration.plan(&mut plan)?;
    }
    for locked in &old.migrations {
        if !rendered.iter().any(|now| now.directory == locked.directory) {
            let given_up = rewrite_from.is_some_and(|from| locked.directory.as_str() >= from);
            if given_up {
                plan.removals.extend(locked.files.keys().cloned());
            } else {
                let directory = locked.directory.clone();
                plan.conflicts.push(Conflict::Gone { directory });
                plan.lock.migrations.push(locked.clone());
            }
        }
    }
    plan.lock
        .migrations
        .sort_by(|a, b| a.directory.cmp(&b.directory));
    plan.lock_changed = plan.lock != old;
    plan.strangers = strangers(out, rendered, &plan)?;
    Ok(plan)
}

/// Which migration `--rewrite-from` means. It may be gone from the source.
fn position(sources: &[Source], old: &Lock, directory: &str) -> Result<usize, OutputError> {
    let at = sources
        .iter()
        .position(|source| source.directory == directory);
    match at {
        Some(at) => Ok(at),
        None if old.get(directory).is_some() => {
            let before = |source: &&Source| source.directory.as_str() < directory;
            Ok(sources.iter().take_while(before).count())
        }
        None => Err(OutputError::NoSuchMigration {
            directory: directory.to_owned(),
        }),
    }
}

/// One migration, as it is and as it was.
struct Migration<'a> {
    out: &'a Path,
    source: &'a Source,
    rendered: &'a Rendered,
    locked: Option<&'a Locked>,
    /// What may be written over.
    replaces: Option<&'a Locked>,
}

impl Migration<'_> {
    fn plan(&self, plan: &mut Plan) -> Result<(), OutputError> {
        let checksum = lock::source_checksum(&self.source.up);
        let directory = self.rendered.directory.clone();
        if let Some(locked) = self.locked
            && locked.source != checksum
        {
            plan.lock.migrations.push(locked.clone());
            plan.conflicts.push(Conflict::Edited {
                file: self.source.file.clone(),
                directory,
            });
            return Ok(());
        }
        let mut files = BTreeMap::new();
        let wanted = paths(self.rendered);
        for (path, text) in &wanted {
            if let Some(hash) = self.file(plan, path, text)? {
                files.insert(path.clone(), hash);
            }
        }
        self.leftovers(plan, &wanted, &mut files);
        // Nothing came of it, so its source may still change.
        if files.is_empty() {
            return Ok(());
        }
        plan.lock.migrations.push(Locked {
            directory,
            generator: match self.locked {
                Some(locked) => locked.generator.clone(),
                None => lock::generator(),
            },
            source: checksum,
            files,
        });
        Ok(())
    }

    /// Plans one file; gives the hash that the lock file is to have.
    fn file(&self, plan: &mut Plan, path: &str, text: &str) -> Result<Option<String>, OutputError> {
        let now = lock::file_hash(text);
        let present = read(&self.out.join(path))?;
        let was = self.locked.and_then(|locked| locked.files.get(path));
        match (present, was) {
            (Some(present), Some(was)) if lock::file_hash(&present) != *was => {
                plan.conflicts.push(Conflict::ByHand {
                    path: path.to_owned(),
                    instead: self.override_for(path),
                });
                Ok(Some(was.clone()))
            }
            (Some(_), Some(was)) if *was == now => Ok(Some(now)),
            (Some(present), Some(was)) => {
                let same = lock::source_checksum(&present) == lock::source_checksum(text);
                if same && path.ends_with(".sql") {
                    plan.writes.insert(path.to_owned(), text.to_owned());
                    Ok(Some(now))
                } else {
                    self.changed(plan, path);
                    Ok(Some(was.clone()))
                }
            }
            // Lost from the directory, as a clean checkout may have it.
            (None, Some(was)) if *was != now => {
                self.changed(plan, path);
                Ok(Some(was.clone()))
            }
            (Some(present), None) => {
                let hash = lock::file_hash(&present);
                let given_up = self.replaces.and_then(|locked| locked.files.get(path));
                let path = path.to_owned();
                match given_up {
                    _ if hash == now => return Ok(Some(now)),
                    Some(was) if *was == hash => plan.writes.insert(path, text.to_owned()),
                    Some(_) => {
                        let instead = self.override_for(&path);
                        plan.conflicts.push(Conflict::ByHand { path, instead });
                        return Ok(None);
                    }
                    None => {
                        plan.conflicts.push(Conflict::InTheWay { path });
                        return Ok(None);
                    }
                };
                Ok(Some(now))
            }
            (None, _) => {
                plan.writes.insert(path.to_owned(), text.to_owned());
                Ok(Some(now))
            }
        }
    }

    /// A newer release may render better; what is applied is applied.
    fn changed(&self, plan: &mut Plan, path: &str) {
        if self
            .locked
            .is_some_and(|locked| locked.generator == lock::generator())
        {
            plan.conflicts.push(Conflict::Changed {
                path: path.to_owned(),
                directory: self.rendered.directory.clone(),
            });
        }
    }

    /// Files that were rendered and are no more.
    fn leftovers(
        &self,
        plan: &mut Plan,
        wanted: &BTreeMap<String, String>,
        files: &mut BTreeMap<String, String>,
    ) {
        let gone = |locked: &Locked| -> Vec<(String, String)> {
            let files = locked
                .files
                .iter()
                .filter(|(path, _)| !wanted.contains_key(*path));
            files
                .map(|(path, hash)| (path.clone(), hash.clone()))
                .collect()
        };
        for (path, hash) in self.locked.map(gone).unwrap_or_default() {
            self.changed(plan, &path);
            files.insert(path, hash);
        }
        let given_up = self.replaces.map(gone).unwrap_or_default();
        plan.removals
            .extend(given_up.into_iter().map(|(path, _)| path));
    }

    /// The override that would say what a rendered file was edited to say.
    fn override_for(&self, path: &str) -> Option<String> {
        let engine = path.split('/').next()?;
        path.ends_with("/up.sql")
            .then(|| self.source.override_file.replace("{engine}", engine))
    }
}

/// A migration's files by their path in the output directory.
fn paths(rendered: &Rendered) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for (engine, of_engine) in &rendered.files {
        let path = |name| format!("{}/{}/{name}", engine.slug(), rendered.directory);
        files.insert(path("up.sql"), of_engine.up.clone());
        let optional = [
            ("down.sql", &of_engine.down),
            ("metadata.toml", &of_engine.metadata),
        ];
        for (name, text) in optional {
            if let Some(text) = text {
                files.insert(path(name), text.clone());
            }
        }
    }
    files
}

/// Directories of versions in the engines' directories that nobody rendered.
fn strangers(out: &Path, rendered: &[Rendered], plan: &Plan) -> Result<Vec<String>, OutputError> {
    let mut strangers = Vec::new();
    for engine in Engine::ALL {
        let dir = out.join(engine.slug());
        let entries = match fs::read_dir(&dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(|source| OutputError::Read {
                path: dir.clone(),
                source,
            })?,
        };
        for entry in entries {
            let entry = entry.map_err(|source| OutputError::Read {
                path: dir.clone(),
                source,
            })?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let known = rendered.iter().any(|rendered| rendered.directory == name)
                || plan.lock.get(&name).is_some()
                || plan
                    .removals
                    .contains(&format!("{}/{name}/up.sql", engine.slug()));
            if entry.path().is_dir() && !name.starts_with('.') && !known {
                strangers.push(format!("{}/{name}", engine.slug()));
            }
        }
    }
    strangers.sort();
    Ok(strangers)
}

impl Plan {
    /// Whether the directory is as it would be rendered.
    pub fn is_clean(&self) -> bool {
        self.writes.is_empty()
            && self.removals.is_empty()
            && self.conflicts.is_empty()
            && self.strangers.is_empty()
            && !self.lock_changed
    }

    /// Where the directory is not as it would be rendered, a sentence each.
    pub fn differences(&self, out: &Path) -> Vec<String> {
        let mut lines: Vec<String> = self.conflicts.iter().map(ToString::to_string).collect();
        for path in self.writes.keys() {
            let missing = !out.join(path).exists();
            let what = if missing {
                "is missing"
            } else {
                "is out of date"
            };
            lines.push(format!("{path} {what}: run `dualfuel render`"));
        }
        let removals = self.removals.iter();
        lines.extend(
            removals.map(|path| format!("{path} is rendered no more: run `dualfuel render`")),
        );
        let strangers = self.strangers.iter();
        lines.extend(
            strangers
                .map(|path| format!("{path} is not from the source: move it there, or remove it")),
        );
        if lines.is_empty() && self.lock_changed {
            lines.push(format!("{LOCK_FILE} is out of date: run `dualfuel render`"));
        }
        lines
    }

    /// Writes what is to be written, the lock file last. Call it without
    /// conflicts.
    ///
    /// # Errors
    ///
    /// [`OutputError::Write`].
    pub fn write(&self, out: &Path) -> Result<(), OutputError> {
        for path in &self.removals {
            remove(out, path)?;
        }
        for (path, text) in &self.writes {
            write(&out.join(path), text)?;
        }
        if self.lock_changed {
            write(&out.join(LOCK_FILE), &self.lock.text())?;
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<Option<String>, OutputError> {
    match fs::read(path) {
        // What is not text was not rendered, and differs from anything that was.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(OutputError::Read {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Writes a file whole: a run that is killed leaves the old one.
fn write(path: &Path, text: &str) -> Result<(), OutputError> {
    let failed = |source| OutputError::Write {
        path: path.to_owned(),
        source,
    };
    let dir = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir).map_err(failed)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = dir.join(name);
    fs::write(&new, text).map_err(failed)?;
    fs::rename(&new, path).map_err(failed)
}

fn remove(out: &Path, path: &str) -> Result<(), OutputError> {
    let path = out.join(path);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(OutputError::Write {
                path,
                source: error,
            });
        }
        _ => {}
    }
    // Of its directory only when nothing else is in it.
    if let Some(dir) = path.parent() {
        let _ = fs::remove_dir(dir);
    }
    Ok(())
}
