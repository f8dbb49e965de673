//! Finds the PostgreSQL server programs of this machine.
//!
//! Distributions keep `postgres` and `initdb` off the PATH, and a machine that
//! has PostgreSQL's client library often has a `pg_config` that names a
//! directory without any server in it. So each place is asked for the programs
//! themselves and for their version. `DUALFUEL_POSTGRES_BIN` settles the
//! question by hand; then no other place is looked at.

use std::cmp::Reverse;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::private::search::expand;
use crate::process::output;
use crate::say;

/// The oldest PostgreSQL that Dualfuel supports.
pub(crate) const OLDEST: u32 = 15;

/// Names a directory with the server programs, in place of a search.
pub(crate) const OVERRIDE: &str = "DUALFUEL_POSTGRES_BIN";

/// Directories, seen from `/`, where packages keep the programs of one major
/// version each. `*` stands for anything within one name.
const PACKAGED: &[&str] = &[
    // Debian, Ubuntu; Alpine; PGDG's RPMs; Fedora, openSUSE.
    "usr/lib/postgresql/*/bin",
    "usr/libexec/postgresql*",
    "usr/pgsql-*/bin",
    "usr/lib/postgresql*/bin",
    "usr/lib64/pgsql/bin",
    // Homebrew on Apple silicon, Intel and Linux; MacPorts; Postgres.app.
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
    "home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
    "opt/local/lib/postgresql*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
    // Built from source.
    "usr/local/pgsql/bin",
];

/// A PostgreSQL release, as `postgres --version` states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u32,
    /// 0 for a development version, a beta or a release candidate.
    pub(crate) minor: u32,
}

