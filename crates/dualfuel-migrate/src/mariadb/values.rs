//! MariaDB's messages without values of rows (`crate::said`).
//!
//! By error code: what a message of classes 22 and 23 holds besides names is
//! known of those listed, and of another only what stands before its first
//! quote is kept. Sessions hear English (`connection.rs`).

use std::borrow::Cow;

use crate::said::HIDDEN;

/// What the server said, without values.
pub(super) fn leave_out<'m>(code: u16, sqlstate: &str, message: &'m str) -> Cow<'m, str> {
    match code {
        // Names only. ER_BAD_NULL_ERROR, ER_NO_REFERENCED_ROW(_2),
        // ER_ROW_IS_REFERENCED(_2), ER_CONSTRAINT_FAILED, ER_DATA_TOO_LONG,
        // ER_WARN_DATA_OUT_OF_RANGE, HA_ERR_AUTOINC_ERANGE, ER_DIVISION_BY_ZERO,
        // ER_INVALID_USE_OF_NULL
        1048 | 1216 | 1217 | 1451 | 1452 | 4025 | 1406 | 1264 | 167 | 1365 | 1138 => {
            Cow::Borrowed(message)
        }
        // ER_DUP_ENTRY, ER_DUP_ENTRY_WITH_KEY_NAME
        1062 | 1586 => match message.rsplit_once("' for key '") {
            Some((_, key)) => Cow::Owned(format!("Duplicate entry {HIDDEN} for key '{key}")),
            None => before_quote(message),
        },
        // ER_TRUNCATED_WRONG_VALUE(_FOR_FIELD)
        1292 | 1366 => match message.rsplit_once("' for column ") {
            Some((_, column)) if is_column(column) => {
                Cow::Owned(format!("{} for column {column}", before_quote(message)))
            }
            _ => before_quote(message),
        },
        // ER_NO_PARTITION_FOR_GIVEN_VALUE
        1526 => Cow::Borrowed("Table has no partition for a value"),
        // ER_INVALID_CHARACTER_STRING, ER_WRONG_VALUE_FOR_TYPE: no class 22.
        1300 | 1411 => before_quote(message),
        _ if matches!(sqlstate.get(..2), Some("22" | "23")) => before_quote(message),
        _ => Cow::Borrowed(message),
    }
}

/// ``a`.`b`.`c` at row 1`, and no part of a value that says `for column` itself.
fn is_column(text: &str) -> bool {
    text.split_once(" at row ").is_some_and(|(name, row)| {
        let quoted = name.starts_with('`') && name.ends_with('`');
        quoted && row.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn before_quote(message: &str) -> Cow<'_, str> {
    match message.split_once('\'') {
        Some((before, _)) => Cow::Owned(format!("{before}{HIDDEN}")),
        None => Cow::Borrowed(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages are the server's own, of version 10.11.
    #[test]
    fn names_stay_and_values_do_not() {
        let check = |code, sqlstate, message, expected| {
            assert_eq!(leave_out(code, sqlstate, message), expected);
        };
        check(
            1062,
            "23000",
            "Duplicate entry 'sec' for key 'ret' for key 'k'",
            "Duplicate entry … for key 'k'",
        );
        check(
            1292,
            "22007",
            "Incorrect uuid value: 'sec'ret' for column `d`.`t`.`u` at row 1",
            "Incorrect uuid value: … for column `d`.`t`.`u` at row 1",
        );
        check(
            1292,
            "22007",
            "Truncated incorrect DOUBLE value: '' for column `secret` at row 1'",
            "Truncated incorrect DOUBLE value: …",
        );
        check(
            1411,
            "HY000",
            "Incorrect datetime value: 'secret' for function str_to_date",
            "Incorrect datetime value: …",
        );
        check(
            1690,
            "22003",
            "BIGINT value is out of range in '-9223372036854775807 - 4711'",
            "BIGINT value is out of range in …",
        );
        check(
            1526,
            "HY000",
            "Table has no partition for value 4711",
            "Table has no partition for a value",
        );
        let named = "CONSTRAINT `d.j` failed for `fd_m`.`d`";
        check(4025, "23000", named, named);
        let syntax = "You have an error in your SQL syntax; check the manual that corresponds to \
                      your MariaDB server version for the right syntax to use near 'moar' at line 3";
        check(1064, "42000", syntax, syntax);
        let raised = "a book's author is missing";
        check(1644, "45000", raised, raised);
    }
}
