//! Organisations: many on PostgreSQL, one in a SQLite file.

use dualfuel_test::{Engine, TestDatabase, each_engine};
use hub_domain::test_support::{frozen_now, org_id};
use hub_domain::{DbError, DbServices as _, Item, NewOrganisation, Organisation};
use hub_persistence::test_support::{TestDbService, migrations};

use crate::support::{assert_already_exists, check_list, first_page};

fn new(slug: &str) -> NewOrganisation {
    NewOrganisation {
        slug: slug.parse().unwrap(),
        name: format!("The {slug} company").parse().unwrap(),
    }
}

#[each_engine(migrations = migrations())]
async fn the_first_organisation_is_there_and_found(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();
    let expected = Organisation {
        id: db.org_id(),
        slug: "local".parse().unwrap(),
        name: "Local".parse().unwrap(),
        created_at: frozen_now(),
        updated_at: frozen_now(),
    };

    let stored = global.get_organisation(db.org_id()).await.unwrap();
    assert_eq!(stored.as_ref(), Some(&expected));
    for slug in ["local", "LOCAL"] {
        let found = global.find_organisation(&slug.parse().unwrap()).await;
        assert_eq!(found.unwrap().as_ref(), Some(&expected));
    }
    let listed = global.list_organisations(first_page()).await.unwrap();
    assert_eq!((listed.items, listed.total), (vec![expected], 1));
}

#[each_engine(migrations = migrations())]
async fn an_absent_organisation_is_none(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let global = db.global();

    assert_eq!(global.get_organisation(org_id(7)).await.unwrap(), None);
    let absent = "locals".parse().unwrap();
    assert_eq!(global.find_organisation(&absent).await.unwrap(), None);
}

#[each_engine(migrations = migrations())]
async fn a_new_organisation_is_stored_as_it_is_returned_or_refused_by_a_file(db: TestDatabase) {
    let engine = db.engine();
    let db = TestDbService::on(db).await;
    let global = db.global();

    let made = global.create_organisation(new("Acme")).await;

    if engine == Engine::Sqlite {
        assert!(matches!(
            made,
            Err(DbError::Refused {
                operation: "create_organisation",
                ..
            })
        ));
        let listed = global.list_organisations(first_page()).await.unwrap();
        assert_eq!(listed.total, 1);
        return;
    }
    let made = made.unwrap();
    let expected = Organisation {
        id: made.id,
        slug: "Acme".parse().unwrap(),
        name: "The Acme company".parse().unwrap(),
        created_at: frozen_now(),
        updated_at: frozen_now(),
    };
    assert_eq!(made, expected);
    let stored = global.get_organisation(made.id).await.unwrap();
    assert_eq!(stored.as_ref(), Some(&made));
    let found = global.find_organisation(&"aCME".parse().unwrap()).await;
    assert_eq!(found.unwrap(), Some(made));

    let again = global.create_organisation(new("ACME")).await;
    assert_already_exists(again, Item::Organisation, "slug");
}

#[each_engine(migrations = migrations())]
async fn the_list_is_by_slug_whatever_the_case(db: TestDatabase) {
    if db.engine() == Engine::Sqlite {
        return;
    }
    let db = TestDbService::on(db).await;
    let global = db.global();
    let make = async |slug| global.create_organisation(new(slug)).await.unwrap();
    let (zeta, beta, alpha) = (make("Zeta").await, make("beta").await, make("ALPHA").await);
    let local = global.get_organisation(db.org_id()).await.unwrap().unwrap();

    check_list(&[alpha, beta, local, zeta], async |page| {
        global.list_organisations(page).await
    })
    .await;
}
