//! A private MariaDB server for tests and development.
//!
//! It runs the machine's own server programs ([`programs`], installed by
//! [`install`] where there are none) on a directory of its own, listens on a
//! free port of this machine alone and on a Unix socket, and is gone when
//! [`Server`] is dropped. `postgres/` mirrors the files.
//!
//! Nothing it holds is worth keeping, so all that makes MariaDB durable is off:
//! the server is for tests, never for figures about MariaDB.

mod install;
mod programs;
mod server;

pub(crate) use server::{Server, URL};

use crate::process::Signals;
use crate::say;

/// Finds or installs MariaDB and starts a private server.
///
/// # Errors
///
/// When there is no MariaDB and it cannot be installed here, or it does not
/// start. Nothing is left running.
pub(crate) fn start(signals: &Signals) -> anyhow::Result<Server> {
    let programs = match programs::Search::of_this_machine().run()? {
        Some(found) => found,
        None => install::install(signals)?,
    };
    say!(
        "MariaDB {} in {}",
        programs.version,
        programs.server.display()
    );
    let server = Server::start(&programs, signals)?;
    say!(
        "private server on 127.0.0.1:{} in {}",
        server.port(),
        server.directory().display()
    );
    Ok(server)
}
