//! Names for what a source leaves without one, and names that fit.
//!
//! A name follows from the schema it stands in and from nothing else: not
//! from when its constraint was made. What PostgreSQL would have chosen is
//! chosen (`<table>_<columns>_key`), with a number where that is taken.

use std::collections::HashSet;

use crate::{Engine, model::Name};

/// Where a name has to be the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// In the database.
    Schema,
    /// Among the indexes of a table, by its place.
    Indexes(usize),
    /// Among the constraints of a table, by its place.
    Constraints(usize),
}

/// Something that wants a name.
pub(crate) struct Claim {
    /// The one it was given.
    pub(crate) given: Option<Name>,
    /// The one it would have otherwise.
    pub(crate) derived: String,
    /// Where no other may have it.
    pub(crate) scopes: Vec<Scope>,
}

/// A name for each claim: given ones go first, then the derived ones in order.
pub(crate) fn assign(engine: Engine, reserved: &[&Name], claims: &[Claim]) -> Vec<Name> {
    let mut taken: HashSet<(Scope, String)> = reserved
        .iter()
        .map(|name| (Scope::Schema, name.folded()))
        .collect();
    let mut names: Vec<Option<Name>> = claims.iter().map(|_| None).collect();
    for given in [true, false] {
        for (claim, name) in claims.iter().zip(&mut names) {
            if claim.given.is_some() == given {
                *name = Some(take(engine, claim, &mut taken));
            }
        }
    }
    names.into_iter().flatten().collect()
}

fn take(engine: Engine, claim: &Claim, taken: &mut HashSet<(Scope, String)>) -> Name {
    let wanted = match &claim.given {
        Some(name) => name.as_str(),
        None => &claim.derived,
    };
    let mut number = 0_usize;
    loop {
        let name = if number == 0 {
            fit(engine, wanted, "")
        } else {
            fit(engine, wanted, &number.to_string())
        };
        let folded = name.to_ascii_lowercase();
        if claim
            .scopes
            .iter()
            .all(|scope| !taken.contains(&(*scope, folded.clone())))
        {
            taken.extend(claim.scopes.iter().map(|scope| (*scope, folded.clone())));
            return Name::new(name);
        }
        number += 1;
    }
}

/// The longest name an engine takes, in bytes. MariaDB counts characters; the
/// same limit for both keeps a name the same on both.
fn limit(engine: Engine) -> Option<usize> {
    match engine {
        Engine::Sqlite => None,
        Engine::Postgres | Engine::Mariadb => Some(63),
    }
}

/// `name` and `suffix`, the name cut where both are too long together. What
/// was cut off leaves a hash, so that two long names stay two.
pub(crate) fn fit(engine: Engine, name: &str, suffix: &str) -> String {
    match limit(engine) {
        Some(limit) if name.len() + suffix.len() > limit => {
            let hash = format!("_{:08x}", fnv(name.as_bytes()));
            let mut end = limit.saturating_sub(hash.len() + suffix.len());
            while !name.is_char_boundary(end) {
                end -= 1;
            }
            let kept = name.get(..end).unwrap_or_default();
            format!("{kept}{hash}{suffix}")
        }
        _ => format!("{name}{suffix}"),
    }
}

/// FNV-1a: short, and the same for ever.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

/// Eight letters and digits for a text.
pub(crate) fn short_hash(text: &str) -> String {
    format!("{:08x}", fnv(text.as_bytes()))
}

/// `<table>_<columns>_<suffix>`.
pub(crate) fn derived(table: &Name, columns: &[Name], suffix: &str) -> String {
    let mut name = table.to_string();
    for column in columns {
        name.push('_');
        name.push_str(column.as_str());
    }
    format!("{name}_{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(given: Option<&str>, derived: &str) -> Claim {
        Claim {
            given: given.map(Name::from),
            derived: derived.into(),
            scopes: vec![Scope::Schema],
        }
    }

    #[test]
    fn a_given_name_goes_before_a_derived_one() {
        let names = assign(
            Engine::Postgres,
            &[&"t".into()],
            &[
                claim(None, "t_a_key"),
                claim(Some("t_a_key"), ""),
                claim(None, "t"),
            ],
        );
        assert_eq!(names, ["t_a_key1", "t_a_key", "t1"]);
    }

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let long = "a".repeat(70);
        let other = format!("{}b", "a".repeat(69));
        let (first, second) = (
            fit(Engine::Postgres, &long, ""),
            fit(Engine::Postgres, &other, ""),
        );
        assert_eq!(first.len(), 63);
        assert_ne!(first, second);
        assert_eq!(fit(Engine::Sqlite, &long, ""), long);
    }

    /// 'é' is two bytes, and the cut would fall between them.
    #[test]
    fn a_name_is_cut_between_characters() {
        let name = fit(Engine::Postgres, &"é".repeat(40), "");
        assert!(name.len() <= 63 && name.starts_with("éé"));
    }
}
