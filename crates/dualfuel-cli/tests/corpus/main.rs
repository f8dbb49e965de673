//! The migrations of eleven invented projects, rendered, run and compared.
//!
//! Each directory beside this file is the history of a product that does not
//! exist, kept the way one of the usual tools keeps it: none of them was
//! written for Dualfuel, except `teams`. What the tests claim of each of them:
//!
//! - [`schemas`]: every migration renders and runs on all engines, and after
//!   each the databases hold what the model says; back again step by step.
//! - [`data`]: not one cell of the rows in every table changes unless the
//!   migration says so, and what it says comes out the same everywhere.
//! - [`mutations`]: a change of a single attribute of a database is reported.
//! - [`prefixes`]: what comes later changes nothing of what was rendered.
//! - [`histories`]: the same for schemas that nobody thought of.
//!
//! Projects of your own take part when `DUALFUEL_CORPUS` names their
//! directories: `DUALFUEL_CORPUS=~/shop/migrations cargo test --test corpus yours`.
//!
//! They need the servers that `cargo xtask test` starts, and fail without.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod cells;
mod data;
mod engines;
mod histories;
mod mutations;
mod prefixes;
mod project;
mod schemas;
#[path = "../support/servers.rs"]
mod servers;

/// One test for each project: `tests!(claim)` calls `claim(project)`.
macro_rules! each_project {
    ($claim:path) => {
        each_project!($claim: bakery, chess, clinic, feeds, forge, garden, ledger, podcasts, teams, transit, vault);
    };
    ($claim:path: $($name:ident),+) => {
        $(
            #[tokio::test]
            async fn $name() {
                $claim(crate::project::Project::read(stringify!($name))).await;
            }
        )+

        /// Nothing, unless `DUALFUEL_CORPUS` names directories of yours.
        #[tokio::test]
        async fn yours() {
            for project in crate::project::Project::yours() {
                $claim(project).await;
            }
        }
    };
}
use each_project;
