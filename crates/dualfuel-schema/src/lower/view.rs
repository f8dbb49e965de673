//! Views: the one object whose definition all engines spell alike.

use super::expr;
use crate::{
    Engine, Refusal,
    model::{Schema, View},
};

/// `CREATE VIEW`, which all engines spell alike.
///
/// # Errors
///
/// A [`Refusal`] for a view whose query was not read, or can't be said there.
pub(super) fn create_view(engine: Engine, schema: &Schema, view: &View) -> Result<String, Refusal> {
    let Some(query) = &view.query else {
        return Err(Refusal::new(format!(
            "the query of the view `{}` could not be read",
            view.name
        )));
    };
    let columns: Vec<String> = view
        .columns
        .iter()
        .map(|name| expr::quote(engine, name))
        .collect();
    let columns = if columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", columns.join(", "))
    };
    let query = expr::query(engine, schema, query)?;
    Ok(format!(
        "CREATE VIEW {}{columns} AS {query}",
        expr::quote(engine, &view.name)
    ))
}
