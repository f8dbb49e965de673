//! Compares what a program carries with what a database has seen.
//!
//! [`plan`] is pure: a [`Ledger`] and a program's migrations go in, and each
//! version's [`State`] comes out. [`Plan::findings`] says what of that stands in
//! the way, and `Plan::steps` what a run would do about it. Reading the ledger
//! and doing what the plan says are for others.
//!
//! Diesel's table is the authority on what ran. Dualfuel's own row adds to it
//! only while both tell of the same run; where `diesel_cli` reverted or applied
//! a version since, the row is stale and says nothing.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::ledger::{Entry, EntryState, Ledger};
use crate::{Checksum, Engine, Finding, Migration, Migrations, ProgramVersion, Version};

/// What is known of one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
#[non_exhaustive]
pub enum State {
    /// Applied by Dualfuel, and unchanged since.
    Applied,
    /// Applied by another tool, as `diesel_cli`: there is no checksum, so
    /// whether the file changed since can't be told.
    Foreign {
        /// Whether a run has taken note of it already.
        baselined: bool,
    },
    /// To be applied.
    Pending,
    /// To be applied, though a newer version already is.
    Hole {
        /// The newest version that is applied.
        newest: Version,
    },
    /// Applied, and its `up.sql` says something else now.
    Edited {
        /// What was applied.
        applied: Checksum,
        /// What the program carries.
        on_disk: Checksum,
    },
    /// In the database, and not in this program.
    Unknown {
        /// The oldest program that may run on it; without one, none that
        /// doesn't carry it.
        compatible_with: Option<ProgramVersion>,
    },
    /// A version that can't run in a transaction stopped half-way.
    Interrupted {
        /// Whether it was being reverted.
        reverting: bool,
        /// How many of its statements are known to be done.
        statements_done: usize,
    },
}

/// One version of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The version.
    pub version: Version,
    /// Its name; empty where neither program nor ledger knows one.
    pub name: String,
    /// What is known of it.
    #[serde(flatten)]
    pub state: State,
}

/// Whether a run may apply a version older than one that is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// It may not: [`Finding::Hole`] stops the run. Branches that are merged
    /// leave such holes, and whether their versions commute is for a human.
    #[default]
    Strict,
    /// It may: holes are filled, oldest first.
    FillHoles,
}

/// Every version that the program or the database knows, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Plan {
    /// The versions.
    pub versions: Vec<Planned>,
}

/// Compares `migrations` with `ledger`. Reads and writes nothing.
#[must_use]
pub fn plan(engine: Engine, ledger: &Ledger, migrations: &Migrations) -> Plan {
    let carried = migrations.by_version(engine);
    let newest = ledger.diesel.keys().next_back();
    let known: BTreeSet<&Version> = carried
        .keys()
        .chain(ledger.diesel.keys())
        .chain(ledger.entries.keys())
        .collect();

    let state = |version: &Version| {
        let applied = ledger.diesel.contains_key(version);
        let entry = ledger.current_entry(version);
        Some(match (carried.get(version), applied) {
            (Some(migration), false) => match entry {
                Some(entry) => resumable(entry, migration),
                None => match newest {
                    Some(newest) if newest > version => State::Hole {
                        newest: newest.clone(),
                    },
                    _ => State::Pending,
                },
            },
            (Some(migration), true) => match entry {
                Some(entry) if entry.state == EntryState::Applied => {
                    edited(entry, migration).unwrap_or(State::Applied)
                }
                Some(entry) if entry.state == EntryState::Reverting => interrupted(entry),
                other => State::Foreign {
                    baselined: other.is_some(),
                },
            },
            (None, true) => State::Unknown {
                compatible_with: entry.and_then(|entry| entry.compatible_with.clone()),
            },
            (None, false) => State::Unknown {
                compatible_with: entry?.compatible_with.clone(),
            },
        })
    };
    let name = |version: &Version| {
        let carried = carried.get(version).map(|m| m.name().to_owned());
        let recorded = || ledger.entries.get(version).map(|entry| entry.name.clone());
        carried.or_else(recorded).unwrap_or_default()
    };
    let versions = known
        .into_iter()
        .filter_map(|version| {
            Some(Planned {
                version: version.clone(),
                name: name(version),
                state: state(version)?,
            })
        })
        .collect();
    Plan { versions }
}

/// A checksum of a kind not known here, or none, can't accuse anyone.
fn edited(entry: &Entry, migration: &Migration) -> Option<State> {
    let on_disk = migration.checksum();
    let applied = entry.checksum.filter(|applied| *applied != on_disk)?;
    Some(State::Edited { applied, on_disk })
}

