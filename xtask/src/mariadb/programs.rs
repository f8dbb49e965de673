//! Finds the MariaDB server programs of this machine.
//!
//! `mariadbd` is in a directory for administrators that is on few users' PATH,
//! and `mariadb-install-db`, which makes its first files, in another. Old
//! packages call them `mysqld` and `mysql_install_db`, as MySQL's are called, so
//! each is asked what it is. `DUALFUEL_MARIADB_BIN` settles the question by hand;
//! then no other place is looked at.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::private::search::expand;
use crate::process::output;
use crate::say;

/// The oldest MariaDB that Dualfuel supports.
pub(crate) const OLDEST: Version = Version {
    major: 10,
    minor: 11,
};

/// Names a directory with the server programs, in place of a search.
pub(crate) const OVERRIDE: &str = "DUALFUEL_MARIADB_BIN";

/// Directories, seen from `/`, where packages keep the programs. `*` stands for
/// anything within one name.
const PACKAGED: &[&str] = &[
    "usr/sbin",
    "usr/bin",
    "usr/libexec",
    "usr/local/sbin",
    "usr/local/bin",
    // Homebrew on Apple silicon, Intel and Linux; MacPorts.
    "opt/homebrew/opt/mariadb*/bin",
    "usr/local/opt/mariadb*/bin",
    "home/linuxbrew/.linuxbrew/opt/mariadb*/bin",
    "opt/local/lib/mariadb*/bin",
    // Built from source, or unpacked.
    "usr/local/mysql/bin",
    "usr/local/mariadb*/bin",
];

const SERVERS: [&str; 2] = ["mariadbd", "mysqld"];
const INSTALLERS: [&str; 2] = ["mariadb-install-db", "mysql_install_db"];

/// A MariaDB release, as `mariadbd --version` states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u32,
    pub(crate) minor: u32,
}

