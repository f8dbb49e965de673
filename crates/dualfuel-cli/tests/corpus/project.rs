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
    pub(crate) name: &'static str,
    pub(crate) dialect: Dialect,
    pub(crate) sources: Vec<Source>,
    pub(crate) rendered: Vec<Rendered>,
}

impl Project {
    pub(crate) fn read(name: &'static str) -> Self {
        let dialect = match name {
            "forge" => Dialect::Postgres,
            "teams" => Dialect::Portable,
            _ => Dialect::Sqlite,
        };
        let sources = SourceDir::read(&directory(name)).unwrap().sources();
        let rendered = render(&sources, options(dialect));
        assert_eq!(rendered.len(), sources.len());
        Project {
            name,
            dialect,
            sources,
            rendered,
        }
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
