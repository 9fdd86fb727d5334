//! The steps that a file is made of. Each is safe to repeat, whole or cut off.

use mongodb::Database;
use mongodb::bson::{Document, doc};
use mongodb::error::ErrorKind;

use super::indexes::{self, IndexSpec};
use super::violations;
use super::{MigrationError, Violations};
use crate::mongo::fault::Fault;
use crate::mongo::legacy;

/// Error codes of the server
/// (<https://www.mongodb.com/docs/manual/reference/error-codes/>).
const NAMESPACE_EXISTS: i32 = 48;

/// One step.
#[derive(Debug)]
pub(super) struct Step {
    collection: String,
    work: Work,
}

#[derive(Debug)]
enum Work {
    /// Makes the collection, where it is missing.
    Create,
    /// Drops unique indexes with one of these keys, whatever they are called.
    DropUniqueIndexes(Vec<Document>),
    /// Drops indexes by name, where they are.
    DropIndexes(Vec<String>),
    /// Rewrites old rows into today's shape.
    Adopt,
    /// Builds these indexes, replacing others with the same keys or name.
    CreateIndexes(Vec<IndexSpec>),
    /// Sets the collection's validator: a command of the server, as it is.
    CollMod(Document),
}

impl Step {
    /// Reads a step, whose first key says what to do and its value with which collection.
    pub(super) fn read(step: &Document) -> Result<Self, String> {
        let (verb, collection) = step.iter().next().ok_or("a step is empty")?;
        let collection = collection
            .as_str()
            .ok_or_else(|| format!("{verb} does not name a collection"))?;
        let work = match verb.as_str() {
            "create" => Work::Create,
            "dropUniqueIndexes" => Work::DropUniqueIndexes(documents(step, "keys")?),
            "dropIndexes" => Work::DropIndexes(names(step)?),
            "adopt" => Work::Adopt,
            "createIndexes" => Work::CreateIndexes(
                documents(step, "indexes")?
                    .into_iter()
                    .map(IndexSpec::read)
                    .collect::<Result<_, _>>()?,
            ),
            "collMod" => Work::CollMod(step.clone()),
            other => return Err(format!("there is no step {other}")),
        };
        Ok(Self {
            collection: collection.to_owned(),
            work,
        })
    }

    /// Does it, as a step of the file `name`, and says how many rows were adopted.
    pub(super) async fn run(&self, database: &Database, name: &str) -> Result<u64, MigrationError> {
        let failed = |fault: Fault| MigrationError::Step {
            name: name.to_owned(),
            step: format!("{} of {}", self.verb(), self.collection),
            source: fault.into(),
        };
        match &self.work {
            Work::Create => self.create(database).await.map_err(failed)?,
            Work::DropUniqueIndexes(keys) => {
                indexes::drop_unique(database, &self.collection, keys)
                    .await
                    .map_err(failed)?;
            }
            Work::DropIndexes(names) => {
                indexes::drop_named(database, &self.collection, names)
                    .await
                    .map_err(failed)?;
            }
            Work::Adopt => return adopt(database, &self.collection, name).await,
            Work::CreateIndexes(specs) => {
                self.build(database, specs, name, failed).await?;
            }
            Work::CollMod(command) => {
                run_command(database, command.clone())
                    .await
                    .map_err(failed)?;
            }
        }
        Ok(0)
    }

    /// Does what is to be done at every start, also when the file `name` was applied before:
    /// adopting the rows that came later. Says how many there were.
    pub(super) async fn run_again(
        &self,
        database: &Database,
        name: &str,
    ) -> Result<u64, MigrationError> {
        match self.work {
            Work::Adopt => adopt(database, &self.collection, name).await,
            Work::Create
            | Work::DropUniqueIndexes(_)
            | Work::DropIndexes(_)
            | Work::CreateIndexes(_)
            | Work::CollMod(_) => Ok(0),
        }
    }

    async fn create(&self, database: &Database) -> Result<(), Fault> {
        match run_command(database, doc! { "create": &self.collection }).await {
            Err(Fault::Driver(error)) if code_of(&error) == Some(NAMESPACE_EXISTS) => Ok(()),
            done => done,
        }
    }

