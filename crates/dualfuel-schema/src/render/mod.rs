//! From a directory of migrations to one directory for each engine.
//!
//! What a migration renders to depends on it and on those before it, never on
//! those after: so what was applied once stays what it is.
//!
//! The files of the source's own engine pass through byte for byte; an override
//! is used as it stands. Everything else goes through the model, one engine at
//! a time, because `-- dualfuel: only` may keep a statement from some of them.
//! What can't be read or said is reported with its place, and then that engine
//! gets no file for that migration: nothing is ever passed through unread.
//!
//! - `reading`: a file's statements and what its comments say.
//! - `schemas`: the schema of each engine, from migration to migration.
//! - `migration`: one migration, with everything that may be refused in it.
//! - `files`: the text of the files.
//! - `orgs`: which statements touch tenant tables.
//! - `follows`: which refusals only follow from another.
//! - `hazards`: what a file that passes through does to rows.
//!
//! Files are read and written by whoever calls.

mod files;
mod follows;
mod hazards;
mod migration;
mod orgs;
mod reading;
mod schemas;

use std::sync::Arc;

pub use files::says_no_transaction;
use serde::Serialize;

use crate::{
    Dialect, Engine, Unsupported, lower::Weakening, model::Schema, parse::ReadOptions,
    simulate::Step,
};

/// One migration as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Its version and name, as the directory to write: `20250131091500_add_due_on`.
    pub directory: String,
    /// How messages call its file.
    pub file: String,
    /// Its file within the source directory, as the rendered files name it.
    pub origin: String,
    /// How messages call an override of it, with `{engine}` for the engine:
    /// `migrations/20250131091500_add_due_on/up.{engine}.sql`.
    pub override_file: String,
    /// Its `up.sql`.
    pub up: String,
    /// Its `down.sql`, where it has one.
    pub down: Option<String>,
    /// Overrides of `up.sql`: engine and text.
    pub up_overrides: Vec<(Engine, String)>,
    /// Overrides of `down.sql`.
    pub down_overrides: Vec<(Engine, String)>,
    /// Its `metadata.toml`, where it has one.
    pub metadata: Option<String>,
}

/// How to render.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderOptions {
    /// What the sources are written in. The files of its own engine pass
    /// through byte for byte.
    pub dialect: Dialect,
    /// How it is read.
    pub read: ReadOptions,
}

/// One migration, rendered.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Its directory's name.
    pub directory: String,
    /// The schema it leaves, as the source says it: without what a portable
    /// source means beyond its SQL.
    pub schema: Arc<Schema>,
    /// What it does and leaves, engine by engine.
    pub courses: Vec<Course>,
    /// Its files, for each engine that it could be rendered for.
    pub files: Vec<(Engine, Files)>,
    /// What engines do without.
    pub weakenings: Vec<Weakening>,
    /// What its files do that their author may not have meant.
    pub warnings: Vec<Warning>,
    /// What could not be rendered.
    pub unsupported: Vec<Unsupported>,
}

/// What a migration does to one engine's database.
#[derive(Debug, Clone)]
pub struct Course {
    /// Which engine.
    pub engine: Engine,
    /// Step by step.
    pub steps: Vec<Step>,
    /// The schema it leaves: what introspection has to find.
    pub schema: Arc<Schema>,
}

impl Rendered {
    /// What it does and leaves on `engine`.
    pub fn course(&self, engine: Engine) -> Option<&Course> {
        self.courses.iter().find(|course| course.engine == engine)
    }

    /// The schema it leaves on `engine`: what introspection has to find.
    pub fn schema_on(&self, engine: Engine) -> &Arc<Schema> {
        let course = self.course(engine);
        course.map_or(&self.schema, |course| &course.schema)
    }

    /// Its files for `engine`, where it could be rendered for it.
    pub fn files_for(&self, engine: Engine) -> Option<&Files> {
        let found = self.files.iter().find(|(of, _)| *of == engine);
        found.map(|(_, files)| files)
    }
}

/// A migration's files for one engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Files {
    /// `up.sql`.
    pub up: String,
    /// `down.sql`; none when there is nothing to take back.
    pub down: Option<String>,
    /// `metadata.toml`, where it says anything.
    pub metadata: Option<String>,
}

/// Something that a file does, at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The file, as it was named to Dualfuel.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What it does, and what to do about it.
    pub text: String,
}

/// Renders migrations, given in order of their versions. Goes on after one
/// that can't be rendered: see [`Rendered::unsupported`].
pub fn render(sources: &[Source], options: RenderOptions) -> Vec<Rendered> {
    let mut schemas = schemas::Schemas::new(options.dialect);
    let mut lost = follows::Lost::new(options.dialect);
    sources
        .iter()
        .map(|source| migration::Migration::new(source, options).render(&mut schemas, &mut lost))
        .collect()
}

#[cfg(test)]
mod tests;
