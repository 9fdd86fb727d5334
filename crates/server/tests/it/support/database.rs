//! A second connection to the server's database, to make it slow or take it away.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

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

/// A second connection to the server's database.
pub(crate) struct Database(Connection);

impl Database {
    pub(super) fn open(path: &Path) -> Self {
        let connection = Connection::open(path).expect("the server's database");
        connection
            .busy_timeout(Duration::from_secs(10))
            .expect("a timeout");
        Self(connection)
    }

    /// Takes every table away: what the server reads or writes fails at once.
    pub(crate) fn take_away(&self) {
        self.rename(|table| (table.to_owned(), format!("{table}_away")));
    }

    /// Puts every table back.
    pub(crate) fn put_back(&self) {
        self.rename(|table| (format!("{table}_away"), table.to_owned()));
    }

    /// Keeps the one write lock: what the server writes waits, what it reads does not.
    pub(crate) fn lock(&self) {
        self.run("BEGIN IMMEDIATE");
    }

    /// Gives the write lock back.
    pub(crate) fn unlock(&self) {
        self.run("ROLLBACK");
    }

    /// Writes something into a call that no Atlas ever wrote.
    pub(crate) fn spoil_user_of(&self, call_id: &str) {
        let sql = "UPDATE calls SET user_id = 'spoilt' WHERE call_id = ?1";
        let changed = self.0.execute(sql, [call_id]).expect("SQL that runs");
        assert_eq!(changed, 1);
    }

    /// How many rows a table has.
    pub(crate) fn count(&self, table: &str) -> i64 {
        self.0
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .expect("a count")
    }

    fn rename(&self, names: impl Fn(&str) -> (String, String)) {
        let renames: String = TABLES
            .iter()
            .map(|table| names(table))
            .map(|(from, to)| format!("ALTER TABLE {from} RENAME TO {to};"))
            .collect();
        self.run(&format!("BEGIN IMMEDIATE; {renames} COMMIT"));
    }

    fn run(&self, sql: &str) {
        self.0.execute_batch(sql).expect("SQL that runs");
    }
}
