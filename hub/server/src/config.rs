//! What the server is told: by flags, by the environment, by a file, or not at
//! all, in this order.
//!
//! [`KEYS`] lists what can be said. A value keeps where it came from, so that
//! a wrong one is refused by the name it was given under, and `hub config` can
//! show why the server does what it does. Values that hold secrets are never
//! shown.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::ArgMatches;
use clap::parser::ValueSource;
use config::{FileFormat, Map, Source, Value, ValueKind};
use etcetera::BaseStrategy;
use serde::Serialize;
use tracing_subscriber::EnvFilter;
use url::Url;
use zeroize::Zeroizing;

use crate::Limits;
use crate::telemetry::LogFormat;

/// What can be said about one thing, and by which names.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name in a file; with hyphens, its flag.
    pub name: &'static str,
    /// Its environment variable.
    pub env: &'static str,
    /// Whether there is a flag. A command line is seen by every process of the
    /// machine, so a key has none.
    pub flag: bool,
    /// How it is shown.
    pub show: Show,
}

/// How a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// As it is.
    Plain,
    /// As a URL without its password.
    Url,
    /// Not at all.
    Hidden,
}

const fn key(name: &'static str, env: &'static str) -> Key {
    Key {
        name,
        env,
        flag: true,
        show: Show::Plain,
    }
}

/// Everything that can be said.
pub const KEYS: [Key; 10] = [
    key("listen", "HUB_LISTEN"),
    key("data_dir", "HUB_DATA_DIR"),
    key("log", "HUB_LOG"),
    key("log_format", "HUB_LOG_FORMAT"),
    Key {
        show: Show::Url,
        ..key("database_url", "BODHI_DATABASE_URL")
    },
    Key {
        show: Show::Url,
        ..key("database_owner_url", "BODHI_DATABASE_OWNER_URL")
    },
    Key {
        flag: false,
        show: Show::Hidden,
        ..key("encryption_key", "BODHI_ENCRYPTION_KEY")
    },
    key("body_limit_bytes", "HUB_BODY_LIMIT_BYTES"),
    key("request_timeout", "HUB_REQUEST_TIMEOUT"),
    key("drain_timeout", "HUB_DRAIN_TIMEOUT"),
];

/// The shortest master key.
const MIN_KEY_LENGTH: usize = 20;

/// Why the server cannot know what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read, or is no TOML.
    #[error("the configuration file {} cannot be used", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: config::ConfigError,
    },
    /// The file says something that no one asked for.
    #[error("{}: there is no key `{key}`; the keys are {}", path.display(), key_names())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// What it says.
        key: String,
    },
    /// A value is not allowed.
    #[error("{key}, given by {origin}: {reason}")]
    Invalid {
        /// Of what.
        key: &'static str,
        /// Where it came from.
        origin: String,
        /// The rule that it breaks.
        reason: String,
    },
    /// The platform does not say where data belongs.
    #[error("no home directory, so no data directory; give one with --data-dir")]
    NoHome,
}

fn key_names() -> String {
    KEYS.map(|key| key.name).join(", ")
}

/// What the server is told, checked.
#[derive(Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the program keeps its files.
    pub data_dir: PathBuf,
    /// Which log lines to write.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Where the database is; absent: a file in the data directory.
    pub database_url: Option<Secret>,
    /// Where it is for the role that migrates.
    pub database_owner_url: Option<Secret>,
    /// The master key of stored secrets.
    pub encryption_key: Option<Secret>,
    /// How much one request may ask for.
    pub limits: Limits,
    /// How long requests may go on after a signal to stop.
    pub drain_timeout: Duration,
    shown: BTreeMap<&'static str, Shown>,
}

/// A value that is never shown.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The value.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A value as `hub config` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The value, without secrets; `None` when nothing was said.
    pub value: Option<String>,
    /// Where it came from.
    pub source: String,
}

/// Values from one place.
#[derive(Debug, Clone, Default)]
struct Layer(Map<String, Value>);

