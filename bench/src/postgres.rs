//! The server: a plain role for the run, a database for each contestant, and a
//! core for the backends.
//!
//! Dualfuel refuses a login that row level security does not bind, so everyone
//! gets the same plain role. Role and databases are dropped at the end, also
//! after an error; a run that was killed leaves them, named
//! `dualfuel_bench_<process id>`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};
use tokio::runtime::Runtime;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, NoTls};

/// Where a server listens.
#[derive(Debug, Clone)]
pub(crate) enum Address {
    /// The folder of its Unix socket.
    Socket(PathBuf),
    Tcp(String),
}

/// How a contestant reaches its database.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) address: Address,
    pub(crate) port: u16,
    pub(crate) role: String,
    pub(crate) password: String,
    pub(crate) database: String,
}

impl Login {
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::new();
        config
            .port(self.port)
            .user(&self.role)
            .password(&self.password)
            .dbname(&self.database);
        match &self.address {
            Address::Socket(folder) => config.host_path(folder),
            Address::Tcp(host) => config.host(host),
        };
        config
    }

    /// As libpq and Dualfuel read it.
    pub(crate) fn url(&self) -> String {
        let Login {
            port,
            role,
            password,
            database,
            ..
        } = self;
        match &self.address {
            Address::Socket(folder) => {
                let folder: String = folder
                    .to_string_lossy()
                    .bytes()
                    .map(|byte| match byte {
                        b'/' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
                        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                        _ => format!("%{byte:02X}"),
                    })
                    .collect();
                format!("postgres://{role}:{password}@/{database}?host={folder}&port={port}")
            }
            Address::Tcp(host) => format!("postgres://{role}:{password}@{host}:{port}/{database}"),
        }
    }
}

/// A server on which this run may make databases.
pub(crate) struct Server {
    admin: Client,
    version: String,
    /// Without a database.
    login: Login,
    made: AtomicU32,
}

impl Server {
    /// Connects as superuser and makes the role.
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let config: Config = url.parse().context("this is not a PostgreSQL URL")?;
        let address = match config
            .get_hosts()
            .first()
            .context("the URL names no host")?
        {
            Host::Unix(folder) => Address::Socket(folder.clone()),
            Host::Tcp(host) => Address::Tcp(host.clone()),
        };
        let (admin, connection) = config
            .connect(NoTls)
            .await
            .context("the PostgreSQL server cannot be reached")?;
        tokio::spawn(connection);
        let version: String = admin
            .query_one("SHOW server_version", &[])
            .await?
            .try_get(0)?;
        let role = format!("dualfuel_bench_{}", std::process::id());
        let password = role.clone();
        admin
            .batch_execute(&format!(
                "CREATE ROLE {role} LOGIN PASSWORD '{password}' NOSUPERUSER NOBYPASSRLS"
            ))
            .await
            .context("the bench needs a role that may create roles and databases")?;
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let login = Login {
            address,
            port,
            role,
            password,
            database: String::new(),
        };
        Ok(Server {
            admin,
            version,
            login,
            made: AtomicU32::new(0),
        })
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn address(&self) -> &Address {
        &self.login.address
    }

    /// A new, empty database.
    pub(crate) async fn database(&self) -> Result<Login> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let database = format!("{}_{number}", self.login.role);
        self.admin
            .batch_execute(&format!(
                "CREATE DATABASE {database} OWNER {}",
                self.login.role
            ))
            .await?;
        Ok(Login {
            database,
            ..self.login.clone()
        })
    }

    /// The processes that serve the contestants.
    pub(crate) async fn backends(&self) -> Result<Vec<i32>> {
        let rows = self
            .admin
            .query(
                "SELECT pid FROM pg_stat_activity WHERE usename = $1",
                &[&self.login.role],
            )
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Drops what the run made.
    pub(crate) fn clean_up(self, runtime: &Runtime) -> Result<()> {
        runtime.block_on(async {
            for number in 0..self.made.load(Ordering::Relaxed) {
                let database = format!("{}_{number}", self.login.role);
                self.admin
                    .batch_execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
                    .await?;
            }
            self.admin
                .batch_execute(&format!("DROP ROLE {}", self.login.role))
                .await?;
            Ok(())
        })
    }
}
