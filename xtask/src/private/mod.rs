//! Private servers: what PostgreSQL's and MariaDB's have in common.
//!
//! A server runs the machine's own programs, installed by [`packages`] where
//! there are none, as an [`account`] without rights, on a directory of its own
//! ([`directory`]), and is gone when its [`running::Running`] is dropped.

pub(crate) mod account;
pub(crate) mod directory;
pub(crate) mod packages;
pub(crate) mod running;
pub(crate) mod search;

use std::ffi::OsString;
use std::path::Path;

/// A server that runs until it is dropped.
pub(crate) trait Server {
    /// Whose it is, in lower case: its log is kept under this name.
    const NAME: &'static str;

    /// Connects as superuser over TCP, with the password.
    fn url(&self) -> String;

    /// What the tests are told of it.
    fn environment(&self) -> Vec<(&'static str, OsString)>;

    /// Copies its log to where it survives the run.
    fn save_log(&self, to: &Path) -> std::io::Result<()>;
}
