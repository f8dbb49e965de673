//! Finds one rebuild, and puts it in place of its statements.

use std::ops::Range;

use super::{
    Act, Does, Rebuild,
    image::Image,
    respell::respell,
    watch::{Life, Role, watch},
};
use crate::{
    model::{Name, Schema, Table},
    simulate::catalogue::Catalogue,
};

/// The acts with one rebuild found among them.
pub(super) struct Found {
    pub(super) acts: Vec<Act>,
    /// Where the new table is made: which rebuild this is.
    pub(super) made: Range<usize>,
}

/// The first rebuild, leaving out those whose new table is made at `refused`.
pub(super) fn first(
    catalogue: &Catalogue,
    acts: &[Act],
    refused: &[Range<usize>],
) -> Option<Found> {
    let lives = watch(catalogue, acts)?;
    lives.iter().enumerate().find_map(|(id, life)| {
        let made = acts.get(life.made?)?.span.clone();
        if refused.contains(&made) {
            return None;
        }
        let plan = Plan::of(&lives, id)?;
        let acts = plan.carry_out(catalogue, acts)?;
        Some(Found { acts, made })
    })
}

/// Which acts are the rebuild.
struct Plan<'a> {
    lives: &'a [Life],
    /// The old table, and the new.
    old: usize,
    new: usize,
    /// The table that rows were kept in meanwhile.
    backup: Option<usize>,
    /// The name that both have.
    name: Name,
    image: Image,
    /// The act that copied the rows out of the old table: from here on, what
    /// is done to it is lost.
    copied: usize,
    /// The act that ends the old rows: here the rebuild is put.
    place: usize,
    /// The acts that it stands for, in order.
    stands_for: Vec<usize>,
    /// The act that gave the new table that name.
    named: usize,
    /// What the old table was called when it was dropped.
    away: Option<Name>,
    /// The act that renamed it away.
    left: Option<usize>,
}

impl<'a> Plan<'a> {
    fn of(lives: &'a [Life], new: usize) -> Option<Self> {
        let (_, from, _) = lives.get(new)?.image.as_ref()?;
        Self::between(lives, *from, new, None).or_else(|| {
            let (_, old, _) = lives.get(*from)?.image.as_ref()?;
            Self::between(lives, *old, new, Some(*from))
        })
    }

    fn between(lives: &'a [Life], old: usize, new: usize, backup: Option<usize>) -> Option<Self> {
        let (before, after) = (lives.get(old)?, lives.get(new)?);
        let (filled, _, image) = after.image.as_ref()?;
        let dropped = before.dropped?;
        let mut stands_for = vec![after.made?, *filled, dropped];
        let (mut image, mut copied) = (image.clone(), *filled);
        if let Some(kept) = backup.map(|id| lives.get(id)) {
            let kept = kept?;
            let (saved, _, saving) = kept.image.as_ref()?;
            image = image.through(saving)?;
            copied = *saved;
            let own = [kept.made?, *saved, *filled, kept.dropped?];
            if kept.roles.iter().any(|(at, _)| !own.contains(at)) {
                return None;
            }
            stands_for.extend(own);
        }
        // The new table has, in the end, a name that the old one had.
        let (named, name) = after.names().find(|(_, name)| {
            before.name_at(dropped) == Some(*name)
                || before.renames().any(|(_, from, _)| from == *name)
        })?;
        let renamed_away = before.renames().skip_while(|(_, from, _)| *from != name);
        let renamed_away: Vec<usize> = renamed_away.map(|(at, ..)| at).collect();
        let named = named?;
        let renamed_to = after.renames().map(|(at, ..)| at);
        let renamed_to: Vec<usize> = renamed_to.filter(|at| *at <= named).collect();
        // Each by a statement that does nothing else.
        let only = |life: &Life, at: &usize, role: Role| {
            let mut others = lives.iter().flat_map(|other| other.roles_in(*at));
            life.roles_in(*at).eq([role]) && others.all(|other| other != Role::Dropped)
        };
        if !renamed_to.iter().all(|at| only(after, at, Role::Renamed))
            || !renamed_away
                .iter()
                .all(|at| only(before, at, Role::Renamed))
            || lives
                .iter()
                .filter(|life| life.dropped == Some(dropped))
                .count()
                > 1
        {
            return None;
        }
        stands_for.extend(renamed_to);
        stands_for.extend(&renamed_away);
        stands_for.sort_unstable();
        stands_for.dedup();
        let left = renamed_away.first().copied();
        let away = before
            .name_at(dropped)
            .filter(|away| *away != name)
            .cloned();
        Some(Self {
            lives,
            old,
            new,
            backup,
            name: name.clone(),
            image,
            copied,
            place: dropped.max(*filled),
            stands_for,
            named,
            away,
            left,
        })
    }

    fn carry_out(&self, catalogue: &Catalogue, acts: &[Act]) -> Option<Vec<Act>> {
        let (rebuild, away) = self.rebuild(catalogue, acts)?;
        let mut rebuild = Some(Act {
            span: self.span(acts)?,
            annotations: self.annotations(acts),
            does: Does::Rebuild(Box::new(Rebuild {
                dangling: away,
                ..rebuild
            })),
        });
        let mut made = Vec::with_capacity(acts.len());
        let mut delayed: Vec<(usize, Act)> = Vec::new();
        for (at, act) in acts.iter().enumerate() {
            if !self.stands_for.contains(&at) {
                let mut act = act.clone();
                for life in [self.old, self.new] {
                    if let Some(name) = self.interim_name(life, at) {
                        respell(&mut act, name, &self.name);
                    }
                }
                match self.order(at)? {
                    Order::Stays => {
                        if at < self.place
                            && delayed.iter().any(|(earlier, _)| self.meet(*earlier, at))
                        {
                            return None;
                        }
                        made.push(act);
                    }
                    Order::Waits => delayed.push((at, act)),
                    Order::IsInside => {}
                }
            }
            if at == self.place {
                made.extend(rebuild.take());
                made.extend(delayed.drain(..).map(|(_, act)| act));
            }
        }
        Some(made)
    }

