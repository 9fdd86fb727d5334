//! The record of what has been applied: a row for each file in `atlas_migrations`.

use mongodb::bson::{Document, doc};
use mongodb::{Collection, Database};

use super::MigrationError;
use super::files::MigrationFile;
use super::lock;
use crate::mongo::fault::Fault;

/// Where the record is kept, and the lock.
pub(super) const COLLECTION: &str = "atlas_migrations";

/// The names of the files that have been applied, in order.
///
/// Refuses a database whose record does not fit the files of this program.
pub(super) async fn check(
    database: &Database,
    files: &[MigrationFile],
) -> Result<Vec<String>, MigrationError> {
    let mut names = Vec::new();
    for row in read(database).await.map_err(MigrationError::record)? {
        let number = row.get_i32("_id").unwrap_or_default();
        let name = row.get_str("name").unwrap_or("without a name").to_owned();
        match files.iter().find(|file| file.number == number) {
            Some(file)
                if row
                    .get_str("checksum")
                    .is_ok_and(|known| known == file.checksum) =>
            {
                names.push(name)
            }
            Some(_) => return Err(MigrationError::Changed { name }),
            None => return Err(MigrationError::Newer { name }),
        }
    }
    Ok(names)
}

/// Notes that `file` has been applied. Does nothing when that is noted already.
pub(super) async fn record(
    database: &Database,
    file: &MigrationFile,
) -> Result<(), MigrationError> {
    let row = doc! {
        "name": &file.name,
        "checksum": &file.checksum,
        "applied_by": format!(
            "atlas {}, process {}", env!("CARGO_PKG_VERSION"), std::process::id()
        ),
    };
    let noted = rows(database)
        .update_one(
            doc! { "_id": file.number, "applied_at": { "$exists": false } },
            // The server's time: the clocks of several servers differ.
            doc! { "$setOnInsert": row, "$currentDate": { "applied_at": true } },
        )
        .upsert(true)
        .await;
    match noted.map_err(Fault::from) {
        Ok(_) => Ok(()),
        // It is there, so the insert met its `_id`.
        Err(fault) if fault.is_duplicate_key() => Ok(()),
        Err(fault) => Err(MigrationError::record(fault)),
    }
}

async fn read(database: &Database) -> Result<Vec<Document>, mongodb::error::Error> {
    let mut cursor = rows(database)
        .find(doc! { "_id": { "$ne": lock::ID } })
        .sort(doc! { "_id": 1 })
        .await?;
    let mut found = Vec::new();
    while cursor.advance().await? {
        found.push(cursor.deserialize_current()?);
    }
    Ok(found)
}

fn rows(database: &Database) -> Collection<Document> {
    database.collection(COLLECTION)
}

#[cfg(all(test, feature = "contract-tests"))]
mod tests {
    use mongodb::Client;

    use super::*;
    use crate::contract::MongoDatabase;
    use crate::mongo::migrate::files::embedded;

    #[tokio::test]
    async fn what_is_noted_already_stays_as_it_was_noted() {
        let own = MongoDatabase::fresh();
        let client = Client::with_uri_str(own.uri()).await.unwrap();
        let database = client.database(own.name());
        let file = embedded().unwrap().swap_remove(0);
        record(&database, &file).await.unwrap();
        let long_ago = mongodb::bson::DateTime::from_millis(0);
        rows(&database)
            .update_one(doc! {}, doc! { "$set": { "applied_at": long_ago } })
            .await
            .unwrap();
        record(&database, &file).await.unwrap();
        let noted = read(&database).await.unwrap();
        assert_eq!(noted.len(), 1);
        assert_eq!(noted[0].get_datetime("applied_at").unwrap(), &long_ago);
        assert_eq!(noted[0].get_str("name").unwrap(), file.name);
    }
}
