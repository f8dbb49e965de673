//! User aliases.

use dualfuel_test::{TestDatabase, each_engine};
use hub_domain::test_support::frozen_now;
use hub_domain::{Id, Item, JsonArray, JsonObject, UserAlias, UserAliasInput};
use hub_persistence::test_support::{TestDbService, migrations};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    SECOND, alias_input, ann, assert_already_exists, assert_not_found, bob, check_list, first_page,
    make_alias,
};

#[each_engine(migrations = migrations())]
async fn a_new_alias_is_stored_as_it_is_returned(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();

    let made = make_alias(&*service, &ann(), "fast").await.unwrap();

    let input = alias_input("fast");
    let expected = UserAlias {
        id: made.id,
        user_id: ann(),
        alias: input.alias.clone(),
        repo: input.repo,
        filename: input.filename,
        snapshot: input.snapshot,
        request_params: input.request_params,
        context_params: input.context_params,
        created_at: frozen_now(),
        updated_at: frozen_now(),
    };
    assert_eq!(made, expected);
    let stored = service.get_user_alias(&ann(), made.id).await.unwrap();
    assert_eq!(stored, Some(made.clone()));
    let found = service.find_user_alias(&ann(), &input.alias).await.unwrap();
    assert_eq!(found, Some(made));
}

/// Documents on which the engines' own ideas of JSON differ.
#[each_engine(migrations = migrations())]
async fn a_document_reads_back_as_it_was_written(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let numbers = r#"[0, -0.0, 1.0, 0.1, 1e16, 1e-7, 1e300, 5e-324, 1.7976931348623157e308,
                      9007199254740993, 18446744073709551615, -9223372036854775808]"#;
    let documents = [
        json!({}),
        json!({ "b": 1, "a": { "c": null }, "": true, "ä\u{2028}": "\u{1}\"\\" }),
        json!({ "numbers": serde_json::from_str::<Value>(numbers).unwrap() }),
        json!({ "long": "x".repeat(60_000) }),
    ];

    for (number, document) in documents.into_iter().enumerate() {
        let input = UserAliasInput {
            request_params: JsonObject::new(document.clone()).unwrap(),
            context_params: JsonArray::new(json!([document])).unwrap(),
            ..alias_input(&format!("alias {number}"))
        };
        let made = service
            .create_user_alias(&ann(), input.clone())
            .await
            .unwrap();
        assert_eq!(made.request_params, input.request_params);
        assert_eq!(made.context_params, input.context_params);
        let stored = service.get_user_alias(&ann(), made.id).await.unwrap();
        assert_eq!(stored, Some(made));
    }
}

#[each_engine(migrations = migrations())]
async fn an_absent_alias_is_none_and_cannot_be_changed(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    make_alias(&*service, &ann(), "fast").await.unwrap();
    let absent = Id::from(Uuid::from_u128(1));

    assert_eq!(service.get_user_alias(&ann(), absent).await.unwrap(), None);
    // Case matters.
    let other_case = "FAST".parse().unwrap();
    let found = service.find_user_alias(&ann(), &other_case).await.unwrap();
    assert_eq!(found, None);
    assert_eq!(service.delete_user_alias(&ann(), absent).await.unwrap(), 0);
    let changed = service
        .update_user_alias(&ann(), absent, alias_input("new"))
        .await;
    assert_not_found(changed, Item::UserAlias, absent);
    let listed = service
        .list_user_aliases(&ann(), first_page())
        .await
        .unwrap();
    assert_eq!(listed.total, 1);
}

#[each_engine(migrations = migrations())]
async fn another_users_alias_is_absent(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let made = make_alias(&*service, &ann(), "fast").await.unwrap();

    assert_eq!(service.get_user_alias(&bob(), made.id).await.unwrap(), None);
    let found = service.find_user_alias(&bob(), &made.alias).await.unwrap();
    assert_eq!(found, None);
    let listed = service
        .list_user_aliases(&bob(), first_page())
        .await
        .unwrap();
    assert_eq!((listed.items, listed.total), (vec![], 0));
    let changed = service
        .update_user_alias(&bob(), made.id, alias_input("mine"))
        .await;
    assert_not_found(changed, Item::UserAlias, made.id);
    assert_eq!(service.delete_user_alias(&bob(), made.id).await.unwrap(), 0);

    let stored = service.get_user_alias(&ann(), made.id).await.unwrap();
    assert_eq!(stored, Some(made));
}

