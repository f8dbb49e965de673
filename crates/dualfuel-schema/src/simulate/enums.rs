//! PostgreSQL's enum types. A column of one is text with a CHECK of its
//! labels, so what changes the type changes those CHECKs.

use super::{catalogue::Catalogue, misfit};
use crate::{
    Refusal,
    model::{Check, Column, EnumType, Expr, Literal, Name, Table},
};

impl Catalogue {
    pub(super) fn create_enum(&mut self, name: &Name, labels: &[String]) -> Result<(), Refusal> {
        if self.schema.enums.iter().any(|other| other.name == *name) {
            return Err(misfit::taken("type", name));
        }
        self.schema.enums.push(EnumType {
            name: name.clone(),
            labels: labels.to_vec(),
        });
        Ok(())
    }

    pub(super) fn add_label(
        &mut self,
        name: &Name,
        label: &str,
        if_not_exists: bool,
    ) -> Result<(), Refusal> {
        let kind = self.enum_mut(name)?;
        if kind.labels.iter().any(|other| other == label) {
            return if if_not_exists {
                Ok(())
            } else {
                let what = format!("`{name}` has the label '{label}' already");
                Err(Refusal::new(what))
            };
        }
        kind.labels.push(label.to_owned());
        self.check_labels(name);
        Ok(())
    }

    pub(super) fn rename_label(
        &mut self,
        name: &Name,
        from: &str,
        to: &str,
    ) -> Result<(), Refusal> {
        let kind = self.enum_mut(name)?;
        let Some(label) = kind.labels.iter_mut().find(|label| *label == from) else {
            return Err(Refusal::new(format!("`{name}` has no label '{from}'")));
        };
        to.clone_into(label);
        self.check_labels(name);
        Ok(())
    }

    pub(super) fn rename_type(&mut self, from: &Name, to: &Name) -> Result<(), Refusal> {
        self.enum_mut(from)?.name = to.clone();
        for column in self.schema.tables.iter_mut().flat_map(|t| &mut t.columns) {
            if column.enum_type.as_ref() == Some(from) {
                column.enum_type = Some(to.clone());
            }
        }
        Ok(())
    }

    pub(super) fn drop_types(&mut self, names: &[Name], if_exists: bool) -> Result<(), Refusal> {
        for name in names {
            if !self.schema.enums.iter().any(|other| other.name == *name) {
                if if_exists {
                    continue;
                }
                return Err(misfit::no_type(&self.schema, name));
            }
            let of_it = |column: &Column| column.enum_type.as_ref() == Some(name);
            if let Some(table) = self
                .schema
                .tables
                .iter()
                .find(|t| t.columns.iter().any(of_it))
            {
                let what = format!("`{}` has a column of the type `{name}`", table.name);
                return Err(Refusal::new(what));
            }
            self.schema.enums.retain(|other| other.name != *name);
        }
        Ok(())
    }

    /// The labels of a column's type; none where its type is no enum.
    ///
    /// # Errors
    ///
    /// There is no type of that name.
    pub(super) fn labels(&self, enum_type: Option<&Name>) -> Result<Option<&[String]>, Refusal> {
        let Some(name) = enum_type else {
            return Ok(None);
        };
        match self.schema.enums.iter().find(|other| other.name == *name) {
            Some(kind) => Ok(Some(&kind.labels)),
            None => Err(misfit::no_type(&self.schema, name)),
        }
    }

    fn enum_mut(&mut self, name: &Name) -> Result<&mut EnumType, Refusal> {
        let missing = misfit::no_type(&self.schema, name);
        let found = self.schema.enums.iter_mut().find(|kind| kind.name == *name);
        found.ok_or(missing)
    }

    /// Writes the CHECKs of all columns of a type anew.
    fn check_labels(&mut self, name: &Name) {
        let Some(kind) = self.schema.enums.iter().find(|kind| kind.name == *name) else {
            return;
        };
        for table in &mut self.schema.tables {
            let columns = table.columns.iter();
            let of_it = columns.filter(|column| column.enum_type.as_ref() == Some(name));
            let of_it: Vec<Name> = of_it.map(|column| column.name.clone()).collect();
            for column in of_it {
                set_labels(table, &column, Some(&kind.labels));
            }
        }
    }
}

/// Gives a column the CHECK of those labels, in place of the one it has, or
/// none at all.
pub(super) fn set_labels(table: &mut Table, column: &Name, labels: Option<&[String]>) {
    let place = table
        .checks
        .iter()
        .position(|check| is_check_of(check, column));
    let check = labels.map(|labels| Check {
        name: None,
        expr: Expr::InList {
            expr: Box::new(Expr::column(column.clone())),
            negated: false,
            list: labels.iter().map(Expr::text).collect(),
        },
    });
    match (place.and_then(|place| table.checks.get_mut(place)), check) {
        (Some(old), Some(check)) => *old = check,
        (None, Some(check)) => table.checks.push(check),
        (_, None) => {
            if let Some(place) = place {
                table.checks.remove(place);
            }
        }
    }
}

/// Whether it is a CHECK as [`set_labels`] makes it for that column.
pub(super) fn is_check_of(check: &Check, column: &Name) -> bool {
    let text = |expr: &Expr| matches!(expr, Expr::Literal(Literal::Text(_)));
    matches!(
        &check.expr,
        Expr::InList { expr, negated: false, list }
            if **expr == Expr::column(column.clone()) && list.iter().all(text)
    ) && check.name.is_none()
}
