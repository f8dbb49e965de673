//! ALTER TABLE on SQLite.

use dualfuel_schema::{Dialect, model::Name};

use super::live::{after, agree, refused};

const SHOP: &str = "
    CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT CHECK (customers.email <> ''), boss REFERENCES customers (id));
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id) ON DELETE CASCADE, total INT, note TEXT);
    CREATE INDEX customers_email ON customers (lower(email)) WHERE customers.email IS NOT NULL;
    CREATE VIEW spent AS SELECT c.email, sum(o.total) AS total FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.email;
    CREATE VIEW mails AS SELECT email FROM customers WHERE customers.id > 0;
    CREATE TRIGGER tidy AFTER UPDATE OF email ON customers WHEN new.email <> old.email BEGIN
        UPDATE orders SET note = new.email WHERE customer = (SELECT id FROM customers WHERE email = old.email);
        INSERT INTO customers (id, email) VALUES (new.id, new.email) ON CONFLICT (id) DO UPDATE SET email = excluded.email;
    END;
";

#[test]
fn a_renamed_table_is_renamed_wherever_it_is_mentioned() {
    agree(&[SHOP, "ALTER TABLE customers RENAME TO clients;"]);
    // The views still work, so their columns are still known.
    let schema = after(
        Dialect::Sqlite,
        &[SHOP, "ALTER TABLE customers RENAME TO clients;"],
    );
    for view in &schema.views {
        let query = view.query.as_ref().unwrap();
        assert!(query.reads(&Name::new("clients")) && !query.reads(&Name::new("customers")));
    }
}

#[test]
fn a_renamed_column_is_renamed_wherever_it_is_mentioned() {
    agree(&[SHOP, "ALTER TABLE customers RENAME COLUMN email TO mail;"]);
    let schema = after(
        Dialect::Sqlite,
        &[SHOP, "ALTER TABLE customers RENAME COLUMN email TO mail;"],
    );
    let text = format!("{schema:?}");
    assert!(!text.contains("Name(\"email\")"), "{text}");
}

#[test]
fn a_renamed_key_is_renamed_in_the_foreign_keys_to_it() {
    agree(&[
        SHOP,
        "ALTER TABLE customers RENAME COLUMN id TO customer_id;",
    ]);
}

#[test]
fn a_view_of_another_table_with_the_same_column_keeps_its_own() {
    agree(&[
        SHOP,
        "CREATE VIEW ids AS SELECT id, (SELECT max(id) FROM orders) AS last FROM customers;",
        "ALTER TABLE orders RENAME COLUMN id TO number;",
    ]);
}

#[test]
fn a_column_that_something_else_uses_stays() {
    refused(
        &[SHOP, "ALTER TABLE customers DROP COLUMN id"],
        "the primary key uses `id`",
    );
    refused(
        &[
            "CREATE TABLE t (a, b UNIQUE)",
            "ALTER TABLE t DROP COLUMN b",
        ],
        "a UNIQUE uses `b`",
    );
    refused(
        &[
            "CREATE TABLE t (a, b); CREATE INDEX i ON t (a) WHERE b > 1;",
            "ALTER TABLE t DROP COLUMN b",
        ],
        "the index `i` uses `b`",
    );
    refused(
        &[
            "CREATE TABLE t (a, b, c AS (a + b))",
            "ALTER TABLE t DROP COLUMN b",
        ],
        "the column `c` uses `b`",
    );
    refused(
        &["CREATE TABLE t (a)", "ALTER TABLE t DROP COLUMN a"],
        "`a` is the only column of `t`",
    );
}

#[test]
fn what_was_written_at_a_column_goes_with_it() {
    agree(&[
        SHOP,
        "ALTER TABLE orders ADD COLUMN seller INTEGER DEFAULT NULL REFERENCES customers (id) CHECK (seller > 0);",
        "ALTER TABLE orders DROP COLUMN seller;",
    ]);
}

#[test]
fn sqlite_adds_no_column_that_is_a_key() {
    refused(
        &[SHOP, "ALTER TABLE orders ADD COLUMN code TEXT UNIQUE"],
        "SQLite adds no UNIQUE column to a table",
    );
    refused(
        &[SHOP, "ALTER TABLE orders ADD COLUMN Note TEXT"],
        "`orders` has a column `Note` already",
    );
}

#[test]
fn a_table_can_not_take_a_name_that_is_taken() {
    refused(
        &[SHOP, "ALTER TABLE orders RENAME TO customers"],
        "there is a table `customers` already",
    );
    refused(
        &[SHOP, "ALTER TABLE orders RENAME TO mails"],
        "there is a view `mails` already",
    );
    refused(
        &[SHOP, "ALTER TABLE orders RENAME COLUMN note TO total"],
        "`orders` has a column `total` already",
    );
}

/// "ALTER TABLE", the table in section 2: with `legacy_alter_table` on and
/// foreign keys off, references stay.
#[test]
fn legacy_alter_table_leaves_references_alone() {
    let setup = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id));";
    let rename = "ALTER TABLE p RENAME TO q;";
    for (foreign_keys, legacy) in [("OFF", "OFF"), ("OFF", "ON"), ("ON", "OFF"), ("ON", "ON")] {
        let pragmas = format!(
            "PRAGMA foreign_keys={foreign_keys}; PRAGMA legacy_alter_table={legacy}; {rename}"
        );
        agree(&[setup, &pragmas]);
    }
}
