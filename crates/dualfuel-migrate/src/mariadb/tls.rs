//! Encryption of a MariaDB connection, as `sslmode` in the URL asks for it: in
//! the words, and with the meaning, that PostgreSQL URLs have.
//!
//! | `sslmode` | encrypted | the certificate |
//! |---|---|---|
//! | `disable` | no | |
//! | `prefer`, the default | where the server can; not to this machine itself | is not looked at |
//! | `require` | yes, or no connection | is not looked at |
//! | `verify-full` | yes, or no connection | is valid for the host's name, by `sslrootcert` or what the system trusts |
//!
//! `prefer` and `require` keep out who listens, not who answers in the server's
//! place; `verify-full` keeps out both.

use std::path::PathBuf;

use mysql_async::SslOpts;

use super::connection::OpenError;

/// How much of it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyFull,
}

/// What a URL asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tls {
    pub(super) mode: Mode,
    root_certificate: Option<PathBuf>,
}

/// A URL without its parameters for encryption, and what they say.
///
/// The driver has parameters of its own for it. They mean less than they say
/// (`require_ssl` trusts a list of authorities that comes with the driver), so
/// they are refused like any other that is not known.
pub(super) fn of_url(url: &str) -> Result<(String, Tls), OpenError> {
    let mut tls = Tls {
        mode: Mode::Prefer,
        root_certificate: None,
    };
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let mut others = Vec::new();
    for parameter in parameters.split('&').filter(|one| !one.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name {
            "sslmode" => tls.mode = mode(value)?,
            "sslrootcert" => tls.root_certificate = Some(PathBuf::from(unescaped(value)?)),
            "require_ssl" | "verify_ca" | "verify_identity" | "built_in_roots" => {
                return Err(OpenError::Parameter {
                    name: name.to_owned(),
                });
            }
            _ => others.push(parameter),
        }
    }
    if tls.root_certificate.is_some() && tls.mode != Mode::VerifyFull {
        return Err(OpenError::Tls {
            problem: "sslrootcert is looked at with sslmode=verify-full only; add it",
        });
    }
    let url = match others.join("&") {
        none if none.is_empty() => address.to_owned(),
        others => format!("{address}?{others}"),
    };
    Ok((url, tls))
}

fn mode(value: &str) -> Result<Mode, OpenError> {
    match value {
        "disable" => Ok(Mode::Disable),
        "prefer" => Ok(Mode::Prefer),
        "require" => Ok(Mode::Require),
        "verify-full" => Ok(Mode::VerifyFull),
        "verify-ca" => Err(OpenError::Tls {
            problem: "sslmode=verify-ca is not supported; use verify-full, which also checks the \
                      host name",
        }),
        _ => Err(OpenError::Tls {
            problem: "sslmode is one of disable, prefer, require, verify-full",
        }),
    }
}

/// A path with spaces and the like as `%XX`.
fn unescaped(value: &str) -> Result<String, OpenError> {
    let mut plain = Vec::new();
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        let digits = match byte {
            b'%' => [bytes.next(), bytes.next()],
            _ => {
                plain.push(byte);
                continue;
            }
        };
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let value = match digits.map(digit) {
            [Some(high), Some(low)] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        };
        plain.push(value.ok_or(OpenError::Url)?);
    }
    String::from_utf8(plain).map_err(|_| OpenError::Url)
}

impl Tls {
    /// What the driver is told, for a server at this machine or elsewhere;
    /// `None` for no encryption.
    pub(super) fn options(&self, is_local: bool) -> Result<Option<SslOpts>, OpenError> {
        match self.mode {
            Mode::Disable => return Ok(None),
            // Nobody listens in between.
            Mode::Prefer if is_local => return Ok(None),
            _ => {}
        }
        // Another crate of the program may bring a second provider; then the
        // driver could not choose. One that is installed already stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let options = SslOpts::default();
        if self.mode != Mode::VerifyFull {
            return Ok(Some(
                options
                    .with_danger_accept_invalid_certs(true)
                    .with_danger_skip_domain_validation(true),
            ));
        }
        let roots = match &self.root_certificate {
            Some(path) => vec![path.clone().into()],
            None => {
                let found = rustls_native_certs::load_native_certs().certs;
                found.iter().map(|root| root.to_vec().into()).collect()
            }
        };
        if roots.is_empty() {
            return Err(OpenError::Tls {
                problem: "the system has no certificate authorities; name a file with sslrootcert",
            });
        }
        Ok(Some(
            options
                .with_root_certs(roots)
                .with_disable_built_in_roots(true),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_how_much_is_asked_for() {
        let check = |url, plain: &str, mode| {
            let (rest, tls) = of_url(url).unwrap();
            assert_eq!((rest.as_str(), tls.mode), (plain, mode), "{url}");
        };
        check("mysql://h/d", "mysql://h/d", Mode::Prefer);
        check("mysql://h/d?sslmode=disable", "mysql://h/d", Mode::Disable);
        check(
            "mysql://h/d?a=b&sslmode=require&c=d",
            "mysql://h/d?a=b&c=d",
            Mode::Require,
        );
        check(
            "mysql://h/d?sslmode=verify-full&sslrootcert=%2Fa%20b.pem",
            "mysql://h/d",
            Mode::VerifyFull,
        );
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (url, said) in [
            ("mysql://h/d?sslmode=yes", "sslmode is one of"),
            ("mysql://h/d?sslmode=verify-ca", "use verify-full"),
            ("mysql://h/d?sslrootcert=a.pem", "verify-full only"),
            ("mysql://h/d?require_ssl=true", "`require_ssl`"),
            (
                "mysql://h/d?sslmode=verify-full&sslrootcert=%2",
                "malformed",
            ),
        ] {
            let error = of_url(url).unwrap_err().to_string();
            assert!(error.contains(said), "{url}: {error}");
        }
    }

    #[test]
    fn only_a_preference_is_given_up_on_the_same_machine() {
        for (url, encrypts) in [
            ("mysql://h/d", false),
            ("mysql://h/d?sslmode=disable", false),
            ("mysql://h/d?sslmode=require", true),
        ] {
            let (_, tls) = of_url(url).unwrap();
            assert_eq!(tls.options(true).unwrap().is_some(), encrypts, "{url}");
        }
        let (_, tls) = of_url("mysql://h/d").unwrap();
        assert!(tls.options(false).unwrap().is_some());
    }
}
