//! Reaching the server, and what each session is set to.

use std::time::Duration;

use tokio_postgres::config::Host;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{CancelToken, Client, Connection, NoTls, Socket};

use super::{error, tls};
use crate::ConnectError;
use crate::options::ConnectOptions;
use crate::url::{PostgresAddress, TlsMode};

/// The oldest version that is supported.
const OLDEST: u32 = 15;

/// A client, and the server's version as it spells it.
pub(super) async fn open(
    address: &PostgresAddress,
    options: &ConnectOptions,
) -> Result<(Client, String), ConnectError> {
    let attempt = async {
        let mut config = address.config.clone();
        config.application_name(&options.application_name);
        let (client, version) = if !uses_tls(address) {
            connect(&config, NoTls, address).await?
        } else {
            let tls = tls::connector(address).map_err(|source| ConnectError::Tls {
                address: address.printed.clone(),
                source,
            })?;
            connect(&config, tls, address).await?
        };
        check_version(&version, address)?;
        client
            .batch_execute(&session_settings(options))
            .await
            .map_err(|failure| refused(address, failure))?;
        Ok((client, version))
    };
    match tokio::time::timeout(options.connect_timeout, attempt).await {
        Ok(result) => result,
        Err(_) => Err(ConnectError::Timeout {
            address: address.printed.clone(),
            waited: options.connect_timeout,
        }),
    }
}

/// Sends a cancel request on a connection of its own. That it fails is no news: the
/// server may have finished, or be gone.
pub(super) async fn cancel(token: &CancelToken, address: &PostgresAddress) {
    let _ = match tls::connector(address) {
        Ok(tls) if uses_tls(address) => token.cancel_query(tls).await,
        _ => token.cancel_query(NoTls).await,
    };
}

/// A Unix socket carries no TLS (PostgreSQL manual, 19.9).
fn uses_tls(address: &PostgresAddress) -> bool {
    let by_network = |host: &Host| matches!(host, Host::Tcp(_));
    address.tls != TlsMode::Disable && address.config.get_hosts().iter().any(by_network)
}

async fn connect<T>(
    config: &tokio_postgres::Config,
    tls: T,
    address: &PostgresAddress,
) -> Result<(Client, String), ConnectError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, connection) = config
        .connect(tls)
        .await
        .map_err(|failure| refused(address, failure))?;
    let version = connection.parameter("server_version").unwrap_or_default();
    // Debian adds its package's version behind a space.
    let version = version.split(' ').next().unwrap_or_default().to_owned();
    drive(connection);
    Ok((client, version))
}

/// Reads and writes until either side closes. How it ended is told to each
/// statement that waits, so the task itself has nothing to report.
fn drive<T>(connection: Connection<Socket, T>)
where
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    drop(tokio::spawn(async move {
        let _ = connection.await;
    }));
}

fn check_version(version: &str, address: &PostgresAddress) -> Result<(), ConnectError> {
    let major = version
        .split(|character: char| !character.is_ascii_digit())
        .next()
        .and_then(|digits| digits.parse::<u32>().ok());
    match major {
        Some(major) if major < OLDEST => Err(ConnectError::TooOld {
            address: address.printed.clone(),
            version: version.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Times are exchanged in binary, so no setting can change what they mean;
/// `TimeZone` is for SQL that an application writes itself.
pub(super) fn session_settings(options: &ConnectOptions) -> String {
    let millis = |duration: Duration| {
        duration
            .as_millis()
            .clamp(1, i32::MAX.unsigned_abs().into())
    };
    let mut sql = format!(
        "SET TimeZone = 'UTC'; SET client_min_messages = warning; SET lock_timeout = {}",
        millis(options.lock_timeout)
    );
    if let Some(timeout) = options.statement_timeout {
        sql.push_str(&format!("; SET statement_timeout = {}", millis(timeout)));
    }
    if let Some(timeout) = options.idle_in_transaction_timeout {
        sql.push_str(&format!(
            "; SET idle_in_transaction_session_timeout = {}",
            millis(timeout)
        ));
    }
    sql
}

fn refused(address: &PostgresAddress, failure: tokio_postgres::Error) -> ConnectError {
    let printed = address.printed.clone();
    let Some(code) = failure.code().map(|code| code.code().to_owned()) else {
        return unreachable_server(printed, failure);
    };
    let config = &address.config;
    let user = config.get_user().unwrap_or_default().to_owned();
    match code.as_str() {
        "28P01" => ConnectError::LoginRefused {
            address: printed,
            user,
        },
        "3D000" => ConnectError::NoSuchDatabase {
            address: printed,
            database: config.get_dbname().map_or(user, str::to_owned),
        },
        _ => ConnectError::Refused {
            address: printed,
            sqlstate: code,
            source: error::of(failure),
        },
    }
}

fn unreachable_server(address: String, failure: tokio_postgres::Error) -> ConnectError {
    let text = failure.to_string();
    let source = failure.into_source().unwrap_or_else(|| text.clone().into());
    // tokio-postgres keeps its kinds to itself; its `Display` begins with them.
    if text.starts_with("error performing TLS handshake") {
        ConnectError::Tls { address, source }
    } else if text.starts_with("password missing")
        || text.starts_with("invalid configuration: password")
    {
        ConnectError::LoginRefused {
            address,
            user: String::new(),
        }
    } else if source
        .to_string()
        .starts_with("failed to lookup address information")
    {
        ConnectError::UnknownHost { address, source }
    } else {
        ConnectError::Unreachable { address, source }
    }
}
