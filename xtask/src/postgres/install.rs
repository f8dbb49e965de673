//! Installs PostgreSQL's server programs where that can be done unattended.

use anyhow::{Context as _, bail};

use super::programs::{OLDEST, OVERRIDE, Programs, Search};
use crate::private::packages::{self, Known};
use crate::process::Signals;
use crate::say;

/// Installs the server programs and returns them.
///
/// # Errors
///
/// With the command that a person has to run, where this one cannot.
pub(crate) fn install(signals: &Signals) -> anyhow::Result<Programs> {
    if !packages::has_apt() {
        bail!(
            "no PostgreSQL server programs ({OLDEST} or newer) on this machine\n\n\
             hint: {}, or set {OVERRIDE} to the directory that holds `postgres` and `initdb`",
            packages::advice(&KNOWN)
        );
    }
    packages::update_lists(&["postgresql"], signals)?;
    let offered = packages::offered("postgresql").as_deref().and_then(major);
    if let Some(major) = offered.filter(|major| *major < OLDEST) {
        bail!(
            "this system's packages offer PostgreSQL {major}, and {OLDEST} is the oldest supported\n\n\
             hint: add the PostgreSQL project's own package repository and install \
             `postgresql-{OLDEST}` or newer from it"
        );
    }
    say!("no PostgreSQL server programs here: installing the package `postgresql`");
    packages::install(&["postgresql"], signals)?;
    Search::of_this_machine().run()?.context(
        "the package `postgresql` is installed, but its server programs are nowhere to be found\n\n\
         hint: set DUALFUEL_POSTGRES_BIN to the directory that holds `postgres` and `initdb`",
    )
}

/// The PostgreSQL behind Debian's version-less package, `15+248+deb12u1`.
fn major(package: &str) -> Option<u32> {
    package.split('+').next()?.parse().ok()
}

const KNOWN: Known = Known {
    systems: &[
        ("fedora", "sudo dnf install postgresql-server"),
        (
            "rhel",
            "sudo dnf module enable postgresql:16 && sudo dnf install postgresql-server",
        ),
        ("suse", "sudo zypper install postgresql-server"),
        ("alpine", "sudo apk add postgresql"),
        ("arch", "sudo pacman -S postgresql"),
        ("nixos", "nix-shell -p postgresql"),
    ],
    mac: "brew install postgresql@18",
    otherwise: "install PostgreSQL's server package",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_states_the_major_version_first() {
        assert_eq!(major("15+248+deb12u1"), Some(15));
        assert_eq!(major("14+238"), Some(14));
        assert_eq!(major(""), None);
    }

    #[test]
    fn the_advice_fits_the_system() {
        let check = |release, mac, expected: &str| {
            let advice = KNOWN.advice(release, mac);
            assert!(advice.contains(expected), "{release:?}: {advice}");
        };
        check("NAME=Fedora\nID=fedora\n", false, "dnf install");
        check(
            "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
            false,
            "dnf",
        );
        check(
            "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n",
            false,
            "zypper",
        );
        check("ID=alpine\n", false, "apk");
        check("ID=plan9\n", false, "install PostgreSQL's server package");
        check("", true, "brew install");
    }
}