impl Layer {
    fn set(&mut self, key: &Key, origin: &str, value: String) {
        let value = Value::new(Some(&origin.to_owned()), ValueKind::String(value));
        self.0.insert(key.name.to_owned(), value);
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, config::ConfigError> {
        Ok(self.0.clone())
    }
}

impl Config {
    /// Reads all layers. `matches` are those of [`crate::cli::Cli`]; `env`
    /// reads the environment, for what has no flag.
    ///
    /// # Errors
    ///
    /// Any [`ConfigError`]; nothing was written.
    pub fn load(
        matches: &ArgMatches,
        env: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ConfigError> {
        let base = etcetera::base_strategy::choose_native_strategy().ok();
        let mut said = config::Config::builder().add_source(defaults(base.as_ref()));
        let file = match matches.get_one::<PathBuf>("config") {
            Some(path) => Some((path.clone(), true)),
            None => base.map(|base| (base.config_dir().join("hub").join("config.toml"), false)),
        };
        if let Some((path, required)) = file {
            said = said.add_source(read_file(&path, required)?);
        }
        let (from_env, from_flags) = command_line(matches, env)?;
        let said = said.add_source(from_env).add_source(from_flags).build();
        let values = said.and_then(|said| said.collect()).map_err(|source| {
            // Layers are maps; only a file can fail to be one.
            ConfigError::File {
                path: PathBuf::new(),
                source,
            }
        })?;
        Values::new(values).check()
    }

    /// Each key with its value and where that came from; secrets left out.
    #[must_use]
    pub fn shown(&self) -> &BTreeMap<&'static str, Shown> {
        &self.shown
    }
}

fn defaults(base: Option<&impl BaseStrategy>) -> Layer {
    let limits = Limits::default();
    let mut layer = Layer::default();
    for key in &KEYS {
        let value = match key.name {
            "listen" => "127.0.0.1:8640".to_owned(),
            "log" => "info".to_owned(),
            "log_format" => LogFormat::default().to_string(),
            "body_limit_bytes" => limits.body_bytes.to_string(),
            "request_timeout" => humantime::format_duration(limits.request).to_string(),
            "drain_timeout" => "30s".to_owned(),
            "data_dir" => match base.map(|base| base.data_dir().join("hub")) {
                Some(path) => path.to_string_lossy().into_owned(),
                None => continue,
            },
            _ => continue,
        };
        layer.set(key, "default", value);
    }
    layer
}

fn read_file(path: &Path, required: bool) -> Result<Layer, ConfigError> {
    let fail = |source| ConfigError::File {
        path: path.to_owned(),
        source,
    };
    let file = config::File::from(path)
        .format(FileFormat::Toml)
        .required(required);
    let said = config::Config::builder()
        .add_source(file)
        .build()
        .map_err(fail)?;
    let mut layer = Layer::default();
    for (name, value) in said.collect().map_err(fail)? {
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            return Err(ConfigError::UnknownKey {
                path: path.to_owned(),
                key: name,
            });
        };
        let text = value.into_string().map_err(|_| ConfigError::Invalid {
            key: key.name,
            origin: path.display().to_string(),
            reason: "must be a text or a number".to_owned(),
        })?;
        layer.set(key, &path.display().to_string(), text);
    }
    Ok(layer)
}

/// What the environment and the flags say. clap has read both.
fn command_line(
    matches: &ArgMatches,
    env: impl Fn(&str) -> Option<OsString>,
) -> Result<(Layer, Layer), ConfigError> {
    let (mut from_env, mut from_flags) = (Layer::default(), Layer::default());
    for key in &KEYS {
        if !key.flag {
            let Some(value) = env(key.env) else { continue };
            let value = value.into_string().map_err(|_| ConfigError::Invalid {
                key: key.name,
                origin: key.env.to_owned(),
                reason: "must be UTF-8".to_owned(),
            })?;
            from_env.set(key, key.env, value);
            continue;
        }
        let Some(value) = matches.get_one::<String>(key.name) else {
            continue;
        };
        if matches.value_source(key.name) == Some(ValueSource::EnvVariable) {
            from_env.set(key, key.env, value.clone());
        } else {
            let flag = format!("--{}", key.name.replace('_', "-"));
            from_flags.set(key, &flag, value.clone());
        }
    }
    Ok((from_env, from_flags))
}

