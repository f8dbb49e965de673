//! Operator tokens.

use dualfuel_test::{TestDatabase, each_engine};
use hub_domain::test_support::frozen_now;
use hub_domain::{
    Clock as _, DbServices as _, Id, Item, NewOperatorToken, OperatorToken, Patch, TokenChange,
    TokenStatus,
};
use hub_persistence::test_support::{TestDbService, migrations};
use uuid::Uuid;

use crate::support::{
    SECOND, assert_already_exists, assert_not_found, check_list, first_page, hash,
    make_operator_token, new_operator_token, prefix,
};

#[each_engine(migrations = migrations())]
async fn a_new_token_is_active_and_stored_as_it_is_returned(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    let expiry = frozen_now().checked_add(SECOND);
    let new = NewOperatorToken {
        name: None,
        expires_at: expiry,
        ..new_operator_token(1)
    };

    let made = global.create_operator_token(new).await.unwrap();

    let expected = OperatorToken {
        id: made.id,
        name: None,
        prefix: prefix(1),
        hash: hash('b'),
        status: TokenStatus::Active,
        expires_at: expiry,
        created_at: frozen_now(),
        updated_at: frozen_now(),
    };
    assert_eq!(made, expected);
    let found = global
        .find_operator_token_by_prefix(&prefix(1))
        .await
        .unwrap();
    assert_eq!(found, Some(made));
}

#[each_engine(migrations = migrations())]
async fn an_absent_token_is_none_and_cannot_be_changed(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    make_operator_token(&db, 1).await;
    let absent = Id::from(Uuid::from_u128(1));

    let found = global
        .find_operator_token_by_prefix(&prefix(2))
        .await
        .unwrap();
    assert_eq!(found, None);
    let changed = global
        .update_operator_token(absent, TokenChange::default())
        .await;
    assert_not_found(changed, Item::OperatorToken, absent);
}

#[each_engine(migrations = migrations())]
async fn a_prefix_is_taken_once(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    make_operator_token(&db, 1).await;

    let again = global.create_operator_token(new_operator_token(1)).await;

    assert_already_exists(again, Item::OperatorToken, "prefix");
    let listed = global.list_operator_tokens(first_page()).await.unwrap();
    assert_eq!(listed.total, 1);
}

#[each_engine(migrations = migrations())]
async fn a_change_touches_what_it_names(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    let made = make_operator_token(&db, 1).await;
    let other = make_operator_token(&db, 2).await;
    let rename = TokenChange {
        name: Patch::Set("night shift".parse().unwrap()),
        status: None,
    };
    let revoke = TokenChange {
        name: Patch::Keep,
        status: Some(TokenStatus::Inactive),
    };

    db.clock().advance(SECOND);
    let renamed = global.update_operator_token(made.id, rename).await.unwrap();
    let expected = OperatorToken {
        name: Some("night shift".parse().unwrap()),
        updated_at: db.clock().now(),
        ..made
    };
    assert_eq!(renamed, expected);

    db.clock().advance(SECOND);
    let revoked = global
        .update_operator_token(expected.id, revoke)
        .await
        .unwrap();
    let expected = OperatorToken {
        status: TokenStatus::Inactive,
        updated_at: db.clock().now(),
        ..expected
    };
    assert_eq!(revoked, expected);
    let stored = global
        .find_operator_token_by_prefix(&prefix(1))
        .await
        .unwrap();
    assert_eq!(stored, Some(revoked));
    let untouched = global
        .find_operator_token_by_prefix(&prefix(2))
        .await
        .unwrap();
    assert_eq!(untouched, Some(other));
}

#[each_engine(migrations = migrations())]
async fn the_list_shows_the_newest_first(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    let a = make_operator_token(&db, 9).await;
    let b = make_operator_token(&db, 8).await;
    db.clock().advance(SECOND);
    let c = make_operator_token(&db, 7).await;
    db.clock().advance(SECOND);
    let a = global
        .update_operator_token(a.id, TokenChange::default())
        .await
        .unwrap();

    check_list(&[c, b, a], async |page| {
        global.list_operator_tokens(page).await
    })
    .await;
}
