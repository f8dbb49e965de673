//! One MariaDB connection.
//!
//! Statements go out as text, one at a time, and rows come back as text: a
//! migration has no parameters, and a catalogue query no types worth a codec.
//!
//! A session is told what it must not take from the server's configuration,
//! so that a file does the same everywhere: UTC, strict SQL, quotes and
//! backslashes as the splitter reads them, foreign keys enforced, and errors in
//! the language that `values.rs` reads.

use std::fmt;
use std::time::Duration;

use diesel::QueryResult;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, DriverError, Opts, OptsBuilder, Row, Value};

use super::error;
use super::tls::{self, Mode};

/// What every session is set to.
pub(super) const SETTINGS: &str = "SET SESSION \
    sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION', \
    time_zone = '+00:00', \
    autocommit = 1, \
    foreign_key_checks = 1, \
    unique_checks = 1, \
    check_constraint_checks = 1, \
    lc_messages = 'en_US', \
    default_storage_engine = InnoDB, \
    character_set_client = utf8mb4, \
    character_set_results = utf8mb4, \
    character_set_connection = utf8mb4, \
    collation_connection = utf8mb4_nopad_bin";

/// Why a connection could not be opened. No variant shows a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL does not parse.
    #[error(
        "the MariaDB URL is malformed: it is written mysql://user:password@host:port/database, \
         with special characters of the password as %XX"
    )]
    Url,
    /// The URL asks for something that this build can't do.
    #[error("the MariaDB URL has a parameter `{name}` that is not supported here")]
    Parameter {
        /// Its name.
        name: String,
    },
    /// What the URL says of encryption can't be done.
    #[error("the MariaDB URL asks for what can't be had: {problem}")]
    Tls {
        /// What, and what to write instead.
        problem: &'static str,
    },
    /// Encryption was asked for, and the server has none. Nothing was sent to it.
    #[error(
        "the MariaDB server at {address} offers no encryption, and the URL asks for it: set up a \
         certificate there, or say sslmode=disable"
    )]
    Unencrypted {
        /// Host and port, with the database.
        address: String,
    },
    /// No server answered, or it refused the login.
    #[error("cannot connect to {address}")]
    Connect {
        /// Host and port, with the database.
        address: String,
        /// What the server or the system said.
        source: diesel::result::Error,
    },
    /// No server answered in time.
    #[error("the MariaDB server at {address} did not answer within {waited:?}")]
    Timeout {
        /// Host and port, with the database.
        address: String,
        /// How long was waited.
        waited: Duration,
    },
    /// It is another server, or too old a one.
    #[error("{address} is version {version}; supported is MariaDB 10.11 or newer")]
    Version {
        /// Host and port, with the database.
        address: String,
        /// What it calls itself.
        version: String,
    },
}

/// How long opening may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to MariaDB.
pub struct Connection {
    driver: Conn,
    version: String,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// Opens a connection. `mariadb:` is the same as `mysql:`. A URL without a
    /// database is for administration: migrations need one.
    ///
    /// It is encrypted as `sslmode` in the URL says: `disable`, `prefer` (the
    /// default), `require`, `verify-full` with `sslrootcert`, as in PostgreSQL's.
    ///
    /// # Errors
    ///
    /// [`OpenError`], whose variants say what is wrong with URL or server.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let (url, tls) = tls::of_url(url)?;
        let opts = options(&url)?;
        let address = format!(
            "{}:{}/{}",
            opts.ip_or_hostname(),
            opts.tcp_port(),
            opts.db_name().unwrap_or_default()
        );
        let is_local = opts.addr_is_loopback() || opts.ip_or_hostname() == "localhost";
        let encryption = tls.options(is_local)?;
        let opening = async {
            let encrypted = OptsBuilder::from_opts(opts.clone()).ssl_opts(encryption);
            let driver = match Conn::new(encrypted).await {
                Err(mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer)) => {
                    match tls.mode {
                        Mode::Prefer => Conn::new(opts).await,
                        _ => {
                            return Err(OpenError::Unencrypted {
                                address: address.clone(),
                            });
                        }
                    }
                }
                driver => driver,
            };
            set_up(driver, &address).await
        };
        match tokio::time::timeout(PATIENCE, opening).await {
            Ok(opened) => opened,
            Err(_) => Err(OpenError::Timeout {
                address: address.clone(),
                waited: PATIENCE,
            }),
        }
    }

    /// The server's version as it spells it: `10.11.6-MariaDB-1`.
    #[must_use]
    pub fn server_version(&self) -> &str {
        &self.version
    }

    /// Runs one statement; rows that it gives are passed over.
    ///
    /// # Errors
    ///
    /// What the server said.
    pub async fn execute(&mut self, sql: &str) -> QueryResult<()> {
        self.driver.query_drop(sql).await.map_err(error::of)
    }

    /// Runs one statement with parameters.
    pub(super) async fn execute_with(&mut self, sql: &str, values: Vec<Value>) -> QueryResult<()> {
        self.driver.exec_drop(sql, values).await.map_err(error::of)
    }

    /// The rows of a query without parameters, each value as the server prints
    /// it; binary ones that are not UTF-8 as `X'..'`.
    ///
    /// # Errors
    ///
    /// What the server said.
    pub async fn text_rows(&mut self, sql: &str) -> QueryResult<Vec<Vec<Option<String>>>> {
        let rows: Vec<Row> = self.driver.query(sql).await.map_err(error::of)?;
        let text_row = |row: Row| row.unwrap().into_iter().map(text).collect();
        Ok(rows.into_iter().map(text_row).collect())
    }

    /// Says goodbye and closes. A connection that is dropped does so later, if
    /// there still is a runtime.
    pub async fn close(self) {
        let _ = self.driver.disconnect().await;
    }
}

