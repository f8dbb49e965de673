//! One private server: made, started, stopped.
//!
//! [`Server::start`] returns when the server accepts connections, or stops it
//! and says what its log says. Dropping a [`Server`] stops it and removes its
//! directory, so a panic cleans up as well as a return.
//!
//! The Unix socket lies in a directory that only the server's account (and
//! root) can enter, so it asks for no password. On 127.0.0.1, where every user
//! of the machine can knock, it asks for one, made up for each run; tests of a
//! wrong password need a server that minds.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Signal, kill_process};

use super::account::Account;
use super::certificate::Certificate;
use super::directory::RunDirectory;
use super::programs::Programs;
use crate::process::{self, Signals, pid, spell};
use crate::say;

const SUPERUSER: &str = "postgres";

/// How long a start may take before it counts as failed.
const START: Duration = Duration::from_secs(60);

/// What to try to end the server, and how long each may take: a fast shutdown,
/// an immediate one, the last resort.
const STOP: [(Signal, Duration); 3] = [
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
    process: Child,
    port: u16,
    password: String,
    tls: bool,
    bin: PathBuf,
    // Last: fields are dropped in order, and the directory has to outlive all.
    directory: RunDirectory,
}

impl Server {
    pub(crate) fn start(programs: &Programs, signals: &Signals) -> anyhow::Result<Self> {
        let account = Account::for_server();
        let directory = RunDirectory::create(account)?;
        let setup = Setup {
            programs,
            account,
            directory: &directory,
            signals,
        };

        let password = random_hex()?;
        setup.initdb(&password)?;
        let tls = setup.configure()?;
        // A port found free may be taken before the server gets to it.
        for _ in 0..5 {
            if let Some((process, port)) = setup.launch()? {
                let bin = programs.bin.clone();
                return Ok(Self {
                    process,
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

    /// Connects as superuser over TCP, with the password.
    pub(crate) fn url(&self) -> String {
        format!(
            "postgres://{SUPERUSER}:{}@127.0.0.1:{}/postgres",
            self.password, self.port
        )
    }

    /// Connects as superuser over the Unix socket, without one.
    pub(crate) fn socket_url(&self) -> String {
        let host = percent_encode(&self.directory().to_string_lossy());
        format!(
            "postgres://{SUPERUSER}@/postgres?host={host}&port={}",
            self.port
        )
    }

    /// What the tests are told of this server.
    pub(crate) fn environment(&self) -> Vec<(&'static str, OsString)> {
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

    /// Copies the server's log to where it survives this run.
    pub(crate) fn save_log(&self, to: &Path) -> std::io::Result<()> {
        fs::copy(log_path(&self.directory), to).map(drop)
    }

    fn stop(&mut self) {
        if let Ok(Some(status)) = self.process.try_wait() {
            let log = tail(&log_path(&self.directory));
            say!("the private server had ended before its time ({status}); its log ends:\n{log}");
            return;
        }
        end(&mut self.process);
    }
}

/// Ends a server that may still run. Its own children need no signal: they
/// notice when it is gone.
fn end(process: &mut Child) {
    if !matches!(process.try_wait(), Ok(None)) {
        return;
    }
    let pid = pid(process);
    for (signal, patience) in STOP {
        // It fails only when the server has ended, which is what is wanted.
        let _ = kill_process(pid, signal);
        if within(patience, || !matches!(process.try_wait(), Ok(None))) {
            return;
        }
    }
    say!("the private server, process {}, does not end", process.id());
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
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
    account: Option<Account>,
    directory: &'a RunDirectory,
    signals: &'a Signals,
}

impl Setup<'_> {
    /// A server program, run as the server's account.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.bin.join(name));
        command
            .current_dir(self.directory.path())
            .stdin(Stdio::null());
        // PGPORT, PGOPTIONS and the like are about some other server.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        if let Some(account) = self.account {
            account.apply(&mut command);
        }
        command
    }

    fn initdb(&self, password: &str) -> anyhow::Result<()> {
        self.write("password", password)?;
        // Characters beyond ASCII have upper and lower case in the first; the
        // second is what every system has.
        for locale in ["C.UTF-8", "C"] {
            let log = self.log()?;
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
                .arg(self.directory.data())
                .stdout(log.try_clone()?)
                .stderr(log);
            let status = process::run(&mut command, self.signals)?;
            if status.success() {
                return fs::remove_file(self.directory.path().join("password"))
                    .context("cannot remove the password file");
            }
            let said = tail(&log_path(self.directory));
            if locale == "C" || !said.contains("invalid locale") {
                bail!("`{}`: {status}; it said:\n{said}", spell(&command));
            }
        }
        Ok(())
    }

    /// Writes the settings; says whether the server will speak TLS.
    fn configure(&self) -> anyhow::Result<bool> {
        let directory = self.directory.path();
        let tls = self.can_tls();
        let mut settings = format!(
            "{SETTINGS}unix_socket_directories = '{}'\n",
            directory.display()
        );
        if tls {
            let certificate = Certificate::generate()?;
            self.write(AUTHORITY, &certificate.authority)?;
            self.write(CERTIFICATE, &certificate.certificate)?;
            self.write(KEY, &certificate.key)?;
            settings += &format!(
                "ssl = on\nssl_cert_file = '{0}/{CERTIFICATE}'\nssl_key_file = '{0}/{KEY}'\n",
                directory.display()
            );
        } else {
            say!("this PostgreSQL was built without TLS; tests that need it will say so");
        }
        OpenOptions::new()
            .append(true)
            .open(self.directory.data().join("postgresql.conf"))
            .and_then(|mut file| file.write_all(settings.as_bytes()))
            .context("cannot write the private server's settings")?;
        Ok(tls)
    }

    fn can_tls(&self) -> bool {
        let mut command = self.program("postgres");
        command
            .args(["-C", "ssl_library", "-D"])
            .arg(self.directory.data());
        process::output(&mut command).is_some_and(|library| !library.trim().is_empty())
    }

    /// Starts the server and waits until it is ready; `None` when its port was
    /// taken in the meantime.
    fn launch(&self) -> anyhow::Result<Option<(Child, u16)>> {
        let port = free_port()?;
        let log = self.log()?;
        let mut command = self.program("postgres");
        command
            .arg("-D")
            .arg(self.directory.data())
            .args(["-p", &port.to_string()])
            .stdout(log.try_clone()?)
            .stderr(log)
            // A Ctrl-C in the terminal is not for the server: its tests end first.
            .process_group(0);
        let process = command
            .spawn()
            .with_context(|| format!("cannot start `{}`", spell(&command)))?;
        match self.until_ready(process)? {
            Started::Ready(process) => Ok(Some((process, port))),
            Started::Ended(status) => {
                let said = tail(&log_path(self.directory));
                if said.contains("Address already in use") {
                    return Ok(None);
                }
                bail!("the private server ended at once ({status}); its log ends:\n{said}")
            }
        }
    }

    fn until_ready(&self, process: Child) -> anyhow::Result<Started> {
        let mut process = Unready(Some(process));
        let since = Instant::now();
        loop {
            if let Some(status) = process.ended()? {
                return Ok(Started::Ended(status));
            }
            let pid_file = self.directory.data().join("postmaster.pid");
            if is_ready(&fs::read_to_string(pid_file).unwrap_or_default()) {
                return Ok(process.0.take().map_or_else(
                    || unreachable!("taken only here, on the way out"),
                    Started::Ready,
                ));
            }
            if since.elapsed() > START {
                let said = tail(&log_path(self.directory));
                bail!("the private server was not ready after {START:?}; its log ends:\n{said}");
            }
            self.signals.pause()?;
        }
    }

    /// Writes a file that only the server's account may read.
    fn write(&self, name: &str, content: &str) -> anyhow::Result<()> {
        let path = self.directory.path().join(name);
        OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(content.as_bytes()))
            .and_then(|()| self.account.map_or(Ok(()), |account| account.own(&path)))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    fn log(&self) -> anyhow::Result<File> {
        let path = log_path(self.directory);
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))
    }
}

enum Started {
    Ready(Child),
    Ended(ExitStatus),
}

/// A server that is not ready yet: ended unless it gets there.
struct Unready(Option<Child>);

impl Unready {
    fn ended(&mut self) -> std::io::Result<Option<ExitStatus>> {
        self.0.as_mut().map_or(Ok(None), Child::try_wait)
    }
}

impl Drop for Unready {
    fn drop(&mut self) {
        if let Some(process) = &mut self.0 {
            end(process);
        }
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

fn log_path(directory: &RunDirectory) -> PathBuf {
    directory.path().join("log")
}

/// The last lines of a log, for an error.
fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

fn free_port() -> anyhow::Result<u16> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .context("cannot find a free port on 127.0.0.1")
}

fn random_hex() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .context("cannot read /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
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

fn within(patience: Duration, mut done: impl FnMut() -> bool) -> bool {
    let since = Instant::now();
    loop {
        if done() {
            return true;
        }
        if since.elapsed() > patience {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
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

    #[test]
    fn passwords_differ_from_run_to_run() {
        let one = random_hex().unwrap();
        assert_eq!(one.len(), 32);
        assert_ne!(one, random_hex().unwrap());
    }
}
