//! Where everything is kept.

use atlas_server::settings::StoreSettings;
use secrecy::ExposeSecret as _;

use super::read;

const URI: &str = "mongodb://atlas:hunter2@db1,db2/?replicaSet=rs0";

#[test]
fn a_connection_string_means_mongodb_and_the_database_has_a_default() {
    for (pairs, name) in [
        (vec![("MONGO_URI", URI)], "atlas"),
        (vec![("MONGO_URI", URI), ("MONGO_DB", "calls-1")], "calls-1"),
        (vec![("MONGO_URI", URI), ("SQLITE_PATH", "x.db")], "atlas"),
    ] {
        let settings = read(&pairs).unwrap();
        let StoreSettings::Mongo(mongo) = &settings.store else {
            panic!("{:?}", settings.store);
        };
        assert_eq!(mongo.uri.expose_secret(), URI);
        assert_eq!(mongo.database, name);
        assert_eq!(
            settings.store.to_string(),
            format!("MongoDB database {name}")
        );
    }
    for (uri, database, name) in [
        ("mongodb://db1,db2/calls?replicaSet=rs0", "", "calls"),
        ("mongodb+srv://a:b@db/calls", "", "calls"),
        ("mongodb://db1,db2/calls", "other", "other"),
        // Only where the account is kept.
        ("mongodb://a:b@db1/admin", "", "atlas"),
    ] {
        let settings = read(&[("MONGO_URI", uri), ("MONGO_DB", database)]).unwrap();
        assert_eq!(
            settings.store.to_string(),
            format!("MongoDB database {name}"),
            "{uri}"
        );
    }
    let settings = read(&[("MONGO_URI", "mongodb+srv://cluster.example.com")]).unwrap();
    assert!(matches!(settings.store, StoreSettings::Mongo(_)));
}

#[test]
fn no_setting_shows_the_connection_string() {
    let shown = format!("{:?}", read(&[("MONGO_URI", URI)]).unwrap());
    assert!(shown.contains("atlas"), "{shown}");
    assert!(
        !shown.contains("hunter2") && !shown.contains("db1"),
        "{shown}"
    );
}

#[test]
fn without_a_connection_string_sqlite_is_used() {
    let settings = read(&[("MONGO_URI", ""), ("SQLITE_PATH", "x.db")]).unwrap();
    assert!(matches!(&settings.store, StoreSettings::Sqlite { path } if path.ends_with("x.db")));
}
