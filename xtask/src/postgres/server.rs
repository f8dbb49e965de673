//! One private server: made, started, stopped.
//!
//! Dropping a [`Server`] stops it and removes its directory.
//!
//! The Unix socket lies in a directory that only the server's account (and
//! root) can enter, so it asks for no password. On 127.0.0.1, where every user
//! of the machine can knock, it asks for one, made up for each run; tests of a
//! wrong password need a server that minds.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::process::Signal;

use super::certificate::Certificate;
use super::programs::Programs;
use crate::private;
use crate::private::account::Account;
use crate::private::directory::{Kind, RunDirectory};
use crate::private::running::{Place, Running, Stop, free_port, random_hex};
use crate::process::{self, Signals, spell};
use crate::say;

const SUPERUSER: &str = "postgres";

const KIND: Kind = Kind {
    prefix: "pg-",
    pid_file: "postmaster.pid",
    end: Signal::QUIT,
};

/// A fast shutdown, an immediate one, the last resort.
const STOP: Stop = &[
    (Signal::INT, Duration::from_secs(20)),
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];

const SETTINGS: &str = "
# Nothing here outlives the run.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB

# Many tests at once, each with a pool of its own.
max_connections = 200
shared_buffers = 128MB

listen_addresses = '127.0.0.1'
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
";

/// A running private server.
pub(crate) struct Server {
    running: Running,
    port: u16,
    password: String,
    tls: bool,
    bin: PathBuf,
    // Last: fields are dropped in order, and the directory has to outlive all.
    directory: RunDirectory,
}

impl Server {
    pub(crate) fn start(programs: &Programs, signals: &Signals) -> anyhow::Result<Self> {
        let account = Account::for_server("postgres");
        let directory = RunDirectory::create(&KIND, account)?;
        let setup = Setup {
            programs,
            place: Place {
                account,
                directory: &directory,
                signals,
            },
        };

        let password = random_hex()?;
        setup.initdb(&password)?;
        let tls = setup.configure()?;
        // A port found free may be taken before the server gets to it.
        for _ in 0..5 {
            if let Some((running, port)) = setup.launch()? {
                let bin = programs.bin.clone();
                return Ok(Self {
                    running,
                    port,
                    password,
                    tls,
                    bin,
                    directory,
                });
            }
        }
        bail!("the private server found no free port on 127.0.0.1 in five attempts")
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Connects as superuser over the Unix socket, without a password.
    fn socket_url(&self) -> String {
        let host = percent_encode(&self.directory().to_string_lossy());
        format!(
            "postgres://{SUPERUSER}@/postgres?host={host}&port={}",
            self.port
        )
    }
}

impl private::Server for Server {
    const NAME: &'static str = "postgres";

    fn url(&self) -> String {
        format!(
            "postgres://{SUPERUSER}:{}@127.0.0.1:{}/postgres",
            self.password, self.port
        )
    }

    fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut variables = vec![
            (URL, self.url().into()),
            (SOCKET_URL, self.socket_url().into()),
            (BIN, self.bin.clone().into()),
        ];
        if self.tls {
            variables.push((CA, self.directory().join(AUTHORITY).into()));
        }
        variables
    }

    fn save_log(&self, to: &Path) -> std::io::Result<()> {
        self.running.save_log(to)
    }
}

/// Environment variables of the tests.
pub(crate) const URL: &str = "DUALFUEL_TEST_POSTGRES_URL";
const SOCKET_URL: &str = "DUALFUEL_TEST_POSTGRES_SOCKET_URL";
const BIN: &str = "DUALFUEL_TEST_POSTGRES_BIN";
const CA: &str = "DUALFUEL_TEST_POSTGRES_CA";

const AUTHORITY: &str = "ca.pem";
const CERTIFICATE: &str = "server.pem";
const KEY: &str = "server.key";

/// What the steps of a start share.
struct Setup<'a> {
    programs: &'a Programs,
    place: Place<'a>,
}

