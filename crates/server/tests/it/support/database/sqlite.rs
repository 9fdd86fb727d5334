//! A SQLite file, and second connections to it.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

/// Everything the server stores in.
const TABLES: [&str; 7] = [
    "attempts",
    "calls",
    "dials",
    "idempotency_keys",
    "recordings",
    "users",
    "write_checks",
];

/// The server's file.
pub(super) struct SqliteFile {
    /// The connection that keeps the write lock.
    lock: RefCell<Option<Connection>>,
    folder: TempDir,
}

impl SqliteFile {
    pub(super) fn new(folder: TempDir) -> Self {
        Self {
            lock: RefCell::new(None),
            folder,
        }
    }

    pub(super) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![("SQLITE_PATH", self.path().to_string_lossy().into_owned())]
    }

    /// Takes every table away: what the server reads or writes fails at once.
    pub(super) fn take_away(&self) {
        self.rename(|table| (table.to_owned(), format!("{table}_away")));
    }

    /// Puts every table back.
    pub(super) fn put_back(&self) {
        self.rename(|table| (format!("{table}_away"), table.to_owned()));
    }

    /// Keeps the one write lock.
    pub(super) fn lock(&self) {
        let connection = self.connect();
        run(&connection, "BEGIN IMMEDIATE");
        self.lock.replace(Some(connection));
    }

    /// Gives the write lock back.
    pub(super) fn unlock(&self) {
        let connection = self.lock.take().expect("the lock");
        run(&connection, "ROLLBACK");
    }

    pub(super) fn spoil(&self, call_id: &str) {
        let sql = "UPDATE calls SET user_id = 'spoilt' WHERE call_id = ?1";
        let changed = self
            .connect()
            .execute(sql, [call_id])
            .expect("SQL that runs");
        assert_eq!(changed, 1);
    }

    pub(super) fn count(&self, table: &str) -> u64 {
        let sql = format!("SELECT count(*) FROM {table}");
        self.connect()
            .query_row(&sql, [], |row| row.get::<_, i64>(0))
            .ok()
            .and_then(|count| count.try_into().ok())
            .expect("a count")
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("atlas.db")
    }

    fn connect(&self) -> Connection {
        let connection = Connection::open(self.path()).expect("the server's database");
        connection
            .busy_timeout(Duration::from_secs(10))
            .expect("a timeout");
        connection
    }

    fn rename(&self, names: impl Fn(&str) -> (String, String)) {
        let renames: String = TABLES
            .iter()
            .map(|table| names(table))
            .map(|(from, to)| format!("ALTER TABLE {from} RENAME TO {to};"))
            .collect();
        run(
            &self.connect(),
            &format!("BEGIN IMMEDIATE; {renames} COMMIT"),
        );
    }
}

fn run(connection: &Connection, sql: &str) {
    connection.execute_batch(sql).expect("SQL that runs");
}