/// Values with where they came from, on their way to be checked.
struct Values(BTreeMap<&'static str, (String, String)>);

impl Values {
    fn new(mut said: Map<String, Value>) -> Self {
        let mut values = BTreeMap::new();
        for key in &KEYS {
            if let Some(value) = said.remove(key.name) {
                let origin = value.origin().unwrap_or("default").to_owned();
                if let Ok(text) = value.into_string() {
                    values.insert(key.name, (text, origin));
                }
            }
        }
        Values(values)
    }

    fn check(self) -> Result<Config, ConfigError> {
        let secret = |name| {
            self.0
                .get(name)
                .map(|(text, _)| Secret(Zeroizing::new(text.clone())))
        };
        if !self.0.contains_key("data_dir") {
            return Err(ConfigError::NoHome);
        }
        Ok(Config {
            listen: self.read("listen", |text| {
                text.parse()
                    .map_err(|_| "must be an address and port, such as 127.0.0.1:8640")
            })?,
            data_dir: self.read("data_dir", |text| {
                if text.is_empty() {
                    Err("must not be empty")
                } else {
                    Ok(PathBuf::from(text))
                }
            })?,
            log: self.read("log", |text| {
                EnvFilter::try_new(text)
                    .map(|_| text.to_owned())
                    .map_err(|_| "must be a level, such as info, or directives")
            })?,
            log_format: self.read("log_format", LogFormat::from_str)?,
            limits: Limits {
                body_bytes: self.read("body_limit_bytes", |text| match text.parse() {
                    Ok(bytes) if bytes > 0 => Ok(bytes),
                    _ => Err("must be a number of bytes above 0"),
                })?,
                request: self.read("request_timeout", read_duration)?,
            },
            drain_timeout: self.read("drain_timeout", read_duration)?,
            database_url: secret("database_url"),
            database_owner_url: secret("database_owner_url"),
            encryption_key: {
                if self.0.contains_key("encryption_key") {
                    self.read("encryption_key", |text| {
                        if text.chars().count() < MIN_KEY_LENGTH {
                            Err("must have at least 20 characters")
                        } else {
                            Ok(())
                        }
                    })?;
                }
                secret("encryption_key")
            },
            shown: self.shown(),
        })
    }

    fn read<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Result<T, ConfigError> {
        let (text, origin) = match self.0.get(key) {
            Some((text, origin)) => (text.as_str(), origin.as_str()),
            None => ("", "default"),
        };
        read(text).map_err(|reason| ConfigError::Invalid {
            key,
            origin: origin.to_owned(),
            reason: reason.to_owned(),
        })
    }

    fn shown(&self) -> BTreeMap<&'static str, Shown> {
        KEYS.iter()
            .map(|key| {
                let shown = match self.0.get(key.name) {
                    Some((text, origin)) => Shown {
                        value: Some(show(key.show, text)),
                        source: origin.clone(),
                    },
                    None => Shown {
                        value: None,
                        source: "default".to_owned(),
                    },
                };
                (key.name, shown)
            })
            .collect()
    }
}

fn read_duration(text: &str) -> Result<Duration, &'static str> {
    match humantime::parse_duration(text) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("must be a duration above 0, such as 30s or 2m"),
    }
}

fn show(how: Show, text: &str) -> String {
    match how {
        Show::Plain => text.to_owned(),
        Show::Hidden => "(set, not shown)".to_owned(),
        Show::Url => show_url(text),
    }
}

