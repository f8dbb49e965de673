//! One private server: made, started, stopped.
//!
//! Dropping a [`Server`] stops it and removes its directory.
//!
//! The Unix socket lies in a directory that only the server's account (and
//! root) can enter. On 127.0.0.1, where every user of the machine can knock, it
//! asks for a password, made up for each run. The server learns it from a file
//! that only it can read, which is removed as soon as it answers.

use std::ffi::OsString;
use std::fs;
use std::io::Read as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::process::Signal;

use super::programs::Programs;
use crate::private;
use crate::private::account::Account;
use crate::private::directory::{Kind, RunDirectory};
use crate::private::running::{Place, Running, Stop, free_port, random_hex};
use crate::process::{self, Signals, spell};

const USER: &str = "dualfuel";

const KIND: Kind = Kind {
    prefix: "maria-",
    pid_file: "mariadbd.pid",
    end: Signal::TERM,
};

/// A shutdown, then the last resort.
const STOP: Stop = &[
    (Signal::TERM, Duration::from_secs(20)),
    (Signal::KILL, Duration::from_secs(5)),
];

const SETTINGS: &[&str] = &[
    // Nothing here outlives the run.
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-flush-method=nosync",
    "--innodb-fast-shutdown=2",
    "--sync-frm=0",
    // Small, and many tests at once, each with connections of its own.
    "--innodb-buffer-pool-size=64M",
    "--performance-schema=0",
    "--max-connections=200",
    // No one is asked for names, so the host of an account is an address.
    "--skip-name-resolve",
    "--bind-address=127.0.0.1",
    "--default-time-zone=+00:00",
    "--skip-ssl",
];

/// A running private server.
pub(crate) struct Server {
    running: Running,
    port: u16,
    password: String,
    // Last: fields are dropped in order, and the directory has to outlive all.
    directory: RunDirectory,
}

impl Server {
    pub(crate) fn start(programs: &Programs, signals: &Signals) -> anyhow::Result<Self> {
        let account = Account::for_server("mysql");
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
        setup.install_db()?;
        setup.write_accounts(&password)?;
        // A port found free may be taken before the server gets to it.
        for _ in 0..5 {
            if let Some((running, port)) = setup.launch()? {
                fs::remove_file(directory.path().join(ACCOUNTS))
                    .context("cannot remove the file with the password")?;
                return Ok(Self {
                    running,
                    port,
                    password,
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
}

impl private::Server for Server {
    const NAME: &'static str = "mariadb";

    fn url(&self) -> String {
        format!("mysql://{USER}:{}@127.0.0.1:{}/", self.password, self.port)
    }

    fn environment(&self) -> Vec<(&'static str, OsString)> {
        vec![(URL, self.url().into())]
    }

    fn save_log(&self, to: &Path) -> std::io::Result<()> {
        self.running.save_log(to)
    }
}

/// Environment variable of the tests.
pub(crate) const URL: &str = "DUALFUEL_TEST_MARIADB_URL";

const ACCOUNTS: &str = "accounts.sql";
const SOCKET: &str = "socket";

/// What the steps of a start share.
struct Setup<'a> {
    programs: &'a Programs,
    place: Place<'a>,
}

impl Setup<'_> {
    fn argument(&self, name: &str, path: &Path) -> OsString {
        let mut argument = OsString::from(format!("--{name}="));
        argument.push(path);
        argument
    }

    /// Makes the first files: an account `root` that may come by socket alone,
    /// and nothing else.
    fn install_db(&self) -> anyhow::Result<()> {
        let log = self.place.log()?;
        let mut command = self.place.program(&self.programs.install_db);
        command
            // Other servers' settings are none of ours.
            .arg("--no-defaults")
            .arg(self.argument("basedir", &self.programs.base))
            .arg(self.argument("datadir", &self.place.directory.data()))
            .args(["--auth-root-authentication-method=socket", "--skip-test-db"])
            .args(["--skip-name-resolve", "--innodb-flush-method=nosync"])
            .stdout(log.try_clone()?)
            .stderr(log);
        let status = process::run(&mut command, self.place.signals)?;
        if !status.success() {
            let said = self.place.said();
            bail!("`{}`: {status}; it said:\n{said}", spell(&command));
        }
        Ok(())
    }

    /// Writes what the server does before anyone can come in.
    fn write_accounts(&self, password: &str) -> anyhow::Result<()> {
        let sql = format!(
            "CREATE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{password}';\n\
             GRANT ALL ON *.* TO '{USER}'@'127.0.0.1' WITH GRANT OPTION;\n"
        );
        self.place.write(ACCOUNTS, &sql)
    }

    fn launch(&self) -> anyhow::Result<Option<(Running, u16)>> {
        let port = free_port()?;
        let directory = self.place.directory;
        let socket = directory.path().join(SOCKET);
        let mut command = self.place.program(&self.programs.server);
        command
            .arg("--no-defaults")
            .arg(self.argument("basedir", &self.programs.base))
            .arg(self.argument("datadir", &directory.data()))
            .arg(self.argument("pid-file", &directory.data().join(KIND.pid_file)))
            .arg(self.argument("socket", &socket))
            .arg(self.argument("init-file", &directory.path().join(ACCOUNTS)))
            .arg(format!("--port={port}"))
            .args(SETTINGS);
        let running = self.place.start(command, STOP, || answers(&socket))?;
        Ok(running.map(|running| (running, port)))
    }
}

/// Whether a server greets whoever comes: it listens earlier, but says nothing
/// before its accounts are there.
fn answers(socket: &Path) -> bool {
    let greeting = || -> std::io::Result<bool> {
        let mut stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_millis(200)))?;
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        // The packet's length, its number, and the version of the protocol.
        Ok(head[4] == 10)
    };
    greeting().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::os::unix::net::UnixListener;

    #[test]
    fn a_server_answers_once_it_greets() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join(SOCKET);
        assert!(!answers(&socket));
        let listener = UnixListener::bind(&socket).unwrap();
        assert!(!answers(&socket), "it only listens");
        let greeting = std::thread::spawn(move || {
            // The first is the one that gave up.
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.write_all(&[74, 0, 0, 0, 10]);
            }
        });
        assert!(answers(&socket));
        greeting.join().unwrap();
    }
}
