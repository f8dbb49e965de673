use std::{fs, path::Path};

use super::*;

/// Writes files into a directory of their own.
fn files(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    dir
}

/// Where each file's migration goes, in order.
fn directories(names: &[&str]) -> Vec<String> {
    let list: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (*name, &b"SELECT 1;"[..]))
        .collect();
    let dir = files(&list);
    let read = SourceDir::read(dir.path()).unwrap();
    let migrations = read.migrations.into_iter();
    migrations.map(|found| found.source.directory).collect()
}

fn fault(list: &[(&str, &[u8])]) -> String {
    let dir = files(list);
    let error = SourceDir::read(dir.path()).unwrap_err();
    relative(dir.path(), &error.to_string())
}

fn relative(dir: &Path, text: &str) -> String {
    let dir = dir.display().to_string();
    text.replace(&format!("{dir}/"), "").replace(&dir, "DIR")
}

#[test]
fn diesels_directories_keep_their_names_and_sort_as_text() {
    assert_eq!(
        directories(&[
            "2024-01-31-120000_b/up.sql",
            "20240131110000_a/up.sql",
            "00000000000000_diesel_initial_setup/up.sql",
            "00000000000000_diesel_initial_setup/down.sql",
            "seed.sql",
            "README.md",
            ".keep",
        ]),
        [
            "00000000000000_diesel_initial_setup",
            "20240131110000_a",
            "2024-01-31-120000_b",
        ]
    );
}

/// Prisma's migration without a name has the underscore all the same.
#[test]
fn a_time_without_a_name_stands_where_it_was_made() {
    assert_eq!(
        directories(&[
            "20240101000000_init/migration.sql",
            "20240202000000_/migration.sql",
            "20240303000000_more/migration.sql",
        ]),
        [
            "20240101000000_init",
            "20240202000000_migration",
            "20240303000000_more",
        ]
    );
}

#[test]
fn short_numbers_of_directories_are_padded_alike() {
    let up = &b"SELECT 1;"[..];
    assert_eq!(
        fault(&[("1_a/up.sql", up), ("01_b/up.sql", up)]),
        "01_b/up.sql and 1_a/up.sql both are version 1: renumber the younger one"
    );
    assert_eq!(
        fault(&[("9_a/up.sql", up), ("10_b/up.sql", up)]),
        "9_a/up.sql comes after 10_b/up.sql, because versions of directories sort as text: pad \
         them to one length"
    );
    assert_eq!(
        directories(&["0001_a/up.sql", "20240131120000_c/up.sql", "0010_b/up.sql"]),
        ["0001_a", "0010_b", "20240131120000_c"]
    );
}

/// A width that depended on the largest number would change with the tenth.
#[test]
fn numbers_sort_as_numbers_and_keep_their_place_as_text() {
    let padded = |number: u32, name: &str| format!("{number:014}_{name}");
    assert_eq!(
        directories(&["V10__c.sql", "V2__b.sql", "V1__a.sql"]),
        [padded(1, "a"), padded(2, "b"), padded(10, "c")]
    );
    assert_eq!(
        directories(&["10-c.sql", "2.sql", "001_a.sql"]),
        [padded(1, "a"), padded(2, "migration"), padded(10, "c")]
    );
    assert_eq!(
        directories(&["01-friend_car/up.sql", "02-add_home/up.sql"]),
        [padded(1, "friend_car"), padded(2, "add_home")]
    );
    assert_eq!(
        directories(&["20220101120000_b.sql", "20230101_a.sql"]),
        ["00000020230101_a", "20220101120000_b"]
    );
}

/// Diesel's version is all before the first `_`, whatever that is.
#[test]
fn a_dated_directory_may_part_its_name_by_dashes_or_have_none() {
    assert_eq!(
        directories(&[
            "2023-06-20-134300_first/up.sql",
            "2023-10-06-10000_short_time/up.sql",
            "2022-12-07-110000/up.sql",
            "2024-12-05-110700-note_id/up.sql",
            "2024-12-09-134400-text/up.sql",
        ]),
        [
            "2022-12-07-110000_migration",
            "2023-06-20-134300_first",
            "2023-10-06-10000_short_time",
            "2024-12-05-110700-note_id",
            "2024-12-09-134400-text_migration",
        ]
    );
}

#[test]
fn a_dated_file_may_part_its_name_by_dashes() {
    assert_eq!(
        directories(&[
            "2024-02-01-tags.sql",
            "2024-01-31-users.sql",
            "2024-02-01.sql"
        ]),
        [
            "00000020240131_users",
            "00000020240201_tags",
            "000000202402011_migration",
        ]
    );
}

/// A program that runs plain files itself knows them by name.
#[test]
fn plain_files_of_one_version_follow_each_other_by_name() {
    assert_eq!(
        directories(&["002_b.sql", "003_c.sql", "002_a.sql", "001_z.sql"]),
        [
            "00000000000001_z",
            "00000000000002_a",
            "000000000000021_b",
            "00000000000003_c",
        ]
    );
}

