//! Child processes that never outlive this one's interest in them.
//!
//! Every child leads a process group of its own. A Ctrl-C in the terminal
//! therefore reaches only this program, which passes it on: a test runner is
//! told to stop and waited for *before* the server under its tests goes away.
//! A group that does not end in [`GRACE`], or a second signal, is killed.
//!
//! `kill -9` of this program cannot be caught; what it leaves behind is found
//! by the next run (see `private::directory`).

use std::fmt;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read, Write};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How long a child may take to end once it was asked to. A little more than
/// cargo-nextest's own 10 s, so that it can kill its tests itself.
const GRACE: Duration = Duration::from_secs(15);

/// How often a running child is looked at.
const POLL: Duration = Duration::from_millis(20);

/// The signals that ask this program to stop, in the order they came.
pub(crate) struct Signals(Receiver<Signal>);

impl Signals {
    /// Starts to listen. From here on a signal ends the program only where it
    /// is waited for.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let mut caught = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])
            .context("cannot listen for Ctrl-C")?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            for number in caught.forever() {
                let signal = Signal::from_named_raw(number).unwrap_or(Signal::TERM);
                if sender.send(signal).is_err() {
                    break;
                }
            }
        });
        Ok(Self(receiver))
    }

    /// Waits for a signal for at most `time`.
    pub(crate) fn within(&self, time: Duration) -> Option<Signal> {
        match self.0.recv_timeout(time) {
            Ok(signal) => Some(signal),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                thread::sleep(time);
                None
            }
        }
    }

    /// Fails if a signal came since the last look; otherwise sleeps for a
    /// moment. For loops that wait for something.
    pub(crate) fn pause(&self) -> Result<(), Interrupted> {
        match self.within(POLL) {
            Some(signal) => Err(Interrupted(signal)),
            None => Ok(()),
        }
    }

    /// Waits until a signal asks for the end.
    pub(crate) fn wait(&self) -> Interrupted {
        loop {
            if let Some(signal) = self.within(Duration::from_secs(3600)) {
                return Interrupted(signal);
            }
        }
    }
}

/// Someone asked this program to stop. Whatever it had started has ended.
#[derive(Debug)]
pub(crate) struct Interrupted(pub(crate) Signal);

impl Interrupted {
    /// What a shell reports for a program that this signal ended.
    pub(crate) fn exit_code(&self) -> ExitCode {
        exit_code(128 + self.0.as_raw())
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            Signal::INT => "Ctrl-C",
            Signal::TERM => "SIGTERM",
            Signal::HUP => "SIGHUP",
            other => return write!(f, "stopped by signal {}", other.as_raw()),
        };
        write!(f, "stopped by {name}")
    }
}

impl std::error::Error for Interrupted {}

/// The exit code that stands for `status`, as a shell would say it.
pub(crate) fn status_code(status: ExitStatus) -> ExitCode {
    let code = status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    exit_code(code)
}

fn exit_code(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
}

/// Runs `command` to its end. It gets no standard input.
///
/// # Errors
///
/// [`Interrupted`], when a signal came; the command has ended then.
pub(crate) fn run(command: &mut Command, signals: &Signals) -> anyhow::Result<ExitStatus> {
    command.stdin(Stdio::null());
    Group::spawn(command)?.wait(signals)
}

/// Runs `command` as [`run`] does, for at most `limit`; `None` when that was
/// not enough and it was killed.
pub(crate) fn run_for(
    limit: Duration,
    command: &mut Command,
    signals: &Signals,
) -> anyhow::Result<Option<ExitStatus>> {
    command.stdin(Stdio::null());
    Group::spawn(command)?.wait_until(Some(Instant::now() + limit), signals)
}

/// Runs `command` as [`run`] does, and fails unless it succeeds.
pub(crate) fn must(command: &mut Command, signals: &Signals) -> anyhow::Result<()> {
    let status = run(command, signals)?;
    anyhow::ensure!(status.success(), "`{}`: {status}", spell(command));
    Ok(())
}

/// Runs `command` as [`run`] does, passes on what it prints, and returns those
/// of its lines that `keep` asks for.
pub(crate) fn run_keeping(
    command: &mut Command,
    signals: &Signals,
    keep: fn(&str) -> bool,
) -> anyhow::Result<(ExitStatus, Vec<String>)> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut group = Group::spawn(command)?;
    let out = group
        .0
        .stdout
        .take()
        .map(|from| pass_on(from, std::io::stdout(), keep));
    let err = group
        .0
        .stderr
        .take()
        .map(|from| pass_on(from, std::io::stderr(), keep));
    let status = group.wait(signals)?;
    let kept = [out, err]
        .into_iter()
        .flatten()
        .flat_map(|reader| reader.join().unwrap_or_default())
        .collect();
    Ok((status, kept))
}

fn pass_on(
    from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    keep: fn(&str) -> bool,
) -> thread::JoinHandle<Vec<String>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            // Nothing sensible is left to do when our own output is gone; the
            // child must not block on a full pipe for it.
            let _ = to.write_all(&line).and_then(|()| to.flush());
            let text = String::from_utf8_lossy(&line);
            if keep(text.trim()) {
                kept.push(text.trim().to_owned());
            }
            line.clear();
        }
        kept
    })
}

