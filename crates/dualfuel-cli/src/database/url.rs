//! What names a database.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use dualfuel_engine::{DatabaseUrl, UrlError};
use dualfuel_schema::Engine;

/// A database of any engine: a URL, or the path of a SQLite file that is there.
///
/// MariaDB's is written `mysql://user:password@host:port/name` or `mariadb://..`.
/// It prints without its password.
#[derive(Clone)]
pub enum Place {
    /// A file, or memory.
    Sqlite(DatabaseUrl),
    /// A database on a server. The text is what was given: it is needed to name
    /// another database on the same server.
    Postgres(String),
    /// The same.
    Mariadb(String),
}

impl Place {
    /// The engine it names.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Place::Sqlite(_) => Engine::Sqlite,
            Place::Postgres(_) => Engine::Postgres,
            Place::Mariadb(_) => Engine::Mariadb,
        }
    }

    /// The whole URL, with its password.
    #[must_use]
    pub fn secret(&self) -> String {
        match self {
            Place::Sqlite(url) => url.to_string(),
            Place::Postgres(url) | Place::Mariadb(url) => url.clone(),
        }
    }

    /// Another database on the same server.
    pub(super) fn with_database(&self, name: &str) -> Self {
        match self {
            Place::Sqlite(_) => self.clone(),
            Place::Postgres(url) => Place::Postgres(replace_database(url, name)),
            Place::Mariadb(url) => Place::Mariadb(replace_database(url, name)),
        }
    }
}

/// Why a text names no database. The text itself is never shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// It is no URL that is known.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// A password's `@`, `/` or `?` would part it elsewhere than is meant, and
    /// the rest of the password would be taken for a host.
    #[error(
        "the URL has an `@` that does not stand between login and host: in user name and password \
         write / as %2F, ? as %3F, # as %23, @ as %40"
    )]
    Unescaped,
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let text = text.trim();
        let (_, authority, ..) = parts(text);
        let is_server = is_mariadb(text) || text.starts_with("postgres");
        let parted = text.matches('@').count() != authority.matches('@').count();
        if is_server && (parted || text.matches('@').count() > 1 || authority.contains('#')) {
            return Err(PlaceError::Unescaped);
        }
        if is_mariadb(text) {
            // What has no host may be all password.
            return match parts(text) {
                (_, "", _, _) => Err(UrlError::NoScheme.into()),
                _ => Ok(Place::Mariadb(text.to_owned())),
            };
        }
        match text.parse::<DatabaseUrl>() {
            Ok(url) => Ok(match url.engine() {
                dualfuel_engine::Engine::Sqlite => Place::Sqlite(url),
                dualfuel_engine::Engine::Postgres => Place::Postgres(text.to_owned()),
            }),
            Err(UrlError::NoScheme) if Path::new(text).is_file() => {
                Ok(Place::Sqlite(DatabaseUrl::sqlite_file(text)))
            }
            Err(fault) => Err(fault.into()),
        }
    }
}

fn is_mariadb(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("mysql") || scheme.eq_ignore_ascii_case("mariadb")
    })
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Sqlite(url) => url.fmt(f),
            Place::Postgres(url) | Place::Mariadb(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

/// Scheme, authority, path and query of a URL; what is not there is empty.
fn parts(url: &str) -> (&str, &str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or((url, ""));
    let (rest, query) = rest.find('?').map_or((rest, ""), |at| rest.split_at(at));
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    (scheme, authority, path, query)
}

fn replace_database(url: &str, name: &str) -> String {
    let (scheme, authority, _, query) = parts(url);
    format!("{scheme}://{authority}/{name}{query}")
}

/// A query may hold a password too, so it is left out.
fn without_password(url: &str) -> String {
    let (scheme, authority, path, _) = parts(url);
    let authority = match authority.rsplit_once('@') {
        Some((login, host)) => match login.split_once(':') {
            Some((user, _)) => format!("{user}:***@{host}"),
            None => authority.to_owned(),
        },
        None => authority.to_owned(),
    };
    format!("{scheme}://{authority}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        text.parse().unwrap()
    }

    #[test]
    fn each_engine_has_its_schemes() {
        let check = |text: &str, engine| assert_eq!(place(text).engine(), engine, "{text}");
        check("sqlite::memory:", Engine::Sqlite);
        check("sqlite:a.db", Engine::Sqlite);
        check("postgres://a@b/c", Engine::Postgres);
        check("postgresql://a@b/c", Engine::Postgres);
        check("mysql://a@b/c", Engine::Mariadb);
        check("MariaDB://a@b/c", Engine::Mariadb);
        check("Cargo.toml", Engine::Sqlite);
        assert!("no such file".parse::<Place>().is_err());
    }

    #[test]
    fn passwords_are_not_printed() {
        let check = |text, printed| {
            assert_eq!(place(text).to_string(), printed);
            assert!(!format!("{:?}", place(text)).contains("secret"));
        };
        check(
            "mysql://u:secret@h:1/d?pool_max=secret",
            "mysql://u:***@h:1/d",
        );
        check("mariadb://u@h", "mariadb://u@h");
        check(
            "postgres://u:secret@h/d?password=secret",
            "postgres://u:***@h/d",
        );
    }

    #[test]
    fn what_names_no_host_or_two_is_refused() {
        for text in [
            "mysql:secret",
            "mysql://",
            "mariadb:///d",
            "mysql://u:secret@h#?/secret@h/d",
            "mysql://u:sec/secret@h/d",
            "postgres://u:a@secret/secret@h/d",
            "mysql://u:#secret@h",
        ] {
            let error = text.parse::<Place>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("secret"), "{text}");
        }
    }

    #[test]
    fn another_database_is_on_the_same_server() {
        let check = |text, expected| {
            assert_eq!(place(text).with_database("n").secret(), expected);
        };
        check("mysql://u:p@h:1", "mysql://u:p@h:1/n");
        check("mysql://u:p@h:1/?a=b", "mysql://u:p@h:1/n?a=b");
        check(
            "postgres://u@/d?host=%2Ftmp&port=1",
            "postgres://u@/n?host=%2Ftmp&port=1",
        );
    }
}