    /// Builds what is missing in one pass over the rows, after a look for rows in its way.
    async fn build(
        &self,
        database: &Database,
        specs: &[IndexSpec],
        name: &str,
        failed: impl Fn(Fault) -> MigrationError,
    ) -> Result<(), MigrationError> {
        let missing = indexes::make_room(database, &self.collection, specs)
            .await
            .map_err(&failed)?;
        self.stop_at_violations(database, &missing, name, &failed)
            .await?;
        match indexes::build(database, &self.collection, &missing).await {
            Ok(()) => Ok(()),
            // Somebody wrote such a row meanwhile.
            Err(fault) if fault.is_duplicate_key() => {
                self.stop_at_violations(database, &missing, name, &failed)
                    .await?;
                Err(failed(fault))
            }
            Err(fault) => Err(failed(fault)),
        }
    }

    async fn stop_at_violations(
        &self,
        database: &Database,
        missing: &[&IndexSpec],
        name: &str,
        failed: impl Fn(Fault) -> MigrationError,
    ) -> Result<(), MigrationError> {
        let found = violations::find(database, &self.collection, missing).await;
        stop_at(found.map_err(failed)?, name)
    }

    const fn verb(&self) -> &'static str {
        match self.work {
            Work::Create => "create",
            Work::DropUniqueIndexes(_) => "dropUniqueIndexes",
            Work::DropIndexes(_) => "dropIndexes",
            Work::Adopt => "adopt",
            Work::CreateIndexes(_) => "createIndexes",
            Work::CollMod(_) => "collMod",
        }
    }
}

/// Adopts the old rows of a collection, for the migration `name`, and says how many there were.
pub(super) async fn adopt(
    database: &Database,
    collection: &str,
    name: &str,
) -> Result<u64, MigrationError> {
    let failed = |fault: Fault| MigrationError::Step {
        name: name.to_owned(),
        step: format!("adopt of {collection}"),
        source: fault.into(),
    };
    if collection == "calls" {
        stop_at(
            violations::of_old_calls(database).await.map_err(failed)?,
            name,
        )?;
    }
    let adoption = legacy::adopt::adopt_rows(database, collection).await;
    let adoption = adoption.map_err(failed)?;
    if adoption.overtaken.is_empty() {
        return Ok(adoption.adopted);
    }
    Err(MigrationError::Overtaken {
        name: name.to_owned(),
        collection: collection.to_owned(),
        rows: adoption.overtaken.len(),
        first: adoption
            .overtaken
            .first()
            .map(violations::id_text)
            .unwrap_or_default(),
    })
}

fn stop_at(violations: Violations, name: &str) -> Result<(), MigrationError> {
    if violations.0.is_empty() {
        return Ok(());
    }
    Err(MigrationError::Violations {
        name: name.to_owned(),
        violations,
    })
}

/// Runs a command that changes the schema, and waits until the majority has it.
pub(super) async fn run_command(database: &Database, mut command: Document) -> Result<(), Fault> {
    command.insert("writeConcern", doc! { "w": "majority" });
    database.run_command(command).await?;
    Ok(())
}

/// The code with which the server refused a command.
pub(super) fn code_of(error: &mongodb::error::Error) -> Option<i32> {
    if let ErrorKind::Command(refusal) = &*error.kind {
        Some(refusal.code)
    } else {
        None
    }
}

fn documents(step: &Document, key: &str) -> Result<Vec<Document>, String> {
    let values = step.get_array(key).map_err(|error| error.to_string())?;
    values
        .iter()
        .map(|value| {
            let document = value.as_document().cloned();
            document.ok_or_else(|| format!("{key} holds something that is no document"))
        })
        .collect()
}

fn names(step: &Document) -> Result<Vec<String>, String> {
    let values = step.get_array("names").map_err(|error| error.to_string())?;
    values
        .iter()
        .map(|value| {
            let name = value.as_str().map(str::to_owned);
            name.ok_or_else(|| "names holds something that is no text".to_owned())
        })
        .collect()
}
