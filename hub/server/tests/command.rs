//! The command as a shell sees it: what it prints, where, and how it exits.

#![expect(clippy::unwrap_used, reason = "a test that panics has done its job")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// `hub` in an environment of its own.
fn hub(home: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
    command
        .args(args)
        .env_clear()
        .env("HOME", home.path())
        .current_dir(home.path());
    command
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("hub.toml");
    std::fs::write(
        &file,
        "listen = '127.0.0.1:1'\nlog = 'warn'\ndatabase_url = 'postgres://hub:s3cret@db/file'",
    )
    .unwrap();
    let args = [
        "config",
        "--json",
        "--config",
        "hub.toml",
        "--listen",
        "127.0.0.1:3",
    ];
    let mut command = hub(&home, &args);
    command
        .env("HUB_LISTEN", "127.0.0.1:2")
        .env("HUB_LOG", "debug")
        .env("BODHI_DATABASE_URL", "postgres://hub:s3cret@db/env")
        .env("BODHI_ENCRYPTION_KEY", "s3cret-s3cret-s3cret-s3cret");

    let (code, stdout, stderr) = run(&mut command);

    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        !stdout.contains("s3cret") && !stderr.contains("s3cret"),
        "{stdout}{stderr}"
    );
    let config: Value = serde_json::from_str(&stdout).unwrap();
    let said = |key: &str| {
        let part = |part: &str| config[key][part].as_str().unwrap_or("nothing").to_owned();
        (part("value"), part("source"))
    };
    let expect = |key: &str, value: &str, source: &str| {
        assert_eq!(said(key), (value.to_owned(), source.to_owned()), "{key}");
    };
    expect("listen", "127.0.0.1:3", "--listen");
    expect("log", "debug", "HUB_LOG");
    expect(
        "database_url",
        "postgres://hub:***@db/env",
        "BODHI_DATABASE_URL",
    );
    expect("encryption_key", "(set, not shown)", "BODHI_ENCRYPTION_KEY");
    expect("request_timeout", "30s", "default");
    expect("database_owner_url", "nothing", "default");
    let data_dir = said("data_dir").0;
    assert!(Path::new(&data_dir).starts_with(home.path()), "{data_dir}");
    assert!(!Path::new(&data_dir).exists(), "looking makes nothing");
}

#[test]
fn what_cannot_be_done_exits_2_and_says_why_on_standard_error() {
    let home = tempfile::tempdir().unwrap();
    for (args, expected) in [
        (
            &["config", "--listen", "here"][..],
            "listen, given by --listen: must be an address",
        ),
        (
            &["config", "--config", "none.toml"],
            "none.toml cannot be used",
        ),
        (&["--port", "1"], "unexpected argument '--port'"),
        (&["token", "create", "--user", "ann"], "--scopes"),
        (
            &["token", "create", "--user", "ann", "--scopes", "root"],
            "must be one of read, write",
        ),
        (
            &["token", "create", "--operator", "--user", "ann"],
            "cannot be used with",
        ),
        (
            &["org", "create", "Acme", "--slug", "a b"],
            "may hold letters, digits and - only",
        ),
    ] {
        let (code, stdout, stderr) = run(&mut hub(&home, args));
        assert_eq!(code, Some(2), "{args:?}: {stdout}{stderr}");
        assert!(stdout.is_empty(), "{stdout}");
        assert!(
            stderr.starts_with("error: ") && stderr.contains(expected),
            "{args:?}: {stderr}"
        );
    }
}

#[test]
fn help_teaches_and_shows_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let mut command = hub(&home, &["--help"]);
    command.env("BODHI_DATABASE_URL", "postgres://hub:s3cret@db/env");

    let (code, stdout, _) = run(&mut command);

    assert_eq!(code, Some(0));
    for part in [
        "hub org create",
        "--data-dir",
        "BODHI_DATABASE_URL",
        "BODHI_ENCRYPTION_KEY",
        "Exit status",
    ] {
        assert!(stdout.contains(part), "{part} is not in\n{stdout}");
    }
    assert!(!stdout.contains("s3cret"), "{stdout}");
}

