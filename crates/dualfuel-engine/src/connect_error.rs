//! Why a connection could not be opened.

use std::path::PathBuf;

/// Why a connection could not be opened. No variant shows a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The folder that is to hold the SQLite file is missing.
    #[error("the folder {} does not exist, so the database file {} cannot be made there; create the folder or correct the URL", folder.display(), file.display())]
    FolderMissing {
        /// The file that was to be made.
        file: PathBuf,
        /// The folder it was to be in.
        folder: PathBuf,
    },

    /// The URL names a folder, and a file is wanted.
    #[error("{} is a folder; name the database file in it, for example {}", path.display(), path.join("app.db").display())]
    IsFolder {
        /// The folder.
        path: PathBuf,
    },

    /// The file is something other than a SQLite database.
    #[error("{} is not a SQLite database (or it is encrypted or damaged); nothing in it was changed", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },

    /// The file, or its folder, may not be written.
    #[error("{} cannot be written: check its permissions and those of its folder (SQLite keeps two more files beside it)", path.display())]
    ReadOnlyFile {
        /// The file.
        path: PathBuf,
    },

    /// SQLite could not open the file for another reason.
    #[error("SQLite cannot open {}", path.display())]
    File {
        /// The file, or `:memory:`.
        path: PathBuf,
        /// What SQLite or the system said.
        #[source]
        source: diesel::result::Error,
    },

    /// This build of SQLite, or this file, does not give what Dualfuel relies on.
    #[error("SQLite refused the setting `{setting}`, which Dualfuel relies on")]
    Setting {
        /// The PRAGMA that did not take.
        setting: &'static str,
    },

    /// No server answered at the address.
    #[error(
        "no PostgreSQL server answers at {address}: check that it runs and accepts connections there"
    )]
    Unreachable {
        /// Host and port, or the socket's path.
        address: String,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// The host name has no address.
    #[error(
        "the host name in {address} cannot be resolved: check its spelling and the name server"
    )]
    UnknownHost {
        /// Host and port.
        address: String,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// The server did not finish the start of the connection in time.
    #[error("the PostgreSQL server at {address} did not answer within {waited:?}")]
    Timeout {
        /// Host and port, or the socket's path.
        address: String,
        /// How long was waited.
        waited: std::time::Duration,
    },

    /// The server refused the user name or the password.
    #[error(
        "the PostgreSQL server at {address} refused the login of user {user:?}: check user name and password"
    )]
    LoginRefused {
        /// Host and port, or the socket's path.
        address: String,
        /// The user name.
        user: String,
    },

    /// There is no database of that name on the server.
    #[error(
        "the PostgreSQL server at {address} has no database {database:?}: create it, or correct the URL"
    )]
    NoSuchDatabase {
        /// Host and port, or the socket's path.
        address: String,
        /// The name asked for.
        database: String,
    },

    /// Encryption could not be agreed on, or the certificate was not accepted.
    #[error("no encrypted connection to the PostgreSQL server at {address}")]
    Tls {
        /// Host and port.
        address: String,
        /// What the TLS library said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// The server is older than Dualfuel supports.
    #[error("the PostgreSQL server at {address} is version {version}; Dualfuel needs 15 or newer")]
    TooOld {
        /// Host and port, or the socket's path.
        address: String,
        /// The server's version.
        version: String,
    },

    /// The server refused for another reason (too many connections, shutting down, ..).
    #[error("the PostgreSQL server at {address} refused the connection (SQLSTATE {sqlstate})")]
    Refused {
        /// Host and port, or the socket's path.
        address: String,
        /// The server's code.
        sqlstate: String,
        /// What the server said.
        #[source]
        source: diesel::result::Error,
    },
}
