//! The directory of one private server, and what crashed runs left of theirs.
//!
//! Every server has a directory of its own, `<tmp>/dualfuel-<uid>/pg-<n>` or
//! `../maria-<n>`, and its run
//! holds a lock on a file in it. The operating system lets go of a lock when
//! its process ends, however it ends, so a free lock means a dead run: neither
//! a reused process id nor a slow machine can make a live run look dead.
//! Whoever makes a directory first removes those of dead runs, and ends
//! servers that still run on them.
//!
//! Making and sweeping happen under one lock more, on the parent directory:
//! otherwise a sweep could meet a directory in the moment before its lock.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

use super::account::Account;
use crate::process::output;
use crate::say;

/// The longest parent that leaves room for the socket's name: the whole path
/// must stay below 100 bytes, and clients fail in odd ways where it does not.
const LONGEST_PARENT: usize = 60;

/// How long a left-over server may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

const LOCK: &str = "lock";

/// What is known of the servers of one kind: each looks after its own.
#[derive(Debug)]
pub(crate) struct Kind {
    /// What the names of their directories begin with.
    pub(crate) prefix: &'static str,
    /// The file among the data whose first line is the server's process id.
    pub(crate) pid_file: &'static str,
    /// What ends one that nobody needs, the last resort aside.
    pub(crate) end: Signal,
}

/// A run's own directory. It goes away with this value.
#[derive(Debug)]
pub(crate) struct RunDirectory {
    path: PathBuf,
    _lock: File,
}

impl RunDirectory {
    /// Makes one that `account` can work in, and sweeps up after dead runs.
    pub(crate) fn create(kind: &Kind, account: Option<Account>) -> anyhow::Result<Self> {
        let parent = temporary(account.is_some());
        let uid = rustix::process::geteuid().as_raw();
        Self::create_in(&parent.join(format!("dualfuel-{uid}")), kind, account)
    }

    fn create_in(base: &Path, kind: &Kind, account: Option<Account>) -> anyhow::Result<Self> {
        own_base(base)?;
        let making = lock_file(&base.join(LOCK))?;
        making
            .lock()
            .with_context(|| format!("cannot lock {}", base.display()))?;

        sweep(base, kind)?;
        let path = make_numbered(base, kind)?;
        let lock = lock_file(&path.join(LOCK))?;
        lock.try_lock()
            .with_context(|| format!("cannot lock {}", path.display()))?;
        let directory = Self { path, _lock: lock };

        if let Some(account) = account {
            account
                .own(directory.path())
                .with_context(|| format!("cannot give away {}", directory.path().display()))?;
        }
        Ok(directory)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the server keeps its data.
    pub(crate) fn data(&self) -> PathBuf {
        data(&self.path)
    }
}

impl Drop for RunDirectory {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            say!(
                "cannot remove {}: {error}; the next run will try again",
                self.path.display()
            );
        }
    }
}

fn data(run: &Path) -> PathBuf {
    run.join("data")
}

/// The system's directory for temporary files, or `/tmp` where that one is too
/// deep for a socket or, for `other_account`, behind a closed door.
fn temporary(other_account: bool) -> PathBuf {
    let dir = std::env::temp_dir();
    let fits = dir.is_absolute() && dir.as_os_str().len() <= LONGEST_PARENT;
    if fits && (!other_account || open_to_all(&dir)) {
        dir
    } else {
        PathBuf::from("/tmp")
    }
}

fn open_to_all(dir: &Path) -> bool {
    dir.ancestors()
        .all(|dir| fs::metadata(dir).is_ok_and(|meta| meta.mode() & 0o001 != 0))
}

