//! Installs MariaDB's server programs where that can be done unattended.
//!
//! Debian has the programs in packages of their own. `mariadb-server` on top of
//! them makes an account, a database and a service for the whole machine, and
//! starts it; none of that is wanted, so it is not installed.

use anyhow::{Context as _, bail};

use super::programs::{OLDEST, OVERRIDE, Programs, Search, Version};
use crate::private::packages::{self, Known};
use crate::process::Signals;
use crate::say;

/// The server, and a program that its installer runs.
const PACKAGES: [&str; 2] = ["mariadb-server-core", "mariadb-client-core"];

/// Installs the server programs and returns them.
///
/// # Errors
///
/// With the command that a person has to run, where this one cannot.
pub(crate) fn install(signals: &Signals) -> anyhow::Result<Programs> {
    if !packages::has_apt() {
        bail!(
            "no MariaDB server programs ({OLDEST} or newer) on this machine\n\n\
             hint: {}, or set {OVERRIDE} to the directory that holds `mariadbd`",
            packages::advice(&KNOWN)
        );
    }
    packages::update_lists(&PACKAGES, signals)?;
    let offered = packages::offered(PACKAGES[0]).as_deref().and_then(version);
    if let Some(version) = offered.filter(|version| *version < OLDEST) {
        bail!(
            "this system's packages offer MariaDB {version}, and {OLDEST} is the oldest supported\n\n\
             hint: add the MariaDB project's own package repository and install \
             `mariadb-server-core` from it"
        );
    }
    say!(
        "no MariaDB server programs here: installing the packages {}",
        PACKAGES.join(" and ")
    );
    packages::install(&PACKAGES, signals)?;
    Search::of_this_machine().run()?.context(
        "MariaDB's packages are installed, but its server programs are nowhere to be found\n\n\
         hint: set DUALFUEL_MARIADB_BIN to the directory that holds `mariadbd`",
    )
}

/// The MariaDB in Debian's package, `1:10.11.14-0+deb12u2`.
fn version(package: &str) -> Option<Version> {
    let number = package
        .split_once(':')
        .map_or(package, |(_, number)| number);
    let mut numbers = number.split(['.', '-']).map(str::parse);
    Some(Version {
        major: numbers.next()?.ok()?,
        minor: numbers.next()?.ok()?,
    })
}

const KNOWN: Known = Known {
    systems: &[
        ("fedora", "sudo dnf install mariadb-server"),
        (
            "rhel",
            "sudo dnf module enable mariadb:10.11 && sudo dnf install mariadb-server",
        ),
        ("suse", "sudo zypper install mariadb"),
        ("alpine", "sudo apk add mariadb mariadb-client"),
        ("arch", "sudo pacman -S mariadb"),
        ("nixos", "nix-shell -p mariadb"),
    ],
    mac: "brew install mariadb",
    otherwise: "install MariaDB's server package",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_puts_an_epoch_before_the_version() {
        let check = |package, expected: Option<(u32, u32)>| {
            let expected = expected.map(|(major, minor)| Version { major, minor });
            assert_eq!(version(package), expected, "{package}");
        };
        check("1:10.11.14-0+deb12u2", Some((10, 11)));
        check("10.6.22-0ubuntu0.22.04.1", Some((10, 6)));
        check("", None);
    }

    #[test]
    fn the_advice_fits_the_system() {
        assert!(KNOWN.advice("ID=fedora\n", false).contains("dnf"));
        assert!(KNOWN.advice("", true).contains("brew"));
    }
}
