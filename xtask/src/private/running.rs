//! Starting, watching and ending a private server.
//!
//! A start returns when the server answers, or ends it and says what its log
//! says. Dropping a [`Running`] ends it, so a panic cleans up as well as a return.

use std::ffi::OsStr;
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
use super::directory::RunDirectory;
use crate::process::{Signals, pid, spell};
use crate::say;

/// How long a start may take before it counts as failed.
const START: Duration = Duration::from_secs(60);

/// What to try to end a server, and how long each may take.
pub(crate) type Stop = &'static [(Signal, Duration)];

/// Where a server is set up, and as whom.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) account: Option<Account>,
    pub(crate) directory: &'a RunDirectory,
    pub(crate) signals: &'a Signals,
}

impl Place<'_> {
    /// A program, run as the server's account.
    pub(crate) fn program(&self, path: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(path);
        command
            .current_dir(self.directory.path())
            .stdin(Stdio::null());
        if let Some(account) = self.account {
            account.apply(&mut command);
        }
        command
    }

    /// Starts a server and waits until it is ready; `None` when its port was
    /// taken in the meantime.
    pub(crate) fn start(
        &self,
        mut command: Command,
        stop: Stop,
        is_ready: impl Fn() -> bool,
    ) -> anyhow::Result<Option<Running>> {
        let log = self.log()?;
        command
            .stdout(log.try_clone()?)
            .stderr(log)
            // A Ctrl-C in the terminal is not for the server: its tests end first.
            .process_group(0);
        let process = command
            .spawn()
            .with_context(|| format!("cannot start `{}`", spell(&command)))?;
        let mut unready = Unready(Some(process), stop);
        let since = Instant::now();
        loop {
            if let Some(status) = unready.ended()? {
                let said = self.said();
                if said.contains("Address already in use") {
                    return Ok(None);
                }
                bail!("the private server ended at once ({status}); its log ends:\n{said}");
            }
            if is_ready()
                && let Some(process) = unready.0.take()
            {
                return Ok(Some(Running {
                    process,
                    stop,
                    log: log_path(self.directory),
                }));
            }
            if since.elapsed() > START {
                bail!(
                    "the private server was not ready after {START:?}; its log ends:\n{}",
                    self.said()
                );
            }
            self.signals.pause()?;
        }
    }

    /// The last lines of the log, for an error.
    pub(crate) fn said(&self) -> String {
        tail(&log_path(self.directory))
    }

    /// Writes a file that only the server's account may read.
    pub(crate) fn write(&self, name: &str, content: &str) -> anyhow::Result<()> {
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

    pub(crate) fn log(&self) -> anyhow::Result<File> {
        let path = log_path(self.directory);
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))
    }
}

/// A server that is not ready yet: ended unless it gets there.
struct Unready(Option<Child>, Stop);

impl Unready {
    fn ended(&mut self) -> std::io::Result<Option<ExitStatus>> {
        self.0.as_mut().map_or(Ok(None), Child::try_wait)
    }
}

impl Drop for Unready {
    fn drop(&mut self) {
        if let Some(process) = &mut self.0 {
            end(process, self.1);
        }
    }
}

/// A server that answers. It ends with this value.
pub(crate) struct Running {
    process: Child,
    stop: Stop,
    log: PathBuf,
}

impl Running {
    /// Copies the server's log to where it survives this run.
    pub(crate) fn save_log(&self, to: &Path) -> std::io::Result<()> {
        fs::copy(&self.log, to).map(drop)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(Some(status)) = self.process.try_wait() {
            let log = tail(&self.log);
            say!("the private server had ended before its time ({status}); its log ends:\n{log}");
            return;
        }
        end(&mut self.process, self.stop);
    }
}

/// Ends a server that may still run. Its own children need no signal: they
/// notice when it is gone.
fn end(process: &mut Child, stop: Stop) {
    if !matches!(process.try_wait(), Ok(None)) {
        return;
    }
    let pid = pid(process);
    for &(signal, patience) in stop {
        // It fails only when the server has ended, which is what is wanted.
        let _ = kill_process(pid, signal);
        if within(patience, || !matches!(process.try_wait(), Ok(None))) {
            return;
        }
    }
    say!("the private server, process {}, does not end", process.id());
}

fn log_path(directory: &RunDirectory) -> PathBuf {
    directory.path().join("log")
}

fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

pub(crate) fn free_port() -> anyhow::Result<u16> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .context("cannot find a free port on 127.0.0.1")
}

pub(crate) fn random_hex() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .context("cannot read /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
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
    fn passwords_differ_from_run_to_run() {
        let one = random_hex().unwrap();
        assert_eq!(one.len(), 32);
        assert_ne!(one, random_hex().unwrap());
    }
}
