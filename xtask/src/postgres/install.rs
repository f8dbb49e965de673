//! Installs PostgreSQL's server programs where that can be done unattended.
//!
//! That is Debian and its kin, as root or with a `sudo` that asks nothing.
//! Elsewhere the error says which package to install: to guess at a foreign
//! package manager's prompts would be worse than one line to copy.
//!
//! Debian's package makes a cluster for the whole machine and starts it. Only
//! the programs are wanted, so the installation runs with that switched off,
//! and puts the switch back after.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use super::programs::{OLDEST, OVERRIDE, Programs, Search};
use crate::process::{self, Signals, output};
use crate::say;

/// Run by root with the packages as arguments.
const APT_INSTALL: &str = r#"
set -eu
switch=/etc/postgresql-common/createcluster.d/dualfuel-xtask.conf
mkdir -p "${switch%/*}"
trap 'rm -f "$switch"' EXIT
trap 'exit 130' HUP INT TERM
echo 'create_main_cluster = false' > "$switch"
export DEBIAN_FRONTEND=noninteractive
apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@" >&2
"#;

/// Installs the server programs and returns them.
///
/// # Errors
///
/// With the command that a person has to run, where this one cannot.
pub(crate) fn install(signals: &Signals) -> anyhow::Result<Programs> {
    if !has_apt() {
        bail!(
            "no PostgreSQL server programs ({OLDEST} or newer) on this machine\n\n\
             hint: {}, or set {OVERRIDE} to the directory that holds `postgres` and `initdb`",
            by_hand()
        );
    }
    let root = Root::find("postgresql")?;
    update(&root, signals)?;
    let offered =
        output(Command::new("apt-cache").args(["show", "--no-all-versions", "postgresql"]))
            .as_deref()
            .and_then(offered_major);
    if let Some(major) = offered.filter(|major| *major < OLDEST) {
        bail!(
            "this system's packages offer PostgreSQL {major}, and {OLDEST} is the oldest supported\n\n\
             hint: add the PostgreSQL project's own package repository and install \
             `postgresql-{OLDEST}` or newer from it"
        );
    }
    say!("no PostgreSQL server programs here: installing the package `postgresql`");
    root.install(&["postgresql"], signals)?;
    Search::of_this_machine().run()?.context(
        "the package `postgresql` is installed, but its server programs are nowhere to be found\n\n\
         hint: set DUALFUEL_POSTGRES_BIN to the directory that holds `postgres` and `initdb`",
    )
}

/// Installs a package that a build needs, `purpose` says what for.
pub(crate) fn package(name: &str, purpose: &str, signals: &Signals) -> anyhow::Result<()> {
    ensure!(
        has_apt(),
        "{purpose} needs what Debian calls `{name}`\n\n\
         hint: install your system's package of it, and run this again"
    );
    let root = Root::find(name)?;
    say!("{purpose} needs the package `{name}`: installing it");
    update(&root, signals)?;
    root.install(&[name], signals)
}

fn has_apt() -> bool {
    output(Command::new("apt-get").arg("--version")).is_some()
}

fn update(root: &Root, signals: &Signals) -> anyhow::Result<()> {
    let script = "apt-get -q -o DPkg::Lock::Timeout=120 update >&2";
    // One broken repository of many fails the whole update, and the package
    // wanted may come from another: the installation decides.
    if process::run(&mut root.shell(script), signals)?.success() {
        return Ok(());
    }
    say!("`apt-get update` failed; going on with the package lists that are here");
    Ok(())
}

/// The way to root's rights.
enum Root {
    Already,
    Sudo,
}

impl Root {
    fn find(package: &str) -> anyhow::Result<Self> {
        if rustix::process::geteuid().is_root() {
            return Ok(Self::Already);
        }
        if output(Command::new("sudo").args(["-n", "true"])).is_some() {
            return Ok(Self::Sudo);
        }
        bail!(
            "the package `{package}` is missing, and installing it takes root's rights, which this \
             user has not without a password\n\n\
             hint: sudo apt-get install {package}"
        )
    }

    fn shell(&self, script: &str) -> Command {
        let mut command = match self {
            Self::Already => Command::new("sh"),
            Self::Sudo => {
                let mut sudo = Command::new("sudo");
                sudo.args(["-n", "sh"]);
                sudo
            }
        };
        command.args(["-c", script, "sh"]);
        command
    }

    fn install(&self, packages: &[&str], signals: &Signals) -> anyhow::Result<()> {
        let status = process::run(self.shell(APT_INSTALL).args(packages), signals)?;
        let packages = packages.join(" ");
        ensure!(
            status.success(),
            "installing {packages} failed; what apt-get said is above\n\n\
             hint: sudo apt-get install {packages}"
        );
        Ok(())
    }
}

/// The PostgreSQL behind Debian's version-less package: `Version: 15+248+deb12u1`.
fn offered_major(show: &str) -> Option<u32> {
    let version = show
        .lines()
        .find_map(|line| line.strip_prefix("Version: "))?;
    version.split('+').next()?.parse().ok()
}

/// What a person does on this system to get PostgreSQL.
fn by_hand() -> &'static str {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    advice(&release, Path::new("/System/Library").exists())
}

fn advice(os_release: &str, mac: bool) -> &'static str {
    const KNOWN: &[(&str, &str)] = &[
        ("fedora", "sudo dnf install postgresql-server"),
        (
            "rhel",
            "sudo dnf module enable postgresql:16 && sudo dnf install postgresql-server",
        ),
        ("suse", "sudo zypper install postgresql-server"),
        ("alpine", "sudo apk add postgresql"),
        ("arch", "sudo pacman -S postgresql"),
        ("nixos", "nix-shell -p postgresql"),
    ];
    if mac {
        return "brew install postgresql@18";
    }
    let ids: Vec<_> = os_release
        .lines()
        .filter_map(|line| {
            line.strip_prefix("ID=")
                .or_else(|| line.strip_prefix("ID_LIKE="))
        })
        .flat_map(|ids| ids.trim_matches('"').split(' '))
        .collect();
    KNOWN
        .iter()
        .find(|(id, _)| ids.contains(id))
        .map_or("install PostgreSQL's server package", |(_, advice)| advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_states_the_major_version_first() {
        let show = "Package: postgresql\nVersion: 15+248+deb12u1\nPriority: optional\n";
        assert_eq!(offered_major(show), Some(15));
        assert_eq!(offered_major("Version: 14+238\n"), Some(14));
        assert_eq!(
            offered_major("N: Unable to locate package postgresql\n"),
            None
        );
    }

    #[test]
    fn the_advice_fits_the_system() {
        let check = |release, mac, expected: &str| {
            let advice = advice(release, mac);
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