impl Version {
    /// Reads `mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu ..`;
    /// MySQL's is another server.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once(" Ver ")?;
        let number = rest.split_whitespace().next()?;
        if !number.contains("MariaDB") {
            return None;
        }
        let mut numbers = number.split(['.', '-']).map(str::parse);
        Some(Self {
            major: numbers.next()?.ok()?,
            minor: numbers.next()?.ok()?,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// MariaDB's server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Programs {
    pub(crate) server: PathBuf,
    /// Makes the first files of a server.
    pub(crate) install_db: PathBuf,
    /// What both are installed under: `/usr` for `/usr/sbin/mariadbd`.
    pub(crate) base: PathBuf,
    pub(crate) version: Version,
}

impl Programs {
    /// Looks into one directory, and for the other program into its neighbours;
    /// `None` when it holds no working server.
    fn at(dir: &Path) -> Option<Self> {
        let base = dir.parent()?;
        let server = first_of(&SERVERS, &[dir])?;
        let neighbours = [dir, &base.join("bin"), &base.join("scripts")];
        let install_db = first_of(&INSTALLERS, &neighbours)?;
        let text = output(Command::new(&server).args(["--no-defaults", "--version"]))?;
        Some(Self {
            base: base.to_owned(),
            version: Version::parse(&text)?,
            server,
            install_db,
        })
    }
}

fn first_of(names: &[&str], dirs: &[&Path]) -> Option<PathBuf> {
    dirs.iter()
        .flat_map(|dir| names.iter().map(|name| dir.join(name)))
        .find(|path| path.is_file())
}

/// Where to look, in order.
#[derive(Debug)]
pub(crate) struct Search {
    by_hand: Option<PathBuf>,
    /// From PATH.
    named: Vec<PathBuf>,
    /// `/`, but in tests.
    root: PathBuf,
}

impl Search {
    pub(crate) fn of_this_machine() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self {
            by_hand: std::env::var_os(OVERRIDE)
                .filter(|dir| !dir.is_empty())
                .map(PathBuf::from),
            named: std::env::split_paths(&path)
                .filter(|dir| dir.is_absolute())
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
        if let Some(dir) = &self.by_hand {
            return by_hand(dir).map(Some);
        }
        let packaged = PACKAGED
            .iter()
            .flat_map(|pattern| expand(&self.root, pattern));
        let mut too_old = Vec::new();
        for dir in self.named.iter().cloned().chain(packaged) {
            let Some(programs) = Programs::at(&dir) else {
                continue;
            };
            if programs.version >= OLDEST {
                return Ok(Some(programs));
            }
            if !too_old.contains(&programs) {
                too_old.push(programs);
            }
        }
        for Programs {
            server, version, ..
        } in too_old
        {
            say!(
                "MariaDB {version} in {} is too old, {OLDEST} is needed",
                server.display()
            );
        }
        Ok(None)
    }
}

fn by_hand(dir: &Path) -> anyhow::Result<Programs> {
    let programs = Programs::at(dir).with_context(|| {
        format!(
            "{OVERRIDE} is {}, which has no working `mariadbd`, or no `mariadb-install-db` beside \
             it: name the directory that holds the server, or unset it to search",
            dir.display()
        )
    })?;
    if programs.version < OLDEST {
        bail!(
            "{OVERRIDE} is {}, which holds MariaDB {}: name one of version {OLDEST} or newer, or \
             unset it to search",
            dir.display(),
            programs.version
        );
    }
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn versions_as_servers_state_them() {
        let check = |text, expected: Option<(u32, u32)>| {
            let expected = expected.map(|(major, minor)| Version { major, minor });
            assert_eq!(Version::parse(text), expected, "{text:?}");
        };
        check(
            "mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)\n",
            Some((10, 11)),
        );
        check(
            "/usr/sbin/mariadbd  Ver 11.8.2-MariaDB for Linux",
            Some((11, 8)),
        );
        check(
            "mysqld  Ver 8.0.43 for Linux on x86_64 (MySQL Community Server - GPL)",
            None,
        );
        check("", None);
    }

    /// A machine with servers in `dirs`, each with its version.
    fn machine(servers: &[(&str, &str)], installers: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let program = |path: PathBuf, text: String| {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        };
        for (path, version) in servers {
            let text = format!("#!/bin/sh\necho 'mariadbd  Ver {version} for Linux'\n");
            program(root.path().join(path), text);
        }
        for path in installers {
            program(root.path().join(path), "#!/bin/sh\n".to_owned());
        }
        root
    }

    fn found(root: &tempfile::TempDir, named: &[&str]) -> Option<String> {
        let search = Search {
            by_hand: None,
            named: named.iter().map(|dir| root.path().join(dir)).collect(),
            root: root.path().to_owned(),
        };
        let programs = search.run().unwrap()?;
        Some(format!(
            "{} {}",
            programs.version,
            programs.base.strip_prefix(root.path()).unwrap().display()
        ))
    }

    #[test]
    fn the_installer_may_be_in_a_neighbour() {
        let server = ("usr/sbin/mariadbd", "10.11.14-MariaDB");
        let root = machine(&[server], &["usr/bin/mariadb-install-db"]);
        assert_eq!(found(&root, &[]).as_deref(), Some("10.11 usr"));
        let root = machine(&[server], &[]);
        assert_eq!(found(&root, &[]), None);
    }

    #[test]
    fn what_path_names_comes_first_unless_it_is_too_old_or_mysql() {
        let installers = ["own/bin/mariadb-install-db", "usr/bin/mariadb-install-db"];
        let packaged = ("usr/sbin/mariadbd", "10.11.14-MariaDB");
        let check = |own, expected| {
            let root = machine(&[("own/bin/mysqld", own), packaged], &installers);
            assert_eq!(
                found(&root, &["empty", "own/bin"]).as_deref(),
                Some(expected)
            );
        };
        check("11.4.2-MariaDB", "11.4 own");
        check("10.6.18-MariaDB", "10.11 usr");
        check("8.0.43", "10.11 usr");
    }

    #[test]
    fn a_directory_named_by_hand_has_to_serve() {
        let root = machine(
            &[("old/bin/mariadbd", "10.5.1-MariaDB")],
            &["old/bin/mariadb-install-db"],
        );
        let check = |dir: &str, expected: &str| {
            let error = by_hand(&root.path().join(dir)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("none", "has no working `mariadbd`");
        check(
            "old/bin",
            "holds MariaDB 10.5: name one of version 10.11 or newer",
        );
    }
}
