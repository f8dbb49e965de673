//! Download requests, in the tenant table `download_requests`.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use dualfuel::Dual;
use dualfuel::prelude::*;
use hub_domain::{
    ByteCount, DbError, DbResult, DownloadChange, DownloadRequest, DownloadStatus, Filename, Id,
    Item, ModelRepository, NewDownloadRequest, Page, PageRequest, Repo, Timestamp,
};
use uuid::Uuid;

use crate::errors::{self, TxError};
use crate::paging;
use crate::rows::{Cell, Columns, Row, decode_found};
use crate::schema::download_requests::{self, dsl};
use crate::service::OrgService;

const ITEM: Item = Item::DownloadRequest;

#[derive(Queryable, Selectable)]
#[diesel(table_name = download_requests, check_for_backend(Dual))]
struct DownloadRow {
    id: Cell<Uuid>,
    repo: Cell<String>,
    filename: Cell<String>,
    status: Cell<String>,
    error: Option<Cell<String>>,
    total_bytes: Option<Cell<i64>>,
    downloaded_bytes: Cell<i64>,
    started_at: Option<Cell<DateTime<Utc>>>,
    created_at: Cell<DateTime<Utc>>,
    updated_at: Cell<DateTime<Utc>>,
}

impl Row for DownloadRow {
    type Item = DownloadRequest;

    fn decode(self) -> DbResult<DownloadRequest> {
        let columns = Columns::of("download_requests", self.id.named());
        Ok(DownloadRequest {
            id: columns.id(self.id)?,
            repo: columns.text("repo", self.repo)?,
            filename: columns.text("filename", self.filename)?,
            status: columns.text("status", self.status)?,
            error: columns.check_some("error", self.error, |text| text.parse())?,
            total_bytes: columns.check_some("total_bytes", self.total_bytes, ByteCount::new)?,
            downloaded_bytes: columns.check(
                "downloaded_bytes",
                self.downloaded_bytes,
                ByteCount::new,
            )?,
            started_at: columns.time_some("started_at", self.started_at)?,
            created_at: columns.time("created_at", self.created_at)?,
            updated_at: columns.time("updated_at", self.updated_at)?,
        })
    }
}

/// `None` leaves a column as it is.
#[derive(AsChangeset)]
#[diesel(table_name = download_requests)]
struct Change {
    status: Option<&'static str>,
    error: Option<Option<String>>,
    total_bytes: Option<Option<i64>>,
    downloaded_bytes: Option<i64>,
    started_at: Option<Option<DateTime<Utc>>>,
    updated_at: DateTime<Utc>,
}

impl Change {
    fn at(now: DateTime<Utc>, change: DownloadChange) -> Self {
        Change {
            status: change.status.map(DownloadStatus::as_str),
            error: nullable(change.error.into_column(), |text| text.into_string()),
            total_bytes: nullable(change.total_bytes.into_column(), ByteCount::get),
            downloaded_bytes: change.downloaded_bytes.map(ByteCount::get),
            started_at: nullable(change.started_at.into_column(), Timestamp::datetime),
            updated_at: now,
        }
    }
}

fn nullable<T, U>(column: Option<Option<T>>, turn: impl FnOnce(T) -> U) -> Option<Option<U>> {
    column.map(|value| value.map(turn))
}

#[async_trait]
impl ModelRepository for OrgService {
    async fn create_download_request(&self, new: NewDownloadRequest) -> DbResult<DownloadRequest> {
        let (id, now) = self.shared.new_row();
        self.scope()?
            .write(async |tx| {
                let row: DownloadRow = diesel::insert_into(dsl::download_requests)
                    .values((
                        dsl::id.eq(id),
                        dsl::repo.eq(new.repo.as_str()),
                        dsl::filename.eq(new.filename.as_str()),
                        dsl::status.eq(DownloadStatus::Pending.as_str()),
                        dsl::downloaded_bytes.eq(0),
                        dsl::created_at.eq(now),
                        dsl::updated_at.eq(now),
                    ))
                    .returning(DownloadRow::as_returning())
                    .get_result(tx)
                    .await?;
                Ok::<_, TxError>(row.decode()?)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }

    async fn get_download_request(
        &self,
        id: Id<DownloadRequest>,
    ) -> DbResult<Option<DownloadRequest>> {
        let found: Option<DownloadRow> = dsl::download_requests
            .find(id.uuid())
            .select(DownloadRow::as_select())
            .get_result(&mut self.scope()?.reader())
            .await
            .optional()
            .map_err(errors::query(ITEM))?;
        decode_found(found)
    }

    async fn update_download_request(
        &self,
        id: Id<DownloadRequest>,
        change: DownloadChange,
    ) -> DbResult<DownloadRequest> {
        let change = Change::at(self.shared.now(), change);
        self.scope()?
            .write(async |tx| {
                let row: Option<DownloadRow> =
                    diesel::update(dsl::download_requests.find(id.uuid()))
                        .set(&change)
                        .returning(DownloadRow::as_returning())
                        .get_result(tx)
                        .await
                        .optional()?;
                let row = row.ok_or_else(|| DbError::not_found(ITEM, id))?;
                Ok::<_, TxError>(row.decode()?)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }

    async fn list_download_requests(&self, page: PageRequest) -> DbResult<Page<DownloadRequest>> {
        paging::load(
            self.scope()?,
            ITEM,
            page,
            dsl::download_requests.count(),
            dsl::download_requests
                .order((dsl::updated_at.desc(), dsl::id.desc()))
                .select(DownloadRow::as_select()),
        )
        .await
    }

    async fn find_download_requests(
        &self,
        repo: &Repo,
        filename: &Filename,
        page: PageRequest,
    ) -> DbResult<Page<DownloadRequest>> {
        let of_file = dsl::download_requests
            .filter(dsl::repo.eq(repo.as_str()))
            .filter(dsl::filename.eq(filename.as_str()));
        paging::load(
            self.scope()?,
            ITEM,
            page,
            of_file.count(),
            of_file
                .order((dsl::created_at.desc(), dsl::id.desc()))
                .select(DownloadRow::as_select()),
        )
        .await
    }
}