/// Runs `command` on this terminal, as a shell would.
///
/// It stays in this program's process group, because only the terminal's
/// foreground group may read from it. The terminal then delivers Ctrl-C to the
/// command itself, which may live on (psql cancels a query with it), so SIGINT
/// is passed on only where there is no terminal.
pub(crate) fn run_interactive(
    command: &mut Command,
    signals: &Signals,
) -> anyhow::Result<ExitStatus> {
    let on_terminal = std::io::stdin().is_terminal();
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start `{}`", spell(command)))?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        match signals.within(POLL) {
            Some(Signal::INT) if on_terminal => {}
            Some(signal) => drop(kill_process(pid(&child), signal)),
            None => {}
        }
    }
}

/// What `command` prints, if it can be run and succeeds.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A child that leads a process group. Dropped before its end (an error, a
/// panic), the whole group is killed.
struct Group(Child);

impl Group {
    fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        command
            .process_group(0)
            .spawn()
            .map(Self)
            .with_context(|| format!("cannot start `{}`", spell(command)))
    }

    fn wait(self, signals: &Signals) -> anyhow::Result<ExitStatus> {
        self.wait_until(None, signals)?
            .context("a wait without a limit ran out")
    }

    /// `None` when `limit` came first; the group is killed then.
    fn wait_until(
        mut self,
        limit: Option<Instant>,
        signals: &Signals,
    ) -> anyhow::Result<Option<ExitStatus>> {
        let mut asked: Option<(Signal, Instant)> = None;
        loop {
            if let Some(status) = self.0.try_wait()? {
                let Some((signal, _)) = asked else {
                    return Ok(Some(status));
                };
                // The leader may be gone while members of its group live on:
                // cargo dies of a SIGINT at once, its test may take its time.
                self.send(Signal::KILL);
                return Err(Interrupted(signal).into());
            }
            if asked.is_none() && limit.is_some_and(|limit| Instant::now() > limit) {
                return Ok(None);
            }
            match (signals.within(POLL), asked) {
                (Some(signal), None) => {
                    asked = Some((signal, Instant::now()));
                    self.send(signal);
                }
                (Some(_), Some(_)) => self.send(Signal::KILL),
                (None, Some((_, since))) if since.elapsed() > GRACE => self.send(Signal::KILL),
                (None, _) => {}
            }
        }
    }

    fn send(&self, signal: Signal) {
        // It fails only when the group has ended, which is what is wanted.
        let _ = kill_process_group(pid(&self.0), signal);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            self.send(Signal::KILL);
            let _ = self.0.wait();
        }
    }
}

pub(crate) fn pid(child: &Child) -> Pid {
    Pid::from_child(child)
}

/// `command` as one would type it, for messages.
pub(crate) fn spell(command: &Command) -> String {
    let program = Path::new(command.get_program());
    // Cargo tells its children of itself by a long path, which no one types.
    let program = match program.file_name() {
        Some(name) if name == "cargo" => name,
        _ => program.as_os_str(),
    };
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deaf() -> (mpsc::Sender<Signal>, Signals) {
        let (sender, receiver) = mpsc::channel();
        (sender, Signals(receiver))
    }

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn the_status_of_a_command_is_passed_on() {
        let (_sender, signals) = deaf();
        assert_eq!(run(&mut sh("exit 7"), &signals).unwrap().code(), Some(7));
        assert!(
            must(&mut sh("exit 7"), &signals)
                .unwrap_err()
                .to_string()
                .contains("exit 7")
        );
        assert!(must(&mut sh("exit 0"), &signals).is_ok());
    }

    #[test]
    fn a_signal_reaches_the_whole_group() {
        let (sender, signals) = deaf();
        sender.send(Signal::TERM).unwrap();

        // Without the group, `sh` would die and `sleep` live on; `sleep` holds
        // the pipe, so the call returns only when both are gone.
        let error = run_keeping(&mut sh("sleep 600; true"), &signals, |_| true).unwrap_err();

        let interrupted = error.downcast_ref::<Interrupted>().unwrap();
        assert_eq!(interrupted.to_string(), "stopped by SIGTERM");
    }

    #[test]
    fn a_second_signal_kills_what_ignores_the_first() {
        let (sender, signals) = deaf();
        sender.send(Signal::INT).unwrap();
        sender.send(Signal::INT).unwrap();

        let started = Instant::now();
        let error = run(&mut sh("trap '' INT; sleep 600; sleep 600"), &signals).unwrap_err();

        assert!(error.is::<Interrupted>());
        assert!(started.elapsed() < GRACE);
    }

    #[test]
    fn a_limit_ends_what_takes_too_long() {
        let (_sender, signals) = deaf();
        let limit = Duration::from_millis(50);
        assert!(
            run_for(limit, &mut sh("sleep 600"), &signals)
                .unwrap()
                .is_none()
        );
        let limit = Duration::from_secs(600);
        assert!(
            run_for(limit, &mut sh("true"), &signals)
                .unwrap()
                .unwrap()
                .success()
        );
    }

    #[test]
    fn only_the_lines_asked_for_are_kept() {
        let (_sender, signals) = deaf();
        let (status, kept) = run_keeping(
            &mut sh("echo one; echo test result: ok >&2; echo two"),
            &signals,
            |line| line.starts_with("test result"),
        )
        .unwrap();
        assert!(status.success());
        assert_eq!(kept, ["test result: ok"]);
    }
}