impl Version {
    /// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`,
    /// `postgres (PostgreSQL) 19beta2` and the like.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once("(PostgreSQL) ")?;
        let number = rest.split_whitespace().next()?;
        let digits = |text: &str| {
            let end = text
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len());
            text[..end].parse::<u32>().ok()
        };
        Some(Self {
            major: digits(number)?,
            minor: number
                .split_once('.')
                .and_then(|(_, minor)| digits(minor))
                .unwrap_or(0),
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A directory that holds PostgreSQL's server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Programs {
    pub(crate) bin: PathBuf,
    pub(crate) version: Version,
}

impl Programs {
    /// Looks into one directory; `None` when it holds no working server.
    fn at(bin: &Path) -> Option<Self> {
        if !bin.join("initdb").is_file() {
            return None;
        }
        let text = output(Command::new(bin.join("postgres")).arg("--version"))?;
        Some(Self {
            bin: bin.to_owned(),
            version: Version::parse(&text)?,
        })
    }
}

/// Where to look, in order.
#[derive(Debug)]
pub(crate) struct Search {
    by_hand: Option<PathBuf>,
    /// From `pg_config`, then PATH.
    named: Vec<PathBuf>,
    /// `/`, but in tests.
    root: PathBuf,
}

impl Search {
    pub(crate) fn of_this_machine() -> Self {
        let pg_config = output(Command::new("pg_config").arg("--bindir"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self {
            by_hand: std::env::var_os(OVERRIDE)
                .filter(|dir| !dir.is_empty())
                .map(PathBuf::from),
            named: pg_config
                .map(|dir| PathBuf::from(dir.trim_end()))
                .into_iter()
                .chain(std::env::split_paths(&path).filter(|dir| dir.is_absolute()))
                .collect(),
            root: PathBuf::from("/"),
        }
    }

    /// The programs to use; `None` when there are none, or only too old ones.
    ///
    /// # Errors
    ///
    /// When the directory that was named by hand does not serve.
    pub(crate) fn run(&self) -> anyhow::Result<Option<Programs>> {
        if let Some(bin) = &self.by_hand {
            return by_hand(bin).map(Some);
        }
        let mut too_old = Vec::new();
        let named = self.named.iter().filter_map(|bin| Programs::at(bin));
        for programs in named.chain(self.packaged()) {
            if programs.version.major >= OLDEST {
                return Ok(Some(programs));
            }
            if !too_old.contains(&programs) {
                too_old.push(programs);
            }
        }
        for Programs { bin, version } in too_old {
            say!(
                "PostgreSQL {version} in {} is too old, {OLDEST} is needed",
                bin.display()
            );
        }
        Ok(None)
    }

    /// What packages installed, the newest version first.
    fn packaged(&self) -> Vec<Programs> {
        let mut found: Vec<_> = PACKAGED
            .iter()
            .flat_map(|pattern| expand(&self.root, pattern))
            .filter_map(|bin| Programs::at(&bin))
            .collect();
        found.sort_by_key(|programs| Reverse(programs.version));
        found
    }
}

fn by_hand(bin: &Path) -> anyhow::Result<Programs> {
    let programs = Programs::at(bin).with_context(|| {
        format!(
            "{OVERRIDE} is {}, which has no working `postgres` and `initdb`: name the directory \
             that holds both, or unset it to search",
            bin.display()
        )
    })?;
    if programs.version.major < OLDEST {
        bail!(
            "{OVERRIDE} is {}, which holds PostgreSQL {}: name one of version {OLDEST} or newer, \
             or unset it to search",
            bin.display(),
            programs.version
        );
    }
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn versions_as_servers_state_them() {
        let check = |text, expected: Option<(u32, u32)>| {
            let expected = expected.map(|(major, minor)| Version { major, minor });
            assert_eq!(Version::parse(text), expected, "{text:?}");
        };
        check(
            "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n",
            Some((15, 18)),
        );
        check("postgres (PostgreSQL) 18.0\n", Some((18, 0)));
        check("postgres (PostgreSQL) 9.6.24\n", Some((9, 6)));
        check("postgres (PostgreSQL) 19beta2\n", Some((19, 0)));
        check("postgres (PostgreSQL) 19devel\n", Some((19, 0)));
        check("postgres (EnterpriseDB) 15.2", None);
        check("postgres (PostgreSQL) unknown", None);
        check("", None);
    }

    /// A machine in a directory: `bins` are (directory, version) pairs.
    fn machine(bins: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (dir, version) in bins {
            let bin = root.path().join(dir);
            std::fs::create_dir_all(&bin).unwrap();
            for program in ["postgres", "initdb"] {
                let file = bin.join(program);
                let script = format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}'\n");
                std::fs::write(&file, script).unwrap();
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
            }
        }
        root
    }

    fn search(root: &tempfile::TempDir, named: &[&str]) -> Search {
        Search {
            by_hand: None,
            named: named.iter().map(|dir| root.path().join(dir)).collect(),
            root: root.path().to_owned(),
        }
    }

    fn found(search: &Search) -> Option<String> {
        search
            .run()
            .unwrap()
            .map(|programs| programs.version.to_string())
    }

    #[test]
    fn the_newest_package_is_chosen_by_number_not_by_name() {
        let root = machine(&[
            ("usr/lib/postgresql/9.6/bin", "9.6.24"),
            ("usr/lib/postgresql/15/bin", "15.18"),
            ("usr/pgsql-17/bin", "17.6"),
        ]);
        assert_eq!(found(&search(&root, &[])).as_deref(), Some("17.6"));
    }

    #[test]
    fn what_pg_config_and_path_name_comes_before_packages() {
        let root = machine(&[("own/bin", "16.10"), ("usr/lib/postgresql/18/bin", "18.1")]);
        assert_eq!(
            found(&search(&root, &["empty", "own/bin"])).as_deref(),
            Some("16.10")
        );
    }

    #[test]
    fn a_server_that_is_too_old_is_passed_over() {
        let root = machine(&[("own/bin", "14.20"), ("usr/lib/postgresql/15/bin", "15.18")]);
        assert_eq!(
            found(&search(&root, &["own/bin"])).as_deref(),
            Some("15.18")
        );

        let root = machine(&[("usr/lib/postgresql/14/bin", "14.20")]);
        assert_eq!(found(&search(&root, &[])), None);
    }

    #[test]
    fn a_client_without_a_server_does_not_count() {
        let root = machine(&[("usr/lib/postgresql/15/bin", "15.18")]);
        std::fs::remove_file(root.path().join("usr/lib/postgresql/15/bin/initdb")).unwrap();
        assert_eq!(found(&search(&root, &["usr/lib/postgresql/15/bin"])), None);
    }

    #[test]
    fn a_directory_named_by_hand_is_used_or_refused() {
        let root = machine(&[
            ("old/bin", "14.20"),
            ("new/bin", "16.1"),
            ("own/bin", "18.1"),
        ]);
        let by_hand = |dir: &str| {
            let by_hand = Some(root.path().join(dir));
            Search {
                by_hand,
                ..search(&root, &["own/bin"])
            }
            .run()
        };
        assert_eq!(by_hand("new/bin").unwrap().unwrap().version.major, 16);
        assert!(
            by_hand("old/bin")
                .unwrap_err()
                .to_string()
                .contains("holds PostgreSQL 14.20")
        );
        assert!(
            by_hand("none")
                .unwrap_err()
                .to_string()
                .contains("no working `postgres`")
        );
    }
}