/// A URL without its password, wherever that is. What does not read as a URL
/// may be anything, so it is not shown.
fn show_url(text: &str) -> String {
    if text.starts_with("sqlite:") {
        return text.to_owned();
    }
    let Ok(mut url) = Url::parse(text) else {
        return "(not a URL, not shown)".to_owned();
    };
    if url.password().is_some() && url.set_password(Some("***")).is_err() {
        return "(not shown)".to_owned();
    }
    if url.query().is_some() {
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        let mut shown = url.query_pairs_mut();
        shown.clear();
        for (name, value) in &pairs {
            let secret = name.to_ascii_lowercase().contains("pass");
            shown.append_pair(name, if secret { "***" } else { value });
        }
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    use crate::cli::Cli;

    /// Flags, a file, and an environment of the test's own for what has no
    /// flag. The rest of the environment is clap's: `tests/command.rs` has it.
    fn load(args: &[&str], file: &str, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hub.toml");
        std::fs::write(&path, file).unwrap();
        let flags = ["hub", "--config", path.to_str().unwrap()];
        let flags = flags.iter().chain(args);
        let matches = Cli::command().try_get_matches_from(flags).unwrap();
        let env: BTreeMap<_, _> = env.iter().copied().collect();
        Config::load(&matches, |name| env.get(name).map(OsString::from))
    }

    fn refuse(args: &[&str], file: &str, env: &[(&str, &str)], expected: &str) {
        let error = load(args, file, env).unwrap_err().to_string();
        assert!(
            error.contains(expected),
            "{error:?} does not say {expected:?}"
        );
        assert!(!error.contains("s3cret"), "{error:?}");
    }

    #[test]
    fn a_flag_wins_over_a_file_and_a_file_over_the_default() {
        let file = "listen = '127.0.0.1:1'\nrequest_timeout = '5s'\nbody_limit_bytes = 2048";

        let config = load(&["--listen", "127.0.0.1:2"], file, &[]).unwrap();

        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.shown()["listen"].source, "--listen");
        assert_eq!(config.limits.request, Duration::from_secs(5));
        assert_eq!(config.limits.body_bytes, 2048);
        assert!(
            config.shown()["request_timeout"]
                .source
                .ends_with("hub.toml")
        );
        assert_eq!(config.drain_timeout, Duration::from_secs(30));
        assert_eq!(config.shown()["drain_timeout"].source, "default");
    }

    #[test]
    fn what_is_wrong_is_named_with_where_it_was_said() {
        refuse(
            &["--listen", "here"],
            "",
            &[],
            "listen, given by --listen: must be an address",
        );
        refuse(
            &[],
            "request_timeout = 'soon'",
            &[],
            "must be a duration above 0",
        );
        refuse(
            &[],
            "request_timeout = '0s'",
            &[],
            "must be a duration above 0",
        );
        refuse(
            &[],
            "body_limit_bytes = -1",
            &[],
            "must be a number of bytes above 0",
        );
        refuse(
            &[],
            "body_limit_bytes = [1]",
            &[],
            "must be a text or a number",
        );
        refuse(
            &[],
            "port = 1",
            &[],
            "there is no key `port`; the keys are listen",
        );
        refuse(&[], "listen = ", &[], "cannot be used");
        refuse(&["--log", "a=b=c"], "", &[], "log, given by --log");
        refuse(&["--log-format", "xml"], "", &[], "must be text or json");
        let short = [("BODHI_ENCRYPTION_KEY", "s3cret")];
        refuse(
            &[],
            "",
            &short,
            "given by BODHI_ENCRYPTION_KEY: must have at least 20",
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let url = "postgres://hub:s3cret@db/hub?sslpassword=s3cret&sslmode=require";
        let env = [("BODHI_ENCRYPTION_KEY", "s3cret-s3cret-s3cret-s3cret")];

        let config = load(&["--database-url", url], "", &env).unwrap();

        let shown = format!("{config:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        assert_eq!(
            config.shown()["database_url"].value.as_deref(),
            Some("postgres://hub:***@db/hub?sslpassword=***&sslmode=require")
        );
        assert_eq!(config.database_url.unwrap().reveal(), url);
    }
}
