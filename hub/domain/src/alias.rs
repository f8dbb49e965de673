//! User aliases: a name that one user gives to a model file and the
//! parameters to run it with.

use async_trait::async_trait;

use crate::{
    DbResult, Filename, Id, JsonArray, JsonObject, Name, Page, PageRequest, Repo, Snapshot,
    Timestamp, UserId,
};

/// A user's name for a model file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAlias {
    /// Its id.
    pub id: Id<UserAlias>,
    /// Whose it is.
    pub user_id: UserId,
    /// The name, unique among the user's.
    pub alias: Name,
    /// Where the file is.
    pub repo: Repo,
    /// Which file.
    pub filename: Filename,
    /// Which version of the repository.
    pub snapshot: Snapshot,
    /// Defaults for each request, such as `{"temperature": 0.7}`.
    pub request_params: JsonObject,
    /// Arguments for the process that loads the model.
    pub context_params: JsonArray,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a user says about an alias, to make it or to replace all that it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAliasInput {
    /// The name, unique among the user's.
    pub alias: Name,
    /// Where the file is.
    pub repo: Repo,
    /// Which file.
    pub filename: Filename,
    /// Which version of the repository.
    pub snapshot: Snapshot,
    /// Defaults for each request.
    pub request_params: JsonObject,
    /// Arguments for the process that loads the model.
    pub context_params: JsonArray,
}

/// The aliases of the organisation's users; every method sees one user's.
#[async_trait]
pub trait UserAliasRepository: Send + Sync {
    /// Makes an alias.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` (`alias`): the user has an alias of that name.
    async fn create_user_alias(&self, user: &UserId, input: UserAliasInput) -> DbResult<UserAlias>;

    /// Reads an alias.
    async fn get_user_alias(&self, user: &UserId, id: Id<UserAlias>)
    -> DbResult<Option<UserAlias>>;

    /// Reads the alias of this name; case matters.
    async fn find_user_alias(&self, user: &UserId, alias: &Name) -> DbResult<Option<UserAlias>>;

    /// Replaces what an alias says and gives it as it is then.
    ///
    /// # Errors
    ///
    /// - `NotFound`: the user has no such alias.
    /// - `AlreadyExists` (`alias`): another of the user's has the new name.
    async fn update_user_alias(
        &self,
        user: &UserId,
        id: Id<UserAlias>,
        input: UserAliasInput,
    ) -> DbResult<UserAlias>;

    /// Deletes an alias and says how many rows went: 0 or 1.
    async fn delete_user_alias(&self, user: &UserId, id: Id<UserAlias>) -> DbResult<u64>;

    /// Lists the user's aliases by `alias`, bytes compared.
    async fn list_user_aliases(
        &self,
        user: &UserId,
        page: PageRequest,
    ) -> DbResult<Page<UserAlias>>;
}