/// What a new connection is asked and told.
async fn set_up(
    driver: Result<Conn, mysql_async::Error>,
    address: &str,
) -> Result<Connection, OpenError> {
    let connect = |source| OpenError::Connect {
        address: address.to_owned(),
        source: error::of_opening(source),
    };
    let mut driver = driver.map_err(connect)?;
    let version: Option<String> = driver
        .query_first("SELECT VERSION()")
        .await
        .map_err(connect)?;
    let version = version.unwrap_or_default();
    if !is_supported(&version) {
        return Err(OpenError::Version {
            address: address.to_owned(),
            version,
        });
    }
    driver.query_drop(SETTINGS).await.map_err(connect)?;
    Ok(Connection { driver, version })
}

fn options(url: &str) -> Result<Opts, OpenError> {
    let url = match url.split_once("://") {
        Some(("mariadb", rest)) => format!("mysql://{rest}"),
        _ => url.to_owned(),
    };
    let opts = Opts::from_url(&url).map_err(|fault| match fault {
        mysql_async::UrlError::FeatureRequired { param, .. }
        | mysql_async::UrlError::UnknownParameter { param }
        | mysql_async::UrlError::InvalidParamValue { param, .. } => {
            OpenError::Parameter { name: param }
        }
        _ => OpenError::Url,
    })?;
    // The server may be reached through a tunnel: a socket that it names would
    // be one of another machine.
    Ok(OptsBuilder::from_opts(opts).prefer_socket(false).into())
}

/// `10.11.6-MariaDB-..`, also behind the `5.5.5-` that old clients need.
fn is_supported(version: &str) -> bool {
    let version = version.strip_prefix("5.5.5-").unwrap_or(version);
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.parse::<u32>().ok());
    let (major, minor) = (numbers.next(), numbers.next());
    version.contains("MariaDB") && (major, minor) >= (Some(10), Some(11))
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::NULL => None,
        Value::Bytes(bytes) => Some(String::from_utf8(bytes).unwrap_or_else(|fault| {
            let bytes = fault.into_bytes();
            let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            format!("X'{digits}'")
        })),
        // The text protocol knows no others.
        other => Some(other.as_sql(false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_url_is_not_shown() {
        for url in [
            "",
            "mysql://a:secret@",
            "postgres://a:secret@b/c",
            "mysql://u:secret@h:port/d",
        ] {
            let error = options(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("secret"), "{url}");
        }
        assert!(options("mariadb://u:p%40@h:3307/d?").is_ok());
        let unknown = options("mysql://u:secret@h/d?ssl-mode=REQUIRED").unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "the MariaDB URL has a parameter `ssl-mode` that is not supported here"
        );
    }

    #[test]
    fn which_servers_are_supported() {
        let check = |version, expected| assert_eq!(is_supported(version), expected, "{version}");
        check("10.11.6-MariaDB-0+deb12u1", true);
        check("5.5.5-11.4.2-MariaDB", true);
        check("12.0.2-MariaDB", true);
        check("10.6.18-MariaDB", false);
        check("8.4.0", false);
        check("9.1.0-commercial", false);
    }
}
