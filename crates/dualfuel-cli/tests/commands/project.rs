//! A project in a directory of its own, and commands run in it.

use std::fs;
use std::path::Path;

use clap::Parser as _;
use dualfuel_cli::database::{Access, Connection, Place};
use dualfuel_cli::{Cli, Context, Outcome, report};

/// A directory of its own for a project.
pub(crate) struct Project(tempfile::TempDir);

/// What a command came to: its exit status and what it printed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) status: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs a command line; `@/` stands for the project's directory.
    pub(crate) async fn run(&self, line: &str) -> Ended {
        let here = self.path().display().to_string();
        let words = line
            .split_whitespace()
            .map(|word| word.replace("@/", &format!("{here}/")));
        let cli = Cli::try_parse_from(["dualfuel".to_owned()].into_iter().chain(words));
        let cli = cli.unwrap_or_else(|error| panic!("{error}"));
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut context = Context {
            here: self.path().to_owned(),
            out: &mut out,
            err: &mut err,
        };
        let ended = dualfuel_cli::run(cli, &mut context).await;
        let (status, error) = match ended {
            Ok(Outcome::Done) => (0, String::new()),
            Ok(Outcome::Found) => (1, String::new()),
            Err(error) => (2, report(&error)),
        };
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(&format!("{here}/"), "")
        };
        let err = text(err) + &error.replace(&format!("{here}/"), "");
        Ended {
            status,
            out: text(out),
            err,
        }
    }

    pub(crate) async fn done(&self, line: &str) -> String {
        let ended = self.run(line).await;
        assert_eq!(ended.status, 0, "{line}: {ended:?}");
        ended.out
    }

    /// Its exit status and, in one text, what it printed.
    pub(crate) async fn not_done(&self, line: &str, status: u8) -> String {
        let ended = self.run(line).await;
        assert_eq!(ended.status, status, "{line}: {ended:?}");
        ended.out + &ended.err
    }

    pub(crate) async fn sqlite(&self, file: &str, sql: &str) {
        let place: Place = format!("sqlite://{}/{file}", self.path().display())
            .parse()
            .unwrap();
        let mut connection = Connection::open(&place, Access::Write).await.unwrap();
        connection.run_script(sql).await.unwrap();
    }
}

pub(crate) const NOTES: &str = "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL);\n";
pub(crate) const TAGS: &str = "CREATE TABLE tags (note_id INTEGER NOT NULL REFERENCES notes (id), tag TEXT NOT NULL, PRIMARY KEY (note_id, tag));\n";

/// One table, from a source for SQLite.
pub(crate) fn notes() -> Project {
    Project::new(&[
        (
            "dualfuel.toml",
            "source = \"m\"\nout = \"o\"\nfrom = \"sqlite\"\n",
        ),
        ("m/0001_notes/up.sql", NOTES),
    ])
}
