//! What tests of several modules make and check.

use std::fmt::Debug;
use std::time::Duration;

use dualfuel::prelude::*;
use hub_domain::{
    DbError, DbResult, DbService, DbServices as _, DownloadRequest, Item, JsonArray, JsonObject,
    NewApiToken, NewDownloadRequest, NewOperatorToken, NewSetting, OperatorToken, Page,
    PageRequest, Setting, SettingText, SettingValue, TokenHash, TokenPrefix, TokenScope,
    TokenScopes, UserAlias, UserAliasInput, UserId,
};
use hub_persistence::test_support::TestDbService;
use serde_json::json;

pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn ann() -> UserId {
    UserId::new("ann").unwrap()
}

pub(crate) fn bob() -> UserId {
    UserId::new("bob").unwrap()
}

pub(crate) fn first_page() -> PageRequest {
    PageRequest::new(1, 100)
}

pub(crate) fn prefix(number: u64) -> TokenPrefix {
    format!("{number:016x}").parse().unwrap()
}

pub(crate) fn hash(digit: char) -> TokenHash {
    digit.to_string().repeat(64).parse().unwrap()
}

pub(crate) fn new_token(user: &UserId, number: u64) -> NewApiToken {
    NewApiToken {
        user_id: user.clone(),
        name: Some(format!("token {number}").parse().unwrap()),
        prefix: prefix(number),
        hash: hash('a'),
        scopes: TokenScopes::new([TokenScope::Read]).unwrap(),
        expires_at: None,
    }
}

pub(crate) fn new_operator_token(number: u64) -> NewOperatorToken {
    NewOperatorToken {
        name: Some(format!("token {number}").parse().unwrap()),
        prefix: prefix(number),
        hash: hash('b'),
        expires_at: None,
    }
}

pub(crate) fn new_download(filename: &str) -> NewDownloadRequest {
    NewDownloadRequest {
        repo: "owner/model".parse().unwrap(),
        filename: filename.parse().unwrap(),
    }
}

pub(crate) fn alias_input(alias: &str) -> UserAliasInput {
    UserAliasInput {
        alias: alias.parse().unwrap(),
        repo: "owner/model".parse().unwrap(),
        filename: "q4.gguf".parse().unwrap(),
        snapshot: "main".parse().unwrap(),
        request_params: JsonObject::new(json!({ "temperature": 0.7 })).unwrap(),
        context_params: JsonArray::new(json!(["--ctx", 4096])).unwrap(),
    }
}

pub(crate) fn new_setting(key: &str, text: &str) -> NewSetting {
    NewSetting {
        key: key.parse().unwrap(),
        value: SettingValue::String(SettingText::new(text).unwrap()),
    }
}

pub(crate) async fn make_alias(
    service: &dyn DbService,
    user: &UserId,
    alias: &str,
) -> DbResult<UserAlias> {
    service.create_user_alias(user, alias_input(alias)).await
}

pub(crate) async fn make_download(service: &dyn DbService, filename: &str) -> DownloadRequest {
    let made = service.create_download_request(new_download(filename));
    made.await.unwrap()
}

pub(crate) async fn make_setting(db: &TestDbService, key: &str) -> Setting {
    let made = db.global().upsert_setting(new_setting(key, "value")).await;
    made.unwrap()
}

pub(crate) async fn make_operator_token(db: &TestDbService, number: u64) -> OperatorToken {
    let made = db
        .global()
        .create_operator_token(new_operator_token(number))
        .await;
    made.unwrap()
}

/// `list` gives `expected`, whatever the size of its pages: in order, none
/// twice, none left out, and on each page the total.
pub(crate) async fn check_list<T: Debug + PartialEq + Clone>(
    expected: &[T],
    list: impl AsyncFn(PageRequest) -> DbResult<Page<T>>,
) {
    let total = expected.len() as u64;
    assert!(total > 2, "too few rows to show an order");
    for size in [1, 2, 100] {
        let mut listed = Vec::new();
        let last = total.div_ceil(size.into()) as u32;
        for number in 1..=last {
            let request = PageRequest::new(number, size);
            let page = list(request).await.unwrap();
            assert!(page.items.len() <= size as usize);
            assert_eq!((page.total, page.request), (total, request));
            listed.extend(page.items);
        }
        assert_eq!(listed, expected, "pages of {size}");

        let past = list(PageRequest::new(last + 1, size)).await.unwrap();
        assert_eq!((past.items, past.total), (vec![], total));
    }
    let clamped = list(PageRequest::new(0, 0)).await.unwrap();
    assert_eq!(
        clamped.items,
        expected[..1],
        "page 0 of size 0 is page 1 of size 1"
    );
}

#[track_caller]
pub(crate) fn assert_not_found<T: Debug>(result: DbResult<T>, item: Item, id: impl ToString) {
    match result {
        Err(DbError::NotFound {
            item: of,
            id: named,
        }) => {
            assert_eq!((of, named), (item, id.to_string()));
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub(crate) fn assert_already_exists<T: Debug>(
    result: DbResult<T>,
    item: Item,
    field: &'static str,
) {
    match result {
        Err(DbError::AlreadyExists {
            item: of,
            field: named,
        }) => {
            assert_eq!((of, named), (item, field));
        }
        other => panic!("{other:?}"),
    }
}

/// Runs SQL that no method would, as the test's organisation.
pub(crate) async fn run_sql(db: &TestDbService, sql: &str) {
    db.database()
        .scope()
        .write(async |tx| tx.batch_execute(sql).await)
        .await
        .unwrap_or_else(|error: diesel::result::Error| panic!("{sql}: {error}"));
}

#[derive(diesel::QueryableByName)]
struct Told {
    #[diesel(sql_type = diesel::sql_types::Text)]
    told: String,
}

/// What SQL whose column is called `told` gives, as the test's organisation.
pub(crate) async fn ask_sql(db: &TestDbService, sql: &str) -> Vec<String> {
    let told: Vec<Told> = diesel::sql_query(sql)
        .load(&mut db.database().scope().reader())
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    told.into_iter().map(|row| row.told).collect()
}
