//! The way from a configuration to an open database with someone in it.
//!
//! Standalone, a first start makes what a user would otherwise have to set up:
//! the data directory, the key file, and one administrator's token. Each step
//! looks before it makes, so a start that was interrupted is completed by the
//! next, and a second start changes nothing. A lock file holds off others that
//! start at the same time.
//!
//! On PostgreSQL none of it happens: `hub org create` and `hub token create`
//! are an operator's decisions there.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use data_encoding::BASE64;
use hub_domain::{
    DbServices, Name, NewApiToken, PageRequest, TokenOwner, TokenScopes, TokenText, UserId,
};
use rand::Rng;
use zeroize::Zeroizing;

use crate::backend::{Backend, DatabaseOptions, OpenBackend};
use crate::config::Config;

/// How long a start waits for another to finish its first steps.
const LOCK_LIMIT: Duration = Duration::from_secs(30);

/// The file name of the database, in the data directory.
const DATABASE_FILE: &str = "hub.db";
/// The file name of the master key, in the data directory.
const KEY_FILE: &str = "hub.key";
/// The file name of the lock, in the data directory.
const LOCK_FILE: &str = "hub.lock";

/// The user that a file's first token belongs to.
pub const FIRST_USER: &str = "admin";

/// An open database, and the token that this start made if it was the first.
pub struct Started {
    /// The database.
    pub backend: Arc<dyn Backend>,
    /// The token, to be shown once.
    pub first_token: Option<TokenText>,
}

/// Opens the database that `config` names, making what a first start needs.
///
/// # Errors
///
/// Whatever stops it, in words for whoever starts the server.
pub async fn start(config: &Config, opener: &dyn OpenBackend) -> anyhow::Result<Started> {
    let place = Place::of(config)?;
    let lock = match place.data_dir() {
        Some(data_dir) => {
            make_data_dir(data_dir)?;
            Some(lock(data_dir).await?)
        }
        None => None,
    };
    if config.database_url.is_none() {
        make_database_file(&config.data_dir.join(DATABASE_FILE))?;
    }
    let options = DatabaseOptions {
        url: place.url(),
        owner_url: config
            .database_owner_url
            .as_ref()
            .map(|url| url.reveal().to_owned()),
        encryption_key: encryption_key(config, &place)?,
    };
    let backend = opener.open(options).await?;
    let first_token = if backend.is_standalone() {
        first_token(backend.services().as_ref()).await?
    } else {
        None
    };
    drop(lock);
    Ok(Started {
        backend,
        first_token,
    })
}

/// Where the database is, as far as starting differs.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// A server.
    Server { url: String },
    /// A database that is gone with the process.
    Memory { url: String },
    /// A file; the data directory holds what belongs to it.
    File { url: String, data_dir: PathBuf },
}

impl Place {
    fn of(config: &Config) -> anyhow::Result<Self> {
        let data_dir = config.data_dir.clone();
        let Some(url) = &config.database_url else {
            return Ok(Place::File {
                url: file_url(&data_dir.join(DATABASE_FILE))?,
                data_dir,
            });
        };
        let url = url.reveal().to_owned();
        Ok(match url.strip_prefix("sqlite:") {
            Some(":memory:") => Place::Memory { url },
            Some(_) => Place::File { url, data_dir },
            None => Place::Server { url },
        })
    }

    fn url(&self) -> String {
        let (Place::Server { url } | Place::Memory { url } | Place::File { url, .. }) = self;
        url.clone()
    }

    fn data_dir(&self) -> Option<&Path> {
        match self {
            Place::File { data_dir, .. } => Some(data_dir),
            Place::Server { .. } | Place::Memory { .. } => None,
        }
    }
}

/// The URL of a file. In a URL these three mean something else.
fn file_url(path: &Path) -> anyhow::Result<String> {
    let path = path
        .to_str()
        .context("the data directory's path is not UTF-8; choose another")?;
    let escaped = path
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('#', "%23");
    Ok(format!("sqlite://{escaped}"))
}

/// For its owner's eyes only. An existing directory is left as it is.
fn make_data_dir(data_dir: &Path) -> anyhow::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(data_dir)
        .with_context(|| format!("cannot make the data directory {}", data_dir.display()))
}

