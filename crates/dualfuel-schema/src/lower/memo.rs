//! What was made of a schema, for the next who asks.
//!
//! The schema after one step is the one before the next, and a migration's
//! way back meets all of them again. What an engine makes of a whole schema
//! takes the most time of rendering, so it is made once.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use super::{delta::Object, mariadb::Natives};
use crate::model::Schema;

/// How many schemas are remembered: those of most migrations, and of a dump
/// with hundreds of statements not more than memory bears.
const REMEMBERED: usize = 32;

/// What was made of the last schemas. A schema is known by where it lies, so
/// it has to outlive this.
pub(super) struct Memo<'s, T> {
    known: RefCell<VecDeque<(&'s Schema, Rc<T>)>>,
}

impl<'s, T> Memo<'s, T> {
    pub(super) fn get(&self, schema: &'s Schema, make: impl FnOnce(&'s Schema) -> T) -> Rc<T> {
        let known = self.known.borrow();
        let found = known.iter().find(|(of, _)| std::ptr::eq(*of, schema));
        if let Some((_, made)) = found {
            return Rc::clone(made);
        }
        drop(known);
        let made = Rc::new(make(schema));
        let mut known = self.known.borrow_mut();
        if known.len() == REMEMBERED {
            known.pop_front();
        }
        known.push_back((schema, Rc::clone(&made)));
        made
    }
}

impl<T> Default for Memo<'_, T> {
    fn default() -> Self {
        Self {
            known: RefCell::default(),
        }
    }
}

/// What one engine makes of the schemas of a migration.
#[derive(Default)]
pub(super) struct Known<'s> {
    /// Constraints and indexes, table by table.
    pub(super) objects: Memo<'s, Vec<Vec<Object>>>,
    /// MariaDB's types, which follow from keys too.
    pub(super) natives: Memo<'s, Natives>,
}
