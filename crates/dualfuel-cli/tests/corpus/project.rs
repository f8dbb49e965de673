//! The invented projects.

use std::path::{Path, PathBuf};

use dualfuel_cli::source::SourceDir;
use dualfuel_schema::{
    Dialect, Engine,
    parse::ReadOptions,
    render::{RenderOptions, Rendered, Source, render},
};

/// One of them, rendered.
pub(crate) struct Project {
    pub(crate) name: String,
    pub(crate) dialect: Dialect,
    pub(crate) sources: Vec<Source>,
    pub(crate) rendered: Vec<Rendered>,
}

impl Project {
    pub(crate) fn read(name: &str) -> Self {
        let dialect = match name {
            "forge" => Dialect::Postgres,
            "teams" => Dialect::Portable,
            _ => Dialect::Sqlite,
        };
        Self::of(name, &directory(name), dialect)
    }

    fn of(name: &str, dir: &Path, dialect: Dialect) -> Self {
        let sources = SourceDir::read(dir).unwrap().sources();
        let rendered = render(&sources, options(dialect));
        assert_eq!(rendered.len(), sources.len());
        Project {
            name: name.to_owned(),
            dialect,
            sources,
            rendered,
        }
    }

    /// Projects of yours: `DUALFUEL_CORPUS=/a/sqlite-project:postgres=/another`.
    /// The migrations before the first that can't be rendered take part.
    pub(crate) fn yours() -> Vec<Self> {
        let given = std::env::var("DUALFUEL_CORPUS").unwrap_or_default();
        let given = given.split(':').filter(|one| !one.is_empty());
        let projects = given.map(|one| {
            let (dialect, dir) = match one.split_once('=') {
                Some(("postgres", dir)) => (Dialect::Postgres, dir),
                Some(("mysql", dir)) => (Dialect::Mysql, dir),
                Some((_, dir)) => (Dialect::Sqlite, dir),
                None => (Dialect::Sqlite, one),
            };
            let mut project = Self::of(dir, Path::new(dir), dialect);
            let has_all = |rendered: &Rendered| {
                let mut engines = Engine::ALL.into_iter();
                engines.all(|engine| rendered.files_for(engine).is_some())
            };
            let whole = project
                .rendered
                .iter()
                .take_while(|one| has_all(one))
                .count();
            if let Some(stop) = project.rendered.get(whole) {
                println!("{dir}: goes as far as before {}", stop.directory);
            }
            project.rendered.truncate(whole);
            project.sources.truncate(whole);
            project
        });
        projects.collect()
    }

    /// The engine whose files pass through; it has the last word on rows.
    pub(crate) fn home(&self) -> Engine {
        self.dialect.engine().unwrap_or(Engine::Sqlite)
    }

    /// Whether a migration has an override for an engine.
    pub(crate) fn overrides(&self, migration: usize, engine: Engine) -> bool {
        let source = &self.sources[migration];
        let mut all = source.up_overrides.iter();
        all.any(|(of, _)| *of == engine)
    }
}

pub(crate) fn options(dialect: Dialect) -> RenderOptions {
    RenderOptions {
        dialect,
        read: ReadOptions::default(),
    }
}

fn directory(name: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    tests.join("corpus").join(name)
}
