//! What a database said, without values of rows.
//!
//! A run's errors end up in logs and tickets, where no one's address or token
//! belongs. Engines quote values in some messages (`invalid input syntax for
//! type uuid: "secret"`), and which is each engine's matter: `values.rs` in its
//! directory knows. Names of tables, columns and constraints stay, as does what
//! a file itself says: of a syntax error, of a message that it raises.

use diesel::result::{DatabaseErrorInformation, Error};

/// Stands for a value.
pub(crate) const HIDDEN: &str = "…";

/// Says `message` in place of what the failure says.
pub(crate) fn instead(failure: Error, message: String) -> Error {
    let Error::DatabaseError(kind, said) = failure else {
        return failure;
    };
    Error::DatabaseError(kind, Box::new(Said { message, said }))
}

struct Said {
    message: String,
    said: Box<dyn DatabaseErrorInformation + Send + Sync>,
}

impl DatabaseErrorInformation for Said {
    fn message(&self) -> &str {
        &self.message
    }

    fn details(&self) -> Option<&str> {
        self.said.details()
    }

    fn hint(&self) -> Option<&str> {
        self.said.hint()
    }

    fn table_name(&self) -> Option<&str> {
        self.said.table_name()
    }

    fn column_name(&self) -> Option<&str> {
        self.said.column_name()
    }

    fn constraint_name(&self) -> Option<&str> {
        self.said.constraint_name()
    }

    fn statement_position(&self) -> Option<i32> {
        self.said.statement_position()
    }
}