/// Makes the parent of all run directories, or makes sure that it is ours:
/// anyone may have put something of that name into a shared `/tmp`.
fn own_base(base: &Path) -> anyhow::Result<()> {
    match DirBuilder::new().mode(0o711).create(base) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("cannot make {}", base.display()));
        }
        _ => {}
    }
    let meta =
        fs::symlink_metadata(base).with_context(|| format!("cannot look at {}", base.display()))?;
    ensure!(
        meta.is_dir() && meta.uid() == rustix::process::geteuid().as_raw(),
        "{} is not a directory of this user: remove it, or set TMPDIR to another place",
        base.display()
    );
    // Other accounts must get through (the server's is one) whatever the umask.
    fs::set_permissions(base, Permissions::from_mode(0o711))
        .with_context(|| format!("cannot open {} to the server", base.display()))
}

fn lock_file(path: &Path) -> anyhow::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))
}

fn make_numbered(base: &Path, kind: &Kind) -> anyhow::Result<PathBuf> {
    for number in 1..1000 {
        let path = base.join(format!("{}{number}", kind.prefix));
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot make {}", path.display()));
            }
        }
    }
    bail!("{} is full of other runs' directories", base.display());
}

/// Removes the directories of dead runs, of one kind. The caller holds the lock on `base`.
fn sweep(base: &Path, kind: &Kind) -> anyhow::Result<()> {
    let entries = fs::read_dir(base).with_context(|| format!("cannot read {}", base.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        let is_run = entry.file_name().to_string_lossy().starts_with(kind.prefix);
        if !is_run || !path.is_dir() || is_live(&path)? {
            continue;
        }
        say!("removing {}, left by a run that crashed", path.display());
        stop_left_over(&path, kind)?;
        fs::remove_dir_all(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// Whether the run that made `run` still goes on.
fn is_live(run: &Path) -> anyhow::Result<bool> {
    let file = match File::open(run.join(LOCK)) {
        Ok(file) => file,
        // Its maker died before it could lock: nobody is making one now.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot look into {}", run.display()));
        }
    };
    match file.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot test the lock of {}", run.display()))
        }
    }
}

/// Ends the server that a dead run left on its directory, if it still runs.
fn stop_left_over(run: &Path, kind: &Kind) -> anyhow::Result<()> {
    let data = data(run);
    let pid_file = fs::read_to_string(data.join(kind.pid_file)).unwrap_or_default();
    let Some(pid) = process_id(&pid_file) else {
        return Ok(());
    };
    // The id may long belong to another process.
    let runs = || arguments_of(pid).is_some_and(|arguments| serves(&arguments, &data));

    for signal in [kind.end, Signal::KILL] {
        if !runs() {
            return Ok(());
        }
        say!(
            "stopping the server that it left, process {}",
            pid.as_raw_nonzero()
        );
        let _ = kill_process(pid, signal);
        let since = Instant::now();
        while runs() && since.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
    }
    ensure!(
        !runs(),
        "the server that a crashed run left does not end: kill process {} by hand",
        pid.as_raw_nonzero()
    );
    Ok(())
}

/// The process id on the first line of a server's file.
fn process_id(pid_file: &str) -> Option<Pid> {
    let number = pid_file.lines().next()?.trim().parse().ok()?;
    if number <= 1 {
        return None;
    }
    Pid::from_raw(number)
}

/// Whether a process with these arguments is a server on `data`.
fn serves(arguments: &str, data: &Path) -> bool {
    arguments
        .split(['\0', ' '])
        .map(|argument| argument.strip_prefix("--datadir=").unwrap_or(argument))
        .any(|argument| Path::new(argument) == data)
}

fn arguments_of(pid: Pid) -> Option<String> {
    let pid = pid.as_raw_nonzero();
    if Path::new("/proc/self/cmdline").exists() {
        let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        return Some(String::from_utf8_lossy(&bytes).into_owned());
    }
    output(Command::new("ps").args(["-o", "args=", "-p", &pid.to_string()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::process::Stdio;

    const KIND: Kind = Kind {
        prefix: "pg-",
        pid_file: "postmaster.pid",
        end: Signal::QUIT,
    };

    fn runs(base: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(base)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with(KIND.prefix))
            .collect();
        names.sort();
        names
    }

    #[test]
    fn live_runs_stay_and_dead_ones_are_swept() {
        let tmp = tempfile::tempdir().unwrap();
        let base = tmp.path().join("base");
        let live = RunDirectory::create_in(&base, &KIND, None).unwrap();
        // Dead after its lock was made, and dead before.
        fs::create_dir_all(base.join("pg-2/data")).unwrap();
        fs::write(base.join("pg-2/lock"), "").unwrap();
        fs::create_dir(base.join("pg-3")).unwrap();
        fs::create_dir(base.join("not-a-run")).unwrap();
        // Of another kind: its own look after it.
        fs::create_dir(base.join("maria-3")).unwrap();

        let next = RunDirectory::create_in(&base, &KIND, None).unwrap();

        assert_eq!(runs(&base), ["pg-1", "pg-2"]);
        assert!(next.path().ends_with("pg-2"));
        assert!(base.join("not-a-run").exists());
        assert!(base.join("maria-3").exists());
        drop(next);
        assert_eq!(runs(&base), ["pg-1"]);
        drop(live);
        assert_eq!(runs(&base), [""; 0]);
    }

    /// Process 1 is alive everywhere and not a server on that directory.
    #[test]
    fn a_process_that_reuses_the_id_is_left_alone() {
        let tmp = tempfile::tempdir().unwrap();
        let base = tmp.path().join("base");
        let mut innocent = Command::new("sleep").arg("600").spawn().unwrap();
        fs::create_dir_all(base.join("pg-1/data")).unwrap();
        fs::write(
            base.join("pg-1/data/postmaster.pid"),
            format!("{}\n", innocent.id()),
        )
        .unwrap();

        let run = RunDirectory::create_in(&base, &KIND, None).unwrap();

        assert_eq!(innocent.try_wait().unwrap(), None);
        assert!(!run.data().exists());
        innocent.kill().unwrap();
        innocent.wait().unwrap();
    }

    #[test]
    fn a_left_over_server_is_ended() {
        let tmp = tempfile::tempdir().unwrap();
        let base = tmp.path().join("base");
        let data = base.join("pg-1/data");
        fs::create_dir_all(&data).unwrap();
        let mut server = Command::new("sh")
            .args(["-c", "echo up; while :; do sleep 0.1; done", "sh", "-D"])
            .arg(&data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Its arguments are not there to read until it has begun to run.
        server
            .stdout
            .take()
            .unwrap()
            .read_exact(&mut [0; 2])
            .unwrap();
        fs::write(data.join("postmaster.pid"), format!("{}\n", server.id())).unwrap();
        // Here the parent is alive, so that an ended server stays a zombie,
        // without arguments, until it is waited for.
        let run = RunDirectory::create_in(&base, &KIND, None).unwrap();

        assert!(!server.wait().unwrap().success());
        assert!(!run.data().exists());
    }

    #[test]
    fn a_directory_of_someone_else_is_refused() {
        let tmp = tempfile::tempdir().unwrap();
        let base = tmp.path().join("base");
        std::os::unix::fs::symlink(tmp.path(), &base).unwrap();
        let error = RunDirectory::create_in(&base, &KIND, None).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("is not a directory of this user")
        );
    }

    #[test]
    fn servers_are_known_by_their_data_directory() {
        let data = Path::new("/tmp/dualfuel-0/pg-1/data");
        assert!(serves(
            "/usr/bin/postgres\0-D\0/tmp/dualfuel-0/pg-1/data\0-p\x005",
            data
        ));
        assert!(serves("postgres -D /tmp/dualfuel-0/pg-1/data", data));
        assert!(serves(
            "mariadbd\0--no-defaults\0--datadir=/tmp/dualfuel-0/pg-1/data",
            data
        ));
        assert!(!serves("postgres\0-D\0/tmp/dualfuel-0/pg-1/data2", data));
        assert!(!serves("", data));

        assert_eq!(
            process_id("4242\n/tmp/x\n").map(|pid| pid.as_raw_nonzero().get()),
            Some(4242)
        );
        for broken in ["", "0\n", "1\n", "-5\n", "x\n"] {
            assert_eq!(process_id(broken), None, "{broken:?}");
        }
    }
}
