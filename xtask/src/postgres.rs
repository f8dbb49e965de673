//! A private PostgreSQL server for tests and development.
//!
//! It runs the machine's own server programs ([`programs`], installed by
//! [`install`] where there are none) on a directory of its own, listens on a
//! free port of this machine alone and on a Unix socket, and is gone when
//! [`Server`] is dropped. `mariadb/` mirrors the files. No existing server or
//! cluster is looked at, let alone touched.
//!
//! Nothing it holds is worth keeping, so all that makes PostgreSQL durable is
//! off: the server is for tests, never for figures about PostgreSQL.

mod certificate;
mod install;
mod programs;
mod server;

pub(crate) use server::{Server, URL};

use crate::process::Signals;
use crate::say;

/// Finds or installs PostgreSQL and starts a private server.
///
/// # Errors
///
/// When there is no PostgreSQL and it cannot be installed here, or it does not
/// start. Nothing is left running.
pub(crate) fn start(signals: &Signals) -> anyhow::Result<Server> {
    let programs = match programs::Search::of_this_machine().run()? {
        Some(found) => found,
        None => install::install(signals)?,
    };
    say!(
        "PostgreSQL {} in {}",
        programs.version,
        programs.bin.display()
    );
    let server = Server::start(&programs, signals)?;
    say!(
        "private server on 127.0.0.1:{} in {}",
        server.port(),
        server.directory().display()
    );
    Ok(server)
}