#[test]
fn sqlx_pairs_belong_together() {
    let dir = files(&[
        ("1_a.up.sql", b"-- no-transaction\nSELECT 1;"),
        ("1_a.down.sql", b"SELECT 2;"),
        ("1_a.postgres.sql", b"SELECT 3;"),
        ("overrides/1_a/up.mariadb.sql", b"SELECT 4;"),
        ("overrides/1_a/down.mariadb.sql", b"SELECT 5;"),
    ]);
    let read = SourceDir::read(dir.path()).unwrap();
    let [found] = read.migrations.as_slice() else {
        panic!("{read:?}");
    };
    let source = &found.source;
    use dualfuel_schema::Engine::{Mariadb, Postgres};
    assert_eq!(source.down.as_deref(), Some("SELECT 2;"));
    assert_eq!(
        source.metadata.as_deref(),
        Some("run_in_transaction = false\n")
    );
    assert_eq!(source.origin, "1_a.up.sql");
    assert_eq!(
        relative(dir.path(), &source.override_file),
        "overrides/1_a/up.{engine}.sql"
    );
    let text = |text: &str| text.to_owned();
    assert_eq!(
        source.up_overrides,
        [(Postgres, text("SELECT 3;")), (Mariadb, text("SELECT 4;"))]
    );
    assert_eq!(source.down_overrides, [(Mariadb, text("SELECT 5;"))]);
}

#[test]
fn a_way_back_without_a_statement_is_none() {
    let dir = files(&[
        ("1_a/up.sql", b"SELECT 1;"),
        (
            "1_a/down.sql",
            b"-- This file should undo anything in `up.sql`\n",
        ),
    ]);
    let read = SourceDir::read(dir.path()).unwrap();
    assert_eq!(read.migrations[0].source.down, None);
}

/// Flyway's `U` takes back what refinery's would add.
#[test]
fn a_file_that_undoes_another_is_its_way_back() {
    let dir = files(&[
        ("V1__a.sql", b"A"),
        ("U1__a.sql", b"B"),
        ("U2__c.sql", b"C"),
    ]);
    let read = SourceDir::read(dir.path()).unwrap();
    let seen: Vec<_> = read
        .migrations
        .iter()
        .map(|found| (found.source.up.as_str(), found.source.down.as_deref()))
        .collect();
    assert_eq!(seen, [("A", Some("B")), ("C", None)]);
}

#[test]
fn one_file_may_hold_both_directions() {
    let check = |text: &str, up: &str, down: Option<&str>, no_transaction: bool| {
        let expected = sections::Sections {
            up: up.to_owned(),
            down: down.map(str::to_owned),
            no_transaction,
        };
        assert_eq!(sections::split(text), expected);
    };
    check(
        "-- migrate:up\nA;\n-- migrate:down\nB;\n",
        "A;\n",
        Some("B;\n"),
        false,
    );
    check(
        "-- +goose NO TRANSACTION\n-- +goose Up\nA;\n",
        "A;\n",
        None,
        true,
    );
    check(
        "-- migrate:up transaction:false\nA;\n-- migrate:down\n\n",
        "A;\n",
        None,
        true,
    );
    check(
        "-- +migrate Up notransaction\n-- +migrate StatementBegin\nA;\n-- +migrate StatementEnd\n-- +migrate Down\nB;\n",
        "-- +migrate StatementBegin\nA;\n-- +migrate StatementEnd\n",
        Some("B;\n"),
        true,
    );
    check(
        "-- rambler up\nA;\n-- rambler down\nB;\n",
        "A;\n",
        Some("B;\n"),
        false,
    );
    check(
        "-- migrate:down\nA;\n",
        "-- migrate:down\nA;\n",
        None,
        false,
    );
}

#[test]
fn each_fault_names_its_file_and_the_way_out() {
    let up: &[u8] = b"SELECT 1;";
    let check = |list: &[(&str, &[u8])], expected: &str| assert_eq!(fault(list), expected);
    check(&[], "DIR holds no migrations");
    check(
        &[("sqlite/1_a/up.sql", up), ("postgres/1_a/up.sql", up)],
        "DIR holds no migrations; did you mean one of its directories: postgres, sqlite?",
    );
    check(
        &[("1_a/down.sql", up)],
        "1_a has no up.sql: add one, or remove the directory",
    );
    check(
        &[("1_a.down.sql", up)],
        "1_a.down.sql has no up.sql beside it: add it, or remove this one",
    );
    check(
        &[("init.sql", up)],
        "init.sql has no version in its name: call it <version>_<name>.sql, or move it elsewhere",
    );
    check(
        &[("1_a.sql", up), ("01_b.sql", up)],
        "01_b.sql and 1_a.sql both are version 1: renumber the younger one",
    );
    check(
        &[("00-01_a/up.sql", up), ("0001_b/up.sql", up)],
        "00-01_a/up.sql and 0001_b/up.sql both are version 0001: renumber the younger one",
    );
    check(
        &[("1_a/up.sql", up), ("1_a/up.mysql.sql", up)],
        "1_a/up.mysql.sql is for `mysql`, which is no engine: overrides are for sqlite, postgres \
         or mariadb",
    );
    check(
        &[("1_a.sql", up), ("overrides/2_b/up.sqlite.sql", up)],
        "overrides/2_b overrides no migration: name the directory after one's file",
    );
    check(
        &[("1_a.sql", b"SELECT 1;\n-- caf\xe9")],
        "1_a.sql is not text in UTF-8: see line 2",
    );
    check(
        &[("1_a.sql", b"\xff\xfeS\0E\0")],
        "1_a.sql is not text in UTF-8 but in UTF-16: save it as UTF-8",
    );
    check(
        &[("1_a.sql", b"SELECT 1;\0")],
        "1_a.sql is not text in UTF-8: line 1 has a NUL byte",
    );
}

#[test]
fn a_missing_directory_says_how_to_name_it() {
    let dir = tempfile::tempdir().unwrap();
    let error = SourceDir::read(&dir.path().join("none")).unwrap_err();
    assert_eq!(
        relative(dir.path(), &error.to_string()),
        "there is no directory none: name the one with the migrations with --source"
    );
}
