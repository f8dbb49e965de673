//! Organisations, in the global table `organisations`.
//!
//! A SQLite file has one, which is the file's: its row is written when the file
//! is opened, and there is never another.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use dualfuel::prelude::*;
use dualfuel::{Dual, Engine};
use hub_domain::{
    DbError, DbResult, Item, NewOrganisation, OrgId, Organisation, OrganisationRepository, Page,
    PageRequest, Slug,
};
use uuid::Uuid;

use crate::errors::{self, TxError};
use crate::paging;
use crate::rows::{Cell, Columns, Row, decode_found};
use crate::schema::organisations::{self, dsl};
use crate::service::NoOrgService;

const ITEM: Item = Item::Organisation;

#[derive(Queryable, Selectable)]
#[diesel(table_name = organisations, check_for_backend(Dual))]
struct OrganisationRow {
    id: Cell<Uuid>,
    slug: Cell<String>,
    name: Cell<String>,
    created_at: Cell<DateTime<Utc>>,
    updated_at: Cell<DateTime<Utc>>,
}

impl Row for OrganisationRow {
    type Item = Organisation;

    fn decode(self) -> DbResult<Organisation> {
        let columns = Columns::of("organisations", self.id.named());
        Ok(Organisation {
            id: columns.check("id", self.id, OrgId::new)?,
            slug: columns.text("slug", self.slug)?,
            name: columns.text("name", self.name)?,
            created_at: columns.time("created_at", self.created_at)?,
            updated_at: columns.time("updated_at", self.updated_at)?,
        })
    }
}

impl NoOrgService {
    /// Writes the row of the one organisation that there is, unless it is there.
    pub(crate) async fn seed_organisation(&self, org: OrgId) -> DbResult<()> {
        if self.get_organisation(org).await?.is_some() {
            return Ok(());
        }
        let now = self.shared.now();
        self.scope
            .write(async |tx| {
                diesel::insert_into(dsl::organisations)
                    .values((
                        dsl::id.eq(org.uuid()),
                        dsl::slug.eq("local"),
                        dsl::name.eq("Local"),
                        dsl::created_at.eq(now),
                        dsl::updated_at.eq(now),
                    ))
                    // Another process may be opening the file as well.
                    .on_conflict(dsl::id)
                    .do_nothing()
                    .execute(tx)
                    .await?;
                Ok::<_, TxError>(())
            })
            .await
            .map_err(errors::transaction(ITEM))
    }
}

#[async_trait]
impl OrganisationRepository for NoOrgService {
    async fn create_organisation(&self, new: NewOrganisation) -> DbResult<Organisation> {
        if self.shared.database.engine() == Engine::Sqlite {
            return Err(DbError::Refused {
                operation: "create_organisation",
                reason: "a SQLite file holds one organisation and has it already; use another file, or PostgreSQL",
            });
        }
        let (id, now) = self.shared.new_row();
        self.scope
            .write(async |tx| {
                let row: OrganisationRow = diesel::insert_into(dsl::organisations)
                    .values((
                        dsl::id.eq(id),
                        dsl::slug.eq(new.slug.as_str()),
                        dsl::name.eq(new.name.as_str()),
                        dsl::created_at.eq(now),
                        dsl::updated_at.eq(now),
                    ))
                    .returning(OrganisationRow::as_returning())
                    .get_result(tx)
                    .await?;
                Ok::<_, TxError>(row.decode()?)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }

    async fn get_organisation(&self, id: OrgId) -> DbResult<Option<Organisation>> {
        let found: Option<OrganisationRow> = dsl::organisations
            .find(id.uuid())
            .select(OrganisationRow::as_select())
            .get_result(&mut self.scope.reader())
            .await
            .optional()
            .map_err(errors::query(ITEM))?;
        decode_found(found)
    }

    async fn find_organisation(&self, slug: &Slug) -> DbResult<Option<Organisation>> {
        let found: Option<OrganisationRow> = dsl::organisations
            .filter(dsl::slug_ci.ci_eq(slug.as_str()))
            .select(OrganisationRow::as_select())
            .get_result(&mut self.scope.reader())
            .await
            .optional()
            .map_err(errors::query(ITEM))?;
        decode_found(found)
    }

    async fn list_organisations(&self, page: PageRequest) -> DbResult<Page<Organisation>> {
        paging::load(
            &self.scope,
            ITEM,
            page,
            dsl::organisations.count(),
            dsl::organisations
                .order((dsl::slug_ci, dsl::id))
                .select(OrganisationRow::as_select()),
        )
        .await
    }
}