    /// What an act of the meantime calls one of the two tables, where that is
    /// not the name that it has before or after.
    fn interim_name(&self, life: usize, at: usize) -> Option<&Name> {
        let table = self.lives.get(life)?;
        let meantime = if life == self.old {
            self.left.is_some_and(|left| left < at) && table.dropped? > at
        } else {
            table.made? < at && at < self.named.max(self.place)
        };
        table
            .name_at(at)
            .filter(|_| meantime && self.has_to_do(life, at))
    }

    /// Where an act goes that is not the rebuild's own. None: there is no
    /// place where it would do what it does.
    fn order(&self, at: usize) -> Option<Order> {
        if self.backup.is_some_and(|backup| self.has_to_do(backup, at)) {
            return None;
        }
        if at > self.place {
            return Some(Order::Stays);
        }
        let roles = |life: usize| {
            let life = self.lives.get(life);
            life.into_iter()
                .flat_map(move |life| life.roles_in(at))
                .collect::<Vec<Role>>()
        };
        let (old, new) = (roles(self.old), roles(self.new));
        let filled = self.filled()?;
        let of_new = new
            .iter()
            .try_fold(Order::Stays, |order, role| match role {
                Role::Parent => Some(order),
                Role::Indexed => Some(Order::IsInside),
                Role::Extended => Some(Order::IsInside),
                Role::Altered | Role::Stripped if at < filled => Some(Order::IsInside),
                Role::Watched | Role::Read | Role::Written => Some(Order::Waits),
                _ => None,
            })?;
        if !new.is_empty() && !old.is_empty() {
            return None;
        }
        let lost = |role: &Role| match role {
            Role::Read | Role::Parent | Role::Stripped => false,
            Role::Made | Role::Renamed => at > self.copied,
            Role::Written | Role::Altered | Role::Extended | Role::Indexed | Role::Watched => {
                at > self.copied
            }
            Role::Dropped => true,
        };
        (!old.iter().any(lost)).then_some(of_new)
    }

    fn filled(&self) -> Option<usize> {
        let image = self.lives.get(self.new)?.image.as_ref()?;
        Some(image.0)
    }

    fn has_to_do(&self, life: usize, at: usize) -> bool {
        let life = self.lives.get(life);
        life.is_some_and(|life| life.roles_in(at).next().is_some())
    }

    /// Whether two acts may not change places.
    fn meet(&self, one: usize, other: usize) -> bool {
        let harmless = |role: Role| matches!(role, Role::Read | Role::Parent);
        self.lives.iter().any(|life| {
            let first: Vec<Role> = life.roles_in(one).collect();
            let second: Vec<Role> = life.roles_in(other).collect();
            !first.is_empty()
                && !second.is_empty()
                && !(first.iter().chain(&second).all(|role| harmless(*role)))
        })
    }

    /// What the table becomes, and what its references come to be called.
    fn rebuild(&self, catalogue: &Catalogue, acts: &[Act]) -> Option<(Rebuild, Option<Name>)> {
        let mut catalogue = catalogue.clone();
        let mut old: Option<Table> = None;
        let mut legacy = false;
        for (at, act) in acts.iter().enumerate().take(self.place + 1) {
            if at == self.copied {
                let name = self.lives.get(self.old)?.name_at(at)?;
                old = catalogue.schema.table(name).cloned();
            }
            if self.stands_for.contains(&at) {
                legacy |= catalogue.rename_is_legacy().0;
            }
            catalogue.act(act).ok()?;
        }
        let old = old?;
        let interim = self.lives.get(self.new)?.name_at(self.place + 1)?;
        let table = named(catalogue.schema.table(interim)?, interim, &self.name)?;
        let changes = self.image.changes(&old, &table)?;
        let rebuild = Rebuild {
            table,
            columns: changes.columns,
            values: changes.values,
            filter: self.image.filter.clone(),
            dangling: None,
        };
        Some((rebuild, self.away.clone().filter(|_| !legacy)))
    }

    fn span(&self, acts: &[Act]) -> Option<Range<usize>> {
        let spans = || {
            self.stands_for
                .iter()
                .filter_map(|at| acts.get(*at))
                .map(|act| &act.span)
        };
        let start = spans().map(|span| span.start).min()?;
        let end = spans().map(|span| span.end).max()?;
        Some(start..end)
    }

    fn annotations(&self, acts: &[Act]) -> Vec<String> {
        let own = self.stands_for.iter().filter_map(|at| acts.get(*at));
        own.flat_map(|act| act.annotations.iter().cloned())
            .collect()
    }
}

/// Where an act goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Where it is.
    Stays,
    /// Behind the rebuild.
    Waits,
    /// Nowhere: the new table's form has it already.
    IsInside,
}

/// The table under the name that it ends up with.
fn named(table: &Table, from: &Name, to: &Name) -> Option<Table> {
    let mut alone = Schema::default();
    alone.tables.push(table.clone());
    alone.rename_table(from, to);
    alone.tables.pop()
}
