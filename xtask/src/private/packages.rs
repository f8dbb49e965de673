//! Installs packages where that can be done unattended.
//!
//! That is Debian and its kin, as root or with a `sudo` that asks nothing.
//! Elsewhere the error says which package to install: to guess at a foreign
//! package manager's prompts would be worse than one line to copy.
//!
//! Debian's PostgreSQL makes a cluster for the whole machine and starts it. Only
//! the programs are wanted, so an installation runs with that switched off, and
//! puts the switch back after.

use std::path::Path;
use std::process::Command;

use anyhow::{bail, ensure};

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

/// Installs packages, and what they depend on.
///
/// # Errors
///
/// With the command that a person has to run, where this one cannot.
pub(crate) fn install(packages: &[&str], signals: &Signals) -> anyhow::Result<()> {
    let root = Root::find(&packages.join(" "))?;
    root.install(packages, signals)
}

/// Brings the lists of what is offered up to date.
pub(crate) fn update_lists(wanted: &[&str], signals: &Signals) -> anyhow::Result<()> {
    update(&Root::find(&wanted.join(" "))?, signals)
}

/// The version of a package that this system offers.
pub(crate) fn offered(package: &str) -> Option<String> {
    let shown = output(Command::new("apt-cache").args(["show", "--no-all-versions", package]))?;
    let version = shown
        .lines()
        .find_map(|line| line.strip_prefix("Version: "))?;
    Some(version.to_owned())
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

pub(crate) fn has_apt() -> bool {
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

/// What a person does on this system to get a server; `known` has the advice for
/// systems by their names in `/etc/os-release`.
pub(crate) fn advice(known: &Known) -> &'static str {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    known.advice(&release, Path::new("/System/Library").exists())
}

/// How people install a server.
pub(crate) struct Known {
    pub(crate) systems: &'static [(&'static str, &'static str)],
    pub(crate) mac: &'static str,
    pub(crate) otherwise: &'static str,
}

impl Known {
    pub(crate) fn advice(&self, os_release: &str, mac: bool) -> &'static str {
        if mac {
            return self.mac;
        }
        let ids: Vec<_> = os_release
            .lines()
            .filter_map(|line| {
                line.strip_prefix("ID=")
                    .or_else(|| line.strip_prefix("ID_LIKE="))
            })
            .flat_map(|ids| ids.trim_matches('"').split(' '))
            .collect();
        self.systems
            .iter()
            .find(|(id, _)| ids.contains(id))
            .map_or(self.otherwise, |(_, advice)| advice)
    }
}