#[test]
fn the_openapi_document_can_be_had_without_a_server() {
    let home = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = run(&mut hub(&home, &["openapi"]));
    assert_eq!(code, Some(0), "{stderr}");
    let document: Value = serde_json::from_str(&stdout).unwrap();
    assert!(document["paths"]["/api/v1/aliases"]["post"].is_object());
}

/// A server on a file in `home`, stopped when dropped.
struct Server {
    process: Child,
    stdout: BufReader<ChildStdout>,
    address: String,
}

impl Server {
    fn start(home: &TempDir) -> Self {
        let args = ["--listen", "127.0.0.1:0", "--log-format", "json"];
        let mut process = hub(home, &args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut lines = String::new();
        let address = loop {
            let from = lines.len();
            let read = log.read_line(&mut lines).unwrap();
            assert_ne!(read, 0, "the server ended: {lines}");
            let line: Value = serde_json::from_str(&lines[from..]).unwrap();
            if let Some(address) = line["address"].as_str() {
                break address.to_owned();
            }
        };
        // The rest is read too, so that the server never waits to write.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Server {
            process,
            stdout,
            address,
        }
    }

    fn get(&self, path: &str, token: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Ends it as a service manager would; what it had printed comes back.
    fn stop(mut self) -> String {
        let pid = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let mut printed = String::new();
        self.stdout.read_to_string(&mut printed).unwrap();
        assert_eq!(self.process.wait().unwrap().code(), Some(0));
        printed
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already unless the test failed.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Each file below `folder` with what is in it.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let name = |entry: &std::fs::DirEntry| entry.file_name().into_string().unwrap();
    entries
        .map(|entry| (name(&entry), std::fs::read(entry.path()).unwrap()))
        .collect()
}

/// On a real file, by the real program.
#[cfg(unix)]
#[test]
fn a_first_start_prints_one_token_and_a_second_start_changes_nothing() {
    use std::os::unix::fs::PermissionsExt;

    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join(".local/share/hub");

    let printed = Server::start(&home).stop();

    let tokens: Vec<_> = printed
        .split_whitespace()
        .filter(|word| word.starts_with("hub_"))
        .collect();
    let [token] = tokens[..] else {
        panic!("one token, once: {printed}")
    };
    let before = contents(&data_dir);
    let names: Vec<_> = before.keys().map(String::as_str).collect();
    assert_eq!(names, ["hub.db", "hub.key", "hub.lock"]);
    for name in ["hub.db", "hub.key"] {
        let mode = std::fs::metadata(data_dir.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }

    let server = Server::start(&home);
    let answer = server.get("/api/v1/whoami", token);
    let printed = server.stop();

    assert_eq!(printed, "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(contents(&data_dir) == before, "the files are as they were");
}

#[test]
fn a_database_url_that_leads_nowhere_is_answered_with_what_would() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(
        home.path().join("text.db"),
        "not a database, but text of some length",
    )
    .unwrap();
    for (url, expected) in [
        (
            "",
            "the database URL is empty; supported are sqlite::memory:",
        ),
        (
            "mysql://hub:s3cret@db/hub",
            "\"mysql\" is not a kind of database",
        ),
        ("hub.db", "the database URL has no scheme"),
        ("sqlite:///no/such/folder/hub.db", "/no/such/folder"),
        ("sqlite://text.db", "text.db"),
        ("postgres://hub:s3cret@127.0.0.1:1/hub", "127.0.0.1:1"),
    ] {
        let mut command = hub(&home, &["org", "list"]);
        let (code, stdout, stderr) = run(command.env("BODHI_DATABASE_URL", url));
        assert_eq!(code, Some(2), "{url}: {stdout}{stderr}");
        assert!(
            stderr.contains("error: ") && stderr.contains(expected),
            "{url}: {stderr}"
        );
        assert!(!stderr.contains("s3cret"), "{stderr}");
    }
}
