//! Empty databases that are gone afterwards.
//!
//! On SQLite a file in a directory for temporary files. On a server a database
//! with a name of its own, made with the login of the URL that is given, which
//! needs the right to. It is dropped with its [`Scratch`], also by a panic;
//! whoever handles signals calls [`drop_all_scratch`]. What a killed process
//! leaves is dropped by the next one a day later: its name says when it was made.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use dualfuel_engine::DatabaseUrl;
use tempfile::TempDir;

use super::{Access, Connection, Failure, OpenError, Place};

const PREFIX: &str = "dualfuel_scratch_";

/// How old a database has to be for its maker to be dead.
const DEAD_SECONDS: u64 = 24 * 60 * 60;

/// The databases on servers that are there now, with the place to drop them from.
static ALIVE: Mutex<BTreeMap<String, Place>> = Mutex::new(BTreeMap::new());

/// Why there is no scratch database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScratchError {
    /// The server could not be reached.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The server refused.
    #[error(
        "no scratch database could be made at {place}: the login needs the right to create databases"
    )]
    Refused {
        /// The place that was given.
        place: Place,
        /// What it said.
        source: Failure,
    },
    /// There is no directory for temporary files.
    #[error("no temporary directory could be made")]
    Folder(#[from] std::io::Error),
}

/// An empty database. It goes away with this value.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dualfuel_cli::database::{Access, Connection, Scratch};
///
/// let scratch = Scratch::create(&"sqlite::memory:".parse()?).await?;
/// let mut connection = Connection::open(scratch.place(), Access::Write).await?;
/// connection.execute("CREATE TABLE a (b TEXT)").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Scratch {
    place: Place,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Folder(#[expect(dead_code, reason = "removes the directory when dropped")] TempDir),
    Server { name: String },
}

impl Scratch {
    /// Makes one of the same engine as `admin`, on its server where it has one.
    ///
    /// Text sorts by its bytes, as on SQLite: `COLLATE "C"`, `utf8mb4_nopad_bin`.
    ///
    /// # Errors
    ///
    /// [`ScratchError`]: the server could not be reached, or its login may not.
    pub async fn create(admin: &Place) -> Result<Self, ScratchError> {
        if let Place::Sqlite(_) = admin {
            let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
            let url = DatabaseUrl::sqlite_file(folder.path().join("scratch.db"));
            return Ok(Scratch {
                place: Place::Sqlite(url),
                kept: Kept::Folder(folder),
            });
        }
        let mut connection = Connection::open(admin, Access::Write).await?;
        let made = async {
            let name = unused_name(&mut connection, admin).await?;
            alive().insert(name.clone(), admin.clone());
            let created = connection.execute(&create_sql(admin, &name)).await;
            if created.is_err() {
                alive().remove(&name);
            }
            created.map(|()| name)
        };
        let name = made.await.map_err(|source| ScratchError::Refused {
            place: admin.clone(),
            source,
        })?;
        Ok(Scratch {
            place: admin.with_database(&name),
            kept: Kept::Server { name },
        })
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Drops it now; dropping the value does the same and blocks.
    ///
    /// # Errors
    ///
    /// The server could not be reached, or refused.
    pub async fn remove(self) -> Result<(), ScratchError> {
        let Kept::Server { name } = &self.kept else {
            return Ok(());
        };
        let admin = alive().remove(name);
        match admin {
            Some(admin) => drop_one(&admin, name).await,
            None => Ok(()),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Kept::Server { name } = &self.kept else {
            return;
        };
        let Some(admin) = alive().remove(name) else {
            return;
        };
        let name = name.clone();
        // A runtime can't wait inside another.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(drop_one(&admin, &name))
        });
        if let Ok(Err(failure)) = dropping.join() {
            eprintln!("a scratch database stays behind: {failure}");
        }
    }
}

/// Drops every scratch database that this process has on servers: for the end
/// by a signal, when no value is dropped. Best effort.
pub async fn drop_all_scratch() {
    let all = std::mem::take(&mut *alive());
    for (name, admin) in all {
        let _ = drop_one(&admin, &name).await;
    }
}

fn alive() -> std::sync::MutexGuard<'static, BTreeMap<String, Place>> {
    // A panic elsewhere leaves the list as it was.
    ALIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A name with the server's time in it. Drops what dead processes left.
async fn unused_name(connection: &mut Connection, admin: &Place) -> Result<String, Failure> {
    let (now, databases) = match admin {
        Place::Mariadb(_) => (
            "SELECT UNIX_TIMESTAMP(), LEFT(SHA1(UUID()), 12)",
            "SELECT schema_name FROM information_schema.schemata",
        ),
        _ => (
            "SELECT extract(epoch FROM now())::bigint, left(md5(gen_random_uuid()::text), 12)",
            "SELECT datname FROM pg_database",
        ),
    };
    let rows = connection.text_rows(now).await?;
    let mut values = rows.into_iter().flatten().flatten();
    let (now, random) = (
        values.next().unwrap_or_default(),
        values.next().unwrap_or_default(),
    );
    let dead_before = now.parse().unwrap_or(0_u64).saturating_sub(DEAD_SECONDS);
    let names = connection.text_rows(databases).await?;
    for name in names.into_iter().flatten().flatten() {
        if made_at(&name).is_some_and(|at| at < dead_before) {
            // Another process may be at it, or another login may own it.
            let _ = connection.execute(&drop_sql(admin, &name)).await;
        }
    }
    Ok(format!("{PREFIX}{now}_{random}"))
}

/// The time in a scratch database's name.
fn made_at(name: &str) -> Option<u64> {
    let (seconds, random) = name.strip_prefix(PREFIX)?.split_once('_')?;
    let plain = random.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| seconds.parse().ok())?
}

fn create_sql(admin: &Place, name: &str) -> String {
    match admin {
        Place::Mariadb(_) => {
            format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
        }
        _ => format!("CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"),
    }
}

fn drop_sql(admin: &Place, name: &str) -> String {
    match admin {
        Place::Mariadb(_) => format!("DROP DATABASE IF EXISTS `{name}`"),
        _ => format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"),
    }
}

async fn drop_one(admin: &Place, name: &str) -> Result<(), ScratchError> {
    let mut connection = Connection::open(admin, Access::Write).await?;
    connection
        .execute(&drop_sql(admin, name))
        .await
        .map_err(|source| ScratchError::Refused {
            place: admin.clone(),
            source,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_time() {
        assert_eq!(made_at("dualfuel_scratch_17_0a"), Some(17));
        for other in [
            "dualfuel_scratch_",
            "dualfuel_scratch_17",
            "dualfuel_scratch_x_0a",
            "app",
            "dualfuel_scratch_1_`",
        ] {
            assert_eq!(made_at(other), None, "{other}");
        }
    }
}
