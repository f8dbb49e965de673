//! API tokens.

use dualfuel_test::{TestDatabase, each_engine};
use hub_domain::test_support::frozen_now;
use hub_domain::{ApiToken, Id, Item, NewApiToken, Patch, TokenChange, TokenScopes, TokenStatus};
use hub_persistence::test_support::{TestDbService, migrations};
use uuid::Uuid;

use crate::support::{
    SECOND, ann, assert_already_exists, assert_not_found, bob, check_list, first_page, hash,
    new_token, prefix,
};

#[each_engine(migrations = migrations())]
async fn a_new_token_is_active_and_stored_as_it_is_returned(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let expiry = frozen_now().checked_add(SECOND);
    let new = NewApiToken {
        scopes: TokenScopes::all(),
        expires_at: expiry,
        ..new_token(&ann(), 1)
    };

    let made = service.create_token(new).await.unwrap();

    let expected = ApiToken {
        id: made.id,
        user_id: ann(),
        name: Some("token 1".parse().unwrap()),
        prefix: prefix(1),
        hash: hash('a'),
        scopes: TokenScopes::all(),
        status: TokenStatus::Active,
        expires_at: expiry,
        created_at: frozen_now(),
        updated_at: frozen_now(),
    };
    assert_eq!(made, expected);
    let stored = service.get_token(&ann(), made.id).await.unwrap();
    assert_eq!(stored, Some(made.clone()));
    let found = service.find_token_by_prefix(&prefix(1)).await.unwrap();
    assert_eq!(found, Some(made));
}

#[each_engine(migrations = migrations())]
async fn a_token_may_have_no_name_and_no_expiry(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let new = NewApiToken {
        name: None,
        ..new_token(&ann(), 1)
    };

    let made = service.create_token(new).await.unwrap();

    assert_eq!((&made.name, made.expires_at), (&None, None));
    let stored = service.get_token(&ann(), made.id).await.unwrap();
    assert_eq!(stored, Some(made));
}

#[each_engine(migrations = migrations())]
async fn an_absent_token_is_none_and_cannot_be_changed(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    service.create_token(new_token(&ann(), 1)).await.unwrap();
    let absent = Id::from(Uuid::from_u128(1));

    assert_eq!(service.get_token(&ann(), absent).await.unwrap(), None);
    assert_eq!(
        service.find_token_by_prefix(&prefix(2)).await.unwrap(),
        None
    );
    let changed = service
        .update_token(&ann(), absent, TokenChange::default())
        .await;
    assert_not_found(changed, Item::ApiToken, absent);
}

#[each_engine(migrations = migrations())]
async fn another_users_token_is_absent(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let made = service.create_token(new_token(&ann(), 1)).await.unwrap();
    db.clock().advance(SECOND);

    assert_eq!(service.get_token(&bob(), made.id).await.unwrap(), None);
    let listed = service.list_tokens(&bob(), first_page()).await.unwrap();
    assert_eq!((listed.items, listed.total), (vec![], 0));
    let revoke = TokenChange {
        status: Some(TokenStatus::Inactive),
        ..TokenChange::default()
    };
    let changed = service.update_token(&bob(), made.id, revoke).await;
    assert_not_found(changed, Item::ApiToken, made.id);

    let stored = service.get_token(&ann(), made.id).await.unwrap();
    assert_eq!(stored, Some(made));
}

#[each_engine(migrations = migrations())]
async fn a_prefix_is_taken_once_whoever_took_it(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    service.create_token(new_token(&ann(), 1)).await.unwrap();

    for user in [ann(), bob()] {
        let again = service.create_token(new_token(&user, 1)).await;
        assert_already_exists(again, Item::ApiToken, "prefix");
    }
    let listed = service.list_tokens(&ann(), first_page()).await.unwrap();
    assert_eq!(listed.total, 1);
}

#[each_engine(migrations = migrations())]
async fn a_change_touches_what_it_names(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let made = service.create_token(new_token(&ann(), 1)).await.unwrap();
    let other = service.create_token(new_token(&ann(), 2)).await.unwrap();
    let changes = [
        (
            TokenChange {
                name: Patch::Set("laptop".parse().unwrap()),
                status: None,
            },
            (Some("laptop"), TokenStatus::Active),
        ),
        (
            TokenChange {
                name: Patch::Keep,
                status: Some(TokenStatus::Inactive),
            },
            (Some("laptop"), TokenStatus::Inactive),
        ),
        (
            TokenChange {
                name: Patch::Clear,
                status: Some(TokenStatus::Active),
            },
            (None, TokenStatus::Active),
        ),
        (TokenChange::default(), (None, TokenStatus::Active)),
    ];

    for (change, (name, status)) in changes {
        db.clock().advance(SECOND);
        let changed = service.update_token(&ann(), made.id, change).await.unwrap();
        let expected = ApiToken {
            name: name.map(|name| name.parse().unwrap()),
            status,
            updated_at: service.now(),
            ..made.clone()
        };
        assert_eq!(changed, expected);
        let stored = service.get_token(&ann(), made.id).await.unwrap();
        assert_eq!(stored, Some(changed));
    }

    let untouched = service.get_token(&ann(), other.id).await.unwrap();
    assert_eq!(untouched, Some(other));
}

#[each_engine(migrations = migrations())]
async fn the_list_shows_the_newest_of_the_user_first(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let service = db.service();
    let make = async |number| {
        service
            .create_token(new_token(&ann(), number))
            .await
            .unwrap()
    };
    // Prefixes fall where ids rise, so that neither can stand in for the other.
    let a = make(9).await;
    let b = make(8).await;
    service.create_token(new_token(&bob(), 7)).await.unwrap();
    db.clock().advance(SECOND);
    let c = make(6).await;
    // A change does not make a token newer.
    db.clock().advance(SECOND);
    let a = service
        .update_token(&ann(), a.id, TokenChange::default())
        .await
        .unwrap();

    check_list(&[c, b, a], async |page| {
        service.list_tokens(&ann(), page).await
    })
    .await;
}