#[each_engine(migrations = migrations())]
async fn a_name_is_taken_once_by_each_user(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    make_alias(&*service, &ann(), "fast").await.unwrap();
    make_alias(&*service, &ann(), "FAST").await.unwrap();
    make_alias(&*service, &bob(), "fast").await.unwrap();
    let other = make_alias(&*service, &ann(), "slow").await.unwrap();

    let again = make_alias(&*service, &ann(), "fast").await;
    assert_already_exists(again, Item::UserAlias, "alias");
    let renamed = service
        .update_user_alias(&ann(), other.id, alias_input("fast"))
        .await;
    assert_already_exists(renamed, Item::UserAlias, "alias");

    let stored = service.get_user_alias(&ann(), other.id).await.unwrap();
    assert_eq!(stored, Some(other));
}

#[each_engine(migrations = migrations())]
async fn a_change_replaces_all_that_is_said(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let made = make_alias(&*service, &ann(), "fast").await.unwrap();
    let other = make_alias(&*service, &ann(), "slow").await.unwrap();
    db.clock().advance(SECOND);
    let input = UserAliasInput {
        alias: "faster".parse().unwrap(),
        repo: "other/model".parse().unwrap(),
        filename: "q8.gguf".parse().unwrap(),
        snapshot: "v2".parse().unwrap(),
        request_params: JsonObject::default(),
        context_params: JsonArray::default(),
    };

    let changed = service
        .update_user_alias(&ann(), made.id, input.clone())
        .await
        .unwrap();

    let expected = UserAlias {
        alias: input.alias.clone(),
        repo: input.repo.clone(),
        filename: input.filename.clone(),
        snapshot: input.snapshot.clone(),
        request_params: JsonObject::default(),
        context_params: JsonArray::default(),
        updated_at: service.now(),
        ..made.clone()
    };
    assert_eq!(changed, expected);
    let stored = service.get_user_alias(&ann(), made.id).await.unwrap();
    assert_eq!(stored, Some(changed));
    // Its own name is no other's.
    service
        .update_user_alias(&ann(), made.id, input)
        .await
        .unwrap();
    let untouched = service.get_user_alias(&ann(), other.id).await.unwrap();
    assert_eq!(untouched, Some(other));
}

#[each_engine(migrations = migrations())]
async fn a_deleted_alias_is_gone_and_its_name_is_free(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let made = make_alias(&*service, &ann(), "fast").await.unwrap();
    let other = make_alias(&*service, &ann(), "slow").await.unwrap();

    assert_eq!(service.delete_user_alias(&ann(), made.id).await.unwrap(), 1);

    assert_eq!(service.get_user_alias(&ann(), made.id).await.unwrap(), None);
    assert_eq!(service.delete_user_alias(&ann(), made.id).await.unwrap(), 0);
    make_alias(&*service, &ann(), "fast").await.unwrap();
    let untouched = service.get_user_alias(&ann(), other.id).await.unwrap();
    assert_eq!(untouched, Some(other));
}

/// Bytes compared, on both engines: upper case before lower, and letters with
/// marks last.
#[each_engine(migrations = migrations())]
async fn the_list_is_by_name_whatever_the_language(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let make = async |alias| make_alias(&*service, &ann(), alias).await.unwrap();
    let (accent, lower, digit) = (make("ä").await, make("b").await, make("2").await);
    let (upper, ten, spaced) = (make("B").await, make("10").await, make("b b").await);
    make_alias(&*service, &bob(), "a").await.unwrap();

    check_list(&[ten, digit, upper, lower, spaced, accent], async |page| {
        service.list_user_aliases(&ann(), page).await
    })
    .await;
}