/// The rest of a file can follow its beginning only while it is the same file.
/// On MariaDB only the beginning counts: the ledger has its checksum, and where
/// the rest failed it has to be corrected, as nothing was rolled back.
fn resumable(entry: &Entry, migration: &Migration) -> State {
    if migration.engine() == Engine::Mariadb {
        let sent = |more| {
            let statements = entry.statements_done + more;
            Checksum::of_first(Engine::Mariadb, migration.up(), statements)
        };
        // With the statement that was being sent, or without it.
        if [0, 1]
            .map(sent)
            .contains(&entry.checksum.unwrap_or(sent(0)))
        {
            return interrupted(entry);
        }
    }
    edited(entry, migration).unwrap_or_else(|| interrupted(entry))
}

fn interrupted(entry: &Entry) -> State {
    State::Interrupted {
        reverting: entry.state == EntryState::Reverting,
        statements_done: entry.statements_done,
    }
}

impl Plan {
    /// What stands in the way of a program at `program_version`, most serious
    /// first. [`Finding::Pending`] is among it: whoever may not migrate, such
    /// as a login that owns no table, can't start on it either.
    #[must_use]
    pub fn findings(&self, program_version: &ProgramVersion) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .versions
            .iter()
            .filter_map(|planned| finding(planned, program_version))
            .collect();
        findings.sort_by_key(Finding::rank);
        findings
    }

    /// The newest version that the database has, known or not.
    #[must_use]
    pub fn newest_applied(&self) -> Option<&Version> {
        self.versions
            .iter()
            .rev()
            .find(|planned| planned.state.is_applied())
            .map(|planned| &planned.version)
    }

    /// The versions that a run up to `target` carries out, oldest first, or
    /// what forbids the run.
    ///
    /// A version that was interrupted while it was applied forbids nothing: the
    /// run takes it up where it stopped.
    pub(crate) fn to_apply(
        &self,
        target: Option<&Version>,
        order: Order,
        program_version: &ProgramVersion,
    ) -> Result<Vec<&Version>, Finding> {
        let in_reach = |version: &Version| target.is_none_or(|target| version <= target);
        let forbids = |finding: &Finding| match finding {
            Finding::Edited { .. } | Finding::Newer { .. } => true,
            Finding::Interrupted { reverting, .. } => *reverting,
            Finding::Hole { version, .. } => order == Order::Strict && in_reach(version),
            Finding::Pending { .. } => false,
        };
        match self.findings(program_version).into_iter().find(forbids) {
            Some(finding) => Err(finding),
            None => Ok(self
                .versions
                .iter()
                .filter(|planned| planned.state.is_to_apply() && in_reach(&planned.version))
                .map(|planned| &planned.version)
                .collect()),
        }
    }

    /// A version that was interrupted while it was applied.
    pub(crate) fn half_applied(&self) -> Option<Finding> {
        self.findings(&ProgramVersion::UNKNOWN)
            .into_iter()
            .find(|finding| {
                matches!(
                    finding,
                    Finding::Interrupted {
                        reverting: false,
                        ..
                    }
                )
            })
    }

    /// The versions that only another tool has written down.
    pub(crate) fn to_baseline(&self) -> impl Iterator<Item = &Version> {
        self.versions
            .iter()
            .filter(|planned| planned.state == State::Foreign { baselined: false })
            .map(|planned| &planned.version)
    }
}

impl State {
    /// Whether the database has the version, wholly or, while it is being
    /// reverted, in part.
    #[must_use]
    pub fn is_applied(&self) -> bool {
        match self {
            State::Applied
            | State::Foreign { .. }
            | State::Edited { .. }
            | State::Unknown { .. } => true,
            State::Interrupted { reverting, .. } => *reverting,
            State::Pending | State::Hole { .. } => false,
        }
    }

    fn is_to_apply(&self) -> bool {
        match self {
            State::Pending | State::Hole { .. } => true,
            State::Interrupted { reverting, .. } => !reverting,
            _ => false,
        }
    }
}

