//! PostgreSQL's triggers, which do what a function says.
//!
//! One that assigns to the new row becomes what SQLite would write for it, an
//! UPDATE of the row after the change: that is how the model says it, and the
//! engines with a BEFORE trigger assign again (see `lower::touch`).

use super::{catalogue::Catalogue, misfit};
use crate::{
    Refusal,
    model::{BinaryOp, Expr, Function, Name, Trigger, TriggerEvent, TriggerFunction, TriggerTime},
    statement::{Statement, Update, UpdateOr},
};

impl Catalogue {
    /// A function that is there gets another body, and so do its triggers.
    pub(super) fn create_trigger_function(
        &mut self,
        name: &Name,
        set: Option<&[(Name, Expr)]>,
        when: Option<&Expr>,
    ) {
        let function = TriggerFunction {
            name: name.clone(),
            set: set.map(<[_]>::to_vec),
            when: when.cloned(),
        };
        let old = self.function(name).cloned();
        if old.as_ref() == Some(&function) {
            return;
        }
        // Where the old one asked something, what the trigger itself asks is
        // not told apart from that any more.
        let apart = old.as_ref().is_none_or(|old| old.when.is_none());
        let mut functions = self.schema.trigger_functions.iter_mut();
        match functions.find(|known| known.name == *name) {
            Some(known) => *known = function,
            None => self.schema.trigger_functions.push(function),
        }
        let mut triggers = std::mem::take(&mut self.schema.triggers);
        let calls = |trigger: &&mut Trigger| trigger.calls.as_ref() == Some(name);
        for trigger in triggers.iter_mut().filter(calls) {
            if trigger.body.take().is_some() {
                trigger.time = TriggerTime::Before;
            }
            if apart {
                *trigger = self.settled(trigger.clone());
            }
        }
        self.schema.triggers = triggers;
    }

    pub(super) fn drop_trigger_functions(
        &mut self,
        names: &[Name],
        cascade: bool,
    ) -> Result<(), Refusal> {
        for name in names {
            let calls = |trigger: &Trigger| trigger.calls.as_ref() == Some(name);
            if cascade && self.function(name).is_none() {
                return Err(Refusal::new(format!(
                    "what DROP FUNCTION `{name}` takes along with CASCADE is not known"
                )));
            }
            match self.schema.triggers.iter().find(|trigger| calls(trigger)) {
                Some(_) if cascade => self.schema.triggers.retain(|trigger| !calls(trigger)),
                Some(trigger) => {
                    let what = format!("the trigger `{}` calls `{name}`", trigger.name);
                    return Err(Refusal::new(what));
                }
                None => {}
            }
            let functions = &mut self.schema.trigger_functions;
            functions.retain(|function| function.name != *name);
        }
        Ok(())
    }

    fn function(&self, name: &Name) -> Option<&TriggerFunction> {
        let mut functions = self.schema.trigger_functions.iter();
        functions.find(|function| function.name == *name)
    }

    /// A trigger with what the function that it calls does, where that is to
    /// assign to the row that changes.
    pub(super) fn settled(&self, trigger: Trigger) -> Trigger {
        let assigns = trigger.time == TriggerTime::Before
            && trigger.event != TriggerEvent::Delete
            && trigger.body.is_none();
        let Some(name) = trigger.calls.as_ref().filter(|_| assigns) else {
            return trigger;
        };
        let diesel = || {
            name.is(crate::parse::DIESEL_UPDATED_AT)
                .then(diesel_updated_at)
        };
        let Some(function) = self.function(name).cloned().or_else(diesel) else {
            return trigger;
        };
        let (Some(set), Some(table)) = (function.set, self.schema.table(&trigger.table)) else {
            return trigger;
        };
        if !set.iter().all(|(column, _)| table.column(column).is_some()) {
            return trigger;
        }
        let Some(key) = &table.primary_key else {
            return trigger;
        };
        let named = key.columns.iter().map(|column| {
            let new = Expr::Column {
                table: Some(Name::from("new")),
                column: column.clone(),
            };
            Expr::binary(Expr::column(column.clone()), BinaryOp::Eq, new)
        });
        let row = named.reduce(|all, next| Expr::binary(all, BinaryOp::And, next));
        let update = Update {
            table: table.name.clone(),
            alias: None,
            set,
            from: Vec::new(),
            filter: row,
            or: UpdateOr::default(),
        };
        let both = trigger.when.iter().cloned().chain(function.when);
        Trigger {
            time: TriggerTime::After,
            when: both.reduce(|all, next| Expr::binary(all, BinaryOp::And, next)),
            body: Some(vec![Statement::Update(update)]),
            ..trigger
        }
    }

    /// What has to be there for a trigger.
    pub(super) fn home_of(&self, trigger: &Trigger) -> Result<(), Refusal> {
        let table = &trigger.table;
        if self.schema.table(table).is_none() && self.schema.view(table).is_none() {
            return Err(misfit::no_table(&self.schema, table));
        }
        Ok(())
    }
}

/// What Diesel's initial migration makes: `updated_at` is set unless the
/// UPDATE sets it.
fn diesel_updated_at() -> TriggerFunction {
    let row = |row: &str| Expr::Column {
        table: Some(Name::from(row)),
        column: Name::from("updated_at"),
    };
    TriggerFunction {
        name: Name::from(crate::parse::DIESEL_UPDATED_AT),
        set: Some(vec![(
            Name::from("updated_at"),
            Expr::call(Function::CurrentTimestamp, Vec::new()),
        )]),
        when: Some(Expr::binary(row("new"), BinaryOp::Is, row("old"))),
    }
}
