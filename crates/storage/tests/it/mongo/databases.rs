//! The databases that tests get.

use atlas_storage::contract::MongoDatabase;
use mongodb::Client;
use mongodb::bson::doc;

#[tokio::test]
async fn a_database_is_its_tests_own_and_goes_away_with_it() {
    let one = MongoDatabase::fresh();
    let other = MongoDatabase::fresh();
    let client = Client::with_uri_str(one.uri()).await.unwrap();
    for database in [&one, &other] {
        let rows = client.database(database.name()).collection("rows");
        rows.insert_one(doc! {"of": database.name()}).await.unwrap();
        assert_eq!(rows.count_documents(doc! {}).await.unwrap(), 1);
    }
    let (gone, kept) = (one.name().to_owned(), other.name().to_owned());
    drop(one);
    let left = client.list_database_names().await.unwrap();
    assert!(!left.contains(&gone), "{left:?}");
    assert!(left.contains(&kept), "{left:?}");
}