fn finding(planned: &Planned, program_version: &ProgramVersion) -> Option<Finding> {
    let version = planned.version.clone();
    Some(match &planned.state {
        State::Edited { applied, on_disk } => Finding::Edited {
            version,
            applied: *applied,
            on_disk: *on_disk,
        },
        State::Unknown { compatible_with } => {
            if compatible_with
                .as_ref()
                .is_some_and(|oldest| oldest <= program_version)
            {
                return None;
            }
            Finding::Newer {
                version,
                program_version: program_version.clone(),
                compatible_with: compatible_with.clone(),
            }
        }
        State::Interrupted {
            reverting,
            statements_done,
        } => Finding::Interrupted {
            version,
            reverting: *reverting,
            statements_done: *statements_done,
        },
        State::Hole { newest } => Finding::Hole {
            version,
            newest: newest.clone(),
        },
        State::Pending => Finding::Pending { version },
        State::Applied | State::Foreign { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::test_support::entry;
    use crate::load::test_support::migrations;

    const VERSIONS: [&str; 3] = ["1", "2", "3"];

    /// What is applied and recorded of `2`, whose file is `SELECT 2`.
    #[derive(Debug, Clone, Copy)]
    enum Row {
        None,
        Entry(EntryState, &'static str),
    }

    fn ledger(diesel: &[&str], entries: &[(&str, Row)]) -> Ledger {
        Ledger {
            exists: Default::default(),
            diesel: diesel
                .iter()
                .map(|version| (Version::recorded(*version), "monday".to_owned()))
                .collect(),
            entries: entries
                .iter()
                .filter_map(|(version, row)| match *row {
                    Row::None => None,
                    Row::Entry(state, run_on) => {
                        let sql = format!("SELECT {version}");
                        let entry = entry(state, run_on, Checksum::of(Engine::Sqlite, &sql));
                        Some((Version::recorded(*version), entry))
                    }
                })
                .collect(),
        }
    }

    fn states(carried: &[&str], ledger: &Ledger) -> Vec<(String, State)> {
        plan(Engine::Sqlite, ledger, &migrations(carried))
            .versions
            .into_iter()
            .map(|planned| (planned.version.to_string(), planned.state))
            .collect()
    }

    fn check(carried: &[&str], ledger: &Ledger, expected: &[(&str, State)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(version, state)| ((*version).to_owned(), state.clone()))
            .collect();
        assert_eq!(states(carried, ledger), expected);
    }

    /// All of {carried, not} x {in Diesel's table, not} x {every row of ours}.
    #[test]
    fn what_one_version_can_be() {
        use EntryState::{Applied, Baselined, Reverting, Started};
        let interrupted = |reverting| State::Interrupted {
            reverting,
            statements_done: 1,
        };
        let unknown = |compatible_with: Option<&str>| State::Unknown {
            compatible_with: compatible_with.map(|text| text.parse().unwrap()),
        };
        let foreign = |baselined| State::Foreign { baselined };
        let own = |state| Row::Entry(state, "monday");
        let stale = |state| Row::Entry(state, "sunday");
        let taken = |from| Some(unknown(from));
        let named = Some("1.2");
        let pending = || Some(State::Pending);
        let seen_again = || Some(foreign(false));
        let half = |reverting| Some(interrupted(reverting));

        #[rustfmt::skip]
        let cases: [(Row, [Option<State>; 4]); 8] = [
            // row             carried+applied        carried       applied       neither
            (Row::None,        [seen_again(),         pending(),    taken(None),  None]),
            (own(Applied),     [Some(State::Applied), pending(),    taken(named), None]),
            (own(Baselined),   [Some(foreign(true)),  pending(),    taken(named), None]),
            (own(Reverting),   [half(true),           pending(),    taken(named), None]),
            (own(Started),     [seen_again(),         half(false),  taken(None),  taken(named)]),
            // `diesel_cli` reverted and applied since.
            (stale(Applied),   [seen_again(),         pending(),    taken(None),  None]),
            (stale(Baselined), [seen_again(),         pending(),    taken(None),  None]),
            (stale(Reverting), [seen_again(),         pending(),    taken(None),  None]),
        ];
        for (row, [both, carried_only, applied_only, neither]) in cases {
            for (carried, applied, expected) in [
                (&["2"][..], &["2"][..], both),
                (&["2"], &[], carried_only),
                (&[], &["2"], applied_only),
                (&[], &[], neither),
            ] {
                let seen = states(carried, &ledger(applied, &[("2", row)]));
                let expected: Vec<_> = expected.into_iter().map(|s| ("2".to_owned(), s)).collect();
                assert_eq!(
                    seen, expected,
                    "carried {carried:?}, applied {applied:?}, {row:?}"
                );
            }
        }
    }

    #[test]
    fn an_empty_database_has_everything_pending() {
        let pending: Vec<_> = VERSIONS.iter().map(|v| (*v, State::Pending)).collect();
        check(&VERSIONS, &ledger(&[], &[]), &pending);
    }

    #[test]
    fn a_version_below_an_applied_one_is_a_hole() {
        let hole = |newest| State::Hole {
            newest: Version::recorded(newest),
        };
        let foreign = State::Foreign { baselined: false };
        check(
            &VERSIONS,
            &ledger(&["2"], &[]),
            &[
                ("1", hole("2")),
                ("2", foreign.clone()),
                ("3", State::Pending),
            ],
        );
        // Under a version that only the database knows, too.
        let unknown = State::Unknown {
            compatible_with: None,
        };
        check(
            &["1", "2"],
            &ledger(&["1", "3"], &[]),
            &[("1", foreign), ("2", hole("3")), ("3", unknown)],
        );
    }

    #[test]
    fn an_edited_file_is_found_applied_or_half_applied() {
        for (applied, state) in [
            (&["2"][..], EntryState::Applied),
            (&[], EntryState::Started),
        ] {
            let mut ledger = ledger(applied, &[("2", Row::Entry(state, "monday"))]);
            let was = Checksum::of(Engine::Sqlite, "SELECT 22");
            ledger
                .entries
                .get_mut(&Version::recorded("2"))
                .unwrap()
                .checksum = Some(was);
            let on_disk = Checksum::of(Engine::Sqlite, "SELECT 2");
            let edited = State::Edited {
                applied: was,
                on_disk,
            };
            check(&["2"], &ledger, &[("2", edited)]);
        }
    }

    #[test]
    fn a_checksum_not_known_here_accuses_no_one() {
        let row = Row::Entry(EntryState::Applied, "monday");
        let mut ledger = ledger(&["2"], &[("2", row)]);
        ledger
            .entries
            .get_mut(&Version::recorded("2"))
            .unwrap()
            .checksum = None;
        check(&["2"], &ledger, &[("2", State::Applied)]);
    }

    fn run(
        carried: &[&str],
        ledger: &Ledger,
        target: Option<&str>,
        order: Order,
        program: &str,
    ) -> Result<Vec<String>, String> {
        let target = target.map(Version::recorded);
        plan(Engine::Sqlite, ledger, &migrations(carried))
            .to_apply(target.as_ref(), order, &program.parse().unwrap())
            .map(|versions| versions.iter().map(ToString::to_string).collect())
            .map_err(|finding| finding.to_string())
    }

    #[test]
    fn what_a_run_does() {
        let applied = Row::Entry(EntryState::Applied, "monday");
        let check = |ledger: &Ledger, target, order, expected: Result<&[&str], &str>| {
            let expected: Result<Vec<String>, String> = expected
                .map(|versions| versions.iter().map(ToString::to_string).collect())
                .map_err(str::to_owned);
            assert_eq!(run(&VERSIONS, ledger, target, order, "1.0"), expected);
        };
        let empty = ledger(&[], &[]);
        check(&empty, None, Order::Strict, Ok(&["1", "2", "3"]));
        check(&empty, Some("2"), Order::Strict, Ok(&["1", "2"]));
        let all = ledger(&VERSIONS, &[("1", applied), ("2", applied), ("3", applied)]);
        check(&all, None, Order::Strict, Ok(&[]));

        let hole = ledger(&["1", "3"], &[("1", applied), ("3", applied)]);
        let sentence = "migration 2 is not applied though the newer 3 is: give it a newer \
                        version, or allow filling holes (--allow-out-of-order)";
        check(&hole, None, Order::Strict, Err(sentence));
        check(&hole, Some("1"), Order::Strict, Ok(&[]));
        check(&hole, None, Order::FillHoles, Ok(&["2"]));

        let started = Row::Entry(EntryState::Started, "");
        let half = ledger(&["1"], &[("1", applied), ("2", started)]);
        check(&half, None, Order::Strict, Ok(&["2", "3"]));
        let reverting = Row::Entry(EntryState::Reverting, "monday");
        let half = ledger(&["1", "2"], &[("1", applied), ("2", reverting)]);
        let sentence = "migration 2 was interrupted while it was reverted, with 1 of its \
                        statements done: revert it again to finish";
        check(&half, None, Order::Strict, Err(sentence));
    }

    #[test]
    fn a_newer_database_is_for_programs_it_names() {
        // The row of `3` says compatible-with 1.2.
        let row = Row::Entry(EntryState::Applied, "monday");
        let declared = ledger(&["1", "3"], &[("1", row), ("3", row)]);
        let refused = |program: &str| run(&["1"], &declared, None, Order::Strict, program);
        assert_eq!(refused("1.2.0"), Ok(vec![]));
        assert_eq!(refused("2.0.0"), Ok(vec![]));
        assert_eq!(
            refused("1.1.9").unwrap_err(),
            "the database has version 3, which this program (1.1.9) does not know: \
             start release 1.2.0 or a newer one"
        );
        let undeclared = ledger(&["1", "3"], &[("1", row)]);
        assert_eq!(
            run(&["1"], &undeclared, None, Order::Strict, "9.0.0").unwrap_err(),
            "the database has version 3, which this program (9.0.0) does not know: \
             start the release that brought it, or a newer one"
        );
    }
}