/// Empty, which is a new database to SQLite, and its owner's only: the data
/// directory may be one that others read.
fn make_database_file(path: &Path) -> anyhow::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("cannot make the database {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Taken until dropped. The operating system gives it back when a process
/// dies, so a lock file that lies around means nothing.
async fn lock(data_dir: &Path) -> anyhow::Result<File> {
    let path = data_dir.join(LOCK_FILE);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    let waited = tokio::time::timeout(LOCK_LIMIT, async {
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    });
    match waited.await {
        Ok(locked) => locked.with_context(|| format!("cannot lock {}", path.display()))?,
        Err(_) => bail!(
            "another process has been starting on {} for 30 s",
            data_dir.display()
        ),
    }
    Ok(file)
}

/// The configured key; standalone else the key file's, made if absent.
fn encryption_key(config: &Config, place: &Place) -> anyhow::Result<Option<Zeroizing<String>>> {
    if let Some(key) = &config.encryption_key {
        return Ok(Some(Zeroizing::new(key.reveal().to_owned())));
    }
    Ok(match place {
        Place::Server { .. } => None,
        Place::Memory { .. } => Some(new_key()),
        Place::File { data_dir, .. } => Some(key_file(&data_dir.join(KEY_FILE))?),
    })
}

fn new_key() -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    rand::rng().fill_bytes(bytes.as_mut_slice());
    Zeroizing::new(BASE64.encode(bytes.as_slice()))
}

fn key_file(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => check_key_file(path, Zeroizing::new(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = new_key();
            write_key_file(path, &key)
                .with_context(|| format!("cannot write the key file {}", path.display()))?;
            Ok(key)
        }
        Err(error) => {
            Err(error).with_context(|| format!("cannot read the key file {}", path.display()))
        }
    }
}

fn check_key_file(path: &Path, text: Zeroizing<String>) -> anyhow::Result<Zeroizing<String>> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            tracing::warn!(
                "others on this machine can read the key file {0}; run `chmod 600 {0}`",
                path.display()
            );
        }
    }
    let key = Zeroizing::new(text.trim().to_owned());
    match BASE64.decode(key.as_bytes()).map(Zeroizing::new) {
        Ok(bytes) if bytes.len() == 32 => Ok(key),
        // Without it the secrets in the database stay closed, so a new key is
        // never put in its place.
        _ => bail!(
            "the key file {} is damaged; restore it from a backup, or set BODHI_ENCRYPTION_KEY",
            path.display()
        ),
    }
}

/// Whole or not at all, and never over another: written beside, then linked.
/// A temporary file is its owner's only (0600) from the start.
fn write_key_file(path: &Path, key: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{key}")?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// The first token of a file's organisation, unless it has had one.
async fn first_token(services: &dyn DbServices) -> anyhow::Result<Option<TokenText>> {
    // Opening the file made it.
    let found = services
        .global()
        .list_organisations(PageRequest::new(1, 1))
        .await?;
    let org = found
        .items
        .into_iter()
        .next()
        .context("the file has no organisation")?;
    let service = services.org(org.id);
    let user = UserId::new(FIRST_USER)?;
    // Tokens are revoked and never deleted: none means that none was made.
    if service
        .list_tokens(&user, PageRequest::new(1, 1))
        .await?
        .total
        > 0
    {
        return Ok(None);
    }
    let text = TokenText::generate(TokenOwner::Org(org.id));
    let token = NewApiToken {
        user_id: user,
        name: Some(Name::new("first start")?),
        prefix: text.prefix().clone(),
        hash: text.hash(),
        scopes: TokenScopes::all(),
        expires_at: None,
    };
    service.create_token(token).await?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_file_is_made_once_and_is_the_owners_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(KEY_FILE);

        let made = key_file(&path).unwrap();
        let read = key_file(&path).unwrap();

        assert_eq!(made, read);
        assert_eq!(BASE64.decode(made.as_bytes()).unwrap().len(), 32);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_damaged_key_file_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(KEY_FILE);
        std::fs::write(&path, "half a key").unwrap();

        let error = key_file(&path).unwrap_err().to_string();

        assert!(error.contains("is damaged; restore it"), "{error}");
        assert!(!error.contains("half a key"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "half a key");
    }

    #[test]
    fn a_path_survives_its_url() {
        let url = file_url(Path::new("/srv/ann/50% off?/hub.db")).unwrap();
        assert_eq!(url, "sqlite:///srv/ann/50%25 off%3F/hub.db");
    }
}
