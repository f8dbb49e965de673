//! Whose processes the server's are.
//!
//! PostgreSQL refuses to run as root and MariaDB advises against it, as an
//! attacker who takes over the server would own the machine. Root's runs
//! (containers, CI) therefore hand the server to the account that its package
//! made, or to `nobody`.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// An account to run the server as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// What most systems number `nobody`; for accounts kept out of `/etc/passwd`.
const NOBODY: Account = Account {
    uid: 65534,
    gid: 65534,
};

impl Account {
    /// The account to change to, best one of this `name`; `None` when the
    /// present one will do.
    pub(crate) fn for_server(name: &str) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let found = named(name, &passwd).or_else(|| named("nobody", &passwd));
        Some(found.unwrap_or(NOBODY))
    }

    /// Makes `command` run as this account.
    pub(crate) fn apply(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives it a file or directory.
    pub(crate) fn own(self, path: &Path) -> std::io::Result<()> {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
    }
}

fn named(name: &str, passwd: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        // An account that is root under another name would be refused too.
        (uid != 0).then_some(Account { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_read_from_passwd() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\n\
                      postgresql:x:9:9::/:/bin/sh\n\
                      postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(
            named("postgres", passwd),
            Some(Account { uid: 101, gid: 104 })
        );
        assert_eq!(named("nobody", passwd), None);
        assert_eq!(named("root", passwd), None);
        assert_eq!(named("postgres", "postgres:x:broken"), None);
    }
}