impl Setup<'_> {
    fn program(&self, name: &str) -> Command {
        let mut command = self.place.program(self.programs.bin.join(name));
        // PGPORT, PGOPTIONS and the like are about some other server.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command
    }

    fn initdb(&self, password: &str) -> anyhow::Result<()> {
        self.place.write("password", password)?;
        // Characters beyond ASCII have upper and lower case in the first; the
        // second is what every system has.
        for locale in ["C.UTF-8", "C"] {
            let log = self.place.log()?;
            let mut command = self.program("initdb");
            command
                .args([
                    "--auth-local=trust",
                    "--auth-host=scram-sha-256",
                    "--encoding=UTF8",
                ])
                .args(["--no-sync", "--no-instructions", "--pwfile=password"])
                .args([
                    format!("--username={SUPERUSER}"),
                    format!("--locale={locale}"),
                ])
                .arg("--pgdata")
                .arg(self.place.directory.data())
                .stdout(log.try_clone()?)
                .stderr(log);
            let status = process::run(&mut command, self.place.signals)?;
            if status.success() {
                return fs::remove_file(self.place.directory.path().join("password"))
                    .context("cannot remove the password file");
            }
            let said = self.place.said();
            if locale == "C" || !said.contains("invalid locale") {
                bail!("`{}`: {status}; it said:\n{said}", spell(&command));
            }
        }
        Ok(())
    }

    /// Writes the settings; says whether the server will speak TLS.
    fn configure(&self) -> anyhow::Result<bool> {
        let directory = self.place.directory.path();
        let tls = self.can_tls();
        let mut settings = format!(
            "{SETTINGS}unix_socket_directories = '{}'\n",
            directory.display()
        );
        if tls {
            let certificate = Certificate::generate()?;
            self.place.write(AUTHORITY, &certificate.authority)?;
            self.place.write(CERTIFICATE, &certificate.certificate)?;
            self.place.write(KEY, &certificate.key)?;
            settings += &format!(
                "ssl = on\nssl_cert_file = '{0}/{CERTIFICATE}'\nssl_key_file = '{0}/{KEY}'\n",
                directory.display()
            );
        } else {
            say!("this PostgreSQL was built without TLS; tests that need it will say so");
        }
        OpenOptions::new()
            .append(true)
            .open(self.place.directory.data().join("postgresql.conf"))
            .and_then(|mut file| file.write_all(settings.as_bytes()))
            .context("cannot write the private server's settings")?;
        Ok(tls)
    }

    fn can_tls(&self) -> bool {
        let mut command = self.program("postgres");
        command
            .args(["-C", "ssl_library", "-D"])
            .arg(self.place.directory.data());
        process::output(&mut command).is_some_and(|library| !library.trim().is_empty())
    }

    fn launch(&self) -> anyhow::Result<Option<(Running, u16)>> {
        let port = free_port()?;
        let mut command = self.program("postgres");
        command
            .arg("-D")
            .arg(self.place.directory.data())
            .args(["-p", &port.to_string()]);
        let pid_file = self.place.directory.data().join(KIND.pid_file);
        let is_ready = || is_ready(&fs::read_to_string(&pid_file).unwrap_or_default());
        let running = self.place.start(command, STOP, is_ready)?;
        Ok(running.map(|running| (running, port)))
    }
}

/// Whether a `postmaster.pid` says that connections are accepted; the eighth
/// line is the one that `pg_ctl --wait` looks at.
fn is_ready(pid_file: &str) -> bool {
    pid_file
        .lines()
        .nth(7)
        .is_some_and(|status| status.trim() == "ready")
}

/// `text` as a value in a URL's query.
fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readiness_is_the_eighth_line() {
        let file = |status| format!("1\n/d\n0\n5432\n/s\n127.0.0.1\n 1 2\n{status}\n");
        assert!(is_ready(&file("ready   ")));
        assert!(!is_ready(&file("starting")));
        assert!(!is_ready("1\n/d\n"));
        assert!(!is_ready(""));
    }

    #[test]
    fn a_path_survives_in_a_url() {
        assert_eq!(percent_encode("/tmp/a b/ü"), "%2Ftmp%2Fa%20b%2F%C3%BC");
    }
}
