//! What no repository can be made to do: panic, block, and fail to commit.

use std::sync::mpsc::{Sender, channel};

use super::*;

/// A writer over a table `notes (text)`, in which `at_commit` is checked when a transaction ends.
fn writer(answer_timeout: Duration, queue_capacity: usize) -> (Writer, JoinHandle<()>) {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "PRAGMA foreign_keys = ON;
            CREATE TABLE notes (
                text TEXT PRIMARY KEY,
                at_commit TEXT REFERENCES notes (text) DEFERRABLE INITIALLY DEFERRED
            );",
        )
        .unwrap();
    Writer::start(connection, queue_capacity, 512, answer_timeout).unwrap()
}

fn patient_writer() -> Arc<Writer> {
    Arc::new(writer(Duration::from_secs(60), 100).0)
}

/// Keeps the writer inside a job of its own transaction until what is given back is dropped, so
/// that everything written meanwhile shares the next one.
async fn hold_up(writer: &Arc<Writer>) -> Sender<()> {
    let (release, released) = channel::<()>();
    let (entered, inside) = tokio::sync::oneshot::channel();
    let writer = Arc::clone(writer);
    tokio::spawn(async move {
        let held_up = writer.write(move |_| {
            entered.send(()).unwrap();
            // Ends with an error, once the other end is dropped.
            released.recv().unwrap_err();
            Ok(())
        });
        held_up.await.unwrap();
    });
    inside.await.unwrap();
    release
}

fn note(text: &'static str) -> impl FnOnce(&Connection) -> Result<(), Fault> + Send + 'static {
    move |connection| {
        connection.execute("INSERT INTO notes (text) VALUES (?1)", [text])?;
        Ok(())
    }
}

async fn notes(writer: &Writer) -> Vec<String> {
    writer
        .write(|connection| {
            let mut statement = connection.prepare("SELECT text FROM notes ORDER BY text")?;
            let texts = statement.query_map([], |row| row.get(0))?;
            Ok(texts.collect::<Result<_, _>>()?)
        })
        .await
        .unwrap()
}

fn is_unavailable<T>(result: &Result<T, StorageError>) -> bool {
    matches!(result, Err(StorageError::Unavailable(_)))
}

#[tokio::test]
async fn a_job_that_panics_is_rolled_back_and_the_thread_goes_on() {
    let writer = patient_writer();
    let panicked: Result<(), _> = writer
        .write(|connection| {
            connection.execute("INSERT INTO notes (text) VALUES ('half')", [])?;
            panic!("a defect")
        })
        .await;
    assert!(is_unavailable(&panicked));
    writer.write(note("after")).await.unwrap();
    assert_eq!(notes(&writer).await, ["after"]);
}

#[tokio::test]
async fn a_job_that_fails_is_rolled_back_alone() {
    let writer = patient_writer();
    let failing = |connection: &Connection| -> Result<(), Fault> {
        connection.execute("INSERT INTO notes (text) VALUES ('half')", [])?;
        connection.execute("INSERT INTO notes (text) VALUES ('half')", [])?;
        Ok(())
    };
    let release = hold_up(&writer).await;
    // Polled in this order on one thread.
    let (before, failed, after, ()) = tokio::join!(
        writer.write(note("before")),
        writer.write(failing),
        writer.write(note("later")),
        async { drop(release) }
    );
    before.unwrap();
    after.unwrap();
    assert!(failed.is_err());
    assert_eq!(notes(&writer).await, ["before", "later"]);
    assert_eq!(
        writer.commits(),
        3,
        "the first, the three together, and the reading"
    );
}

#[tokio::test]
async fn when_a_commit_fails_all_that_shared_it_fail_and_the_next_works() {
    let writer = patient_writer();
    let dangling = |connection: &Connection| -> Result<(), Fault> {
        connection.execute("INSERT INTO notes VALUES ('dangling', 'nowhere')", [])?;
        Ok(())
    };
    let release = hold_up(&writer).await;
    let (before, guilty, after, ()) = tokio::join!(
        writer.write(note("before")),
        writer.write(dangling),
        writer.write(note("after")),
        async { drop(release) }
    );
    for result in [before, guilty, after] {
        assert!(is_unavailable(&result), "{result:?}");
    }
    writer.write(note("next")).await.unwrap();
    assert_eq!(notes(&writer).await, ["next"]);
}

#[tokio::test]
async fn when_the_disk_is_full_what_was_answered_well_is_there_and_nothing_else() {
    let writer = patient_writer();
    let fill = |connection: &Connection| -> Result<(), Fault> {
        connection.execute_batch("PRAGMA max_page_count = 5")?;
        connection.execute("INSERT INTO notes (text) VALUES (zeroblob(1000000))", [])?;
        Ok(())
    };
    let release = hold_up(&writer).await;
    let (before, full, after, ()) = tokio::join!(
        writer.write(note("before")),
        writer.write(fill),
        writer.write(note("later")),
        async { drop(release) }
    );
    assert!(is_unavailable(&full));
    writer.write(note("next")).await.unwrap();
    let mut expected = Vec::new();
    expected.extend(before.is_ok().then_some("before"));
    expected.extend(after.is_ok().then_some("later"));
    expected.push("next");
    assert_eq!(notes(&writer).await, expected);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_in_time_makes_the_store_unavailable() {
    // The paused clock runs ahead while nothing else can happen.
    let (writer, thread) = writer(Duration::from_secs(10), 1);
    let (release, released) = channel::<()>();
    let stuck = writer
        .write(move |_| {
            released.recv().unwrap_err();
            Ok(())
        })
        .await;
    assert!(is_unavailable(&stuck));
    let queued = writer.write(note("queued")).await;
    assert!(is_unavailable(&queued), "behind the one that is stuck");
    let full = writer.write(note("too many")).await;
    assert!(is_unavailable(&full), "the queue holds one");

    tokio::time::resume();
    drop(release);
    assert_eq!(
        notes(&writer).await,
        Vec::<String>::new(),
        "what was not begun is not written"
    );
    writer.close();
    thread.join().unwrap();
}

#[tokio::test]
async fn a_closed_writer_finishes_its_queue_and_takes_no_more() {
    let (writer, thread) = writer(Duration::from_secs(60), 100);
    writer.write(note("first")).await.unwrap();
    assert_eq!(writer.commits(), 1);
    let last = async {
        let write = writer.write(note("last"));
        tokio::pin!(write);
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(write.as_mut().poll(context).is_ready())
        })
        .await;
        writer.close();
        if polled { Ok(()) } else { write.await }
    };
    last.await.unwrap();
    assert!(is_unavailable(&writer.write(note("late")).await));
    thread.join().unwrap();
}
