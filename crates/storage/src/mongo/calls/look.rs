//! Reading a call's document as surely as the answer needs it.

use mongodb::action::Action;
use mongodb::bson::Document;
use mongodb::options::ReadConcern;

use super::COLLECTION;
use crate::mongo::MongoStore;
use crate::mongo::fault::Fault;

/// A server alone does not know the read concern `linearizable`
/// (<https://www.mongodb.com/docs/manual/reference/error-codes/>).
const NOT_A_REPLICA_SET: i32 = 123;

/// How a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mongo) enum Look {
    /// As the majority has it, so that it is never rolled back. A primary that was deposed and has
    /// not noticed may show an older one, or none.
    Settled,
    /// As the primary has it, though the majority may not have it yet. Good only for a guarded
    /// write, which the majority takes together with what it was built on.
    Newest,
    /// As it is: the server makes sure that it is the primary still, which costs as much as a write
    /// (<https://www.mongodb.com/docs/manual/reference/read-concern-linearizable/>).
    Certain,
}

impl MongoStore {
    /// The document of a call, or what `projection` leaves of it.
    pub(in crate::mongo) async fn look_for_call(
        &self,
        filter: Document,
        projection: Option<Document>,
        look: Look,
    ) -> Result<Option<Document>, Fault> {
        let calls = self.collection(COLLECTION);
        let find = || {
            let found = calls.find_one(filter.clone());
            found.optional(projection.clone(), |find, fields| find.projection(fields))
        };
        match look {
            Look::Settled => Ok(find().await?),
            Look::Newest => Ok(find().read_concern(ReadConcern::local()).await?),
            Look::Certain => {
                let certain = find()
                    .read_concern(ReadConcern::linearizable())
                    // Without its majority the server would wait for it for ever.
                    .max_time(self.inner.answer_timeout);
                match certain.await.map_err(Fault::from) {
                    // It is nobody's primary, so nobody deposed it.
                    Err(fault) if fault.code() == Some(NOT_A_REPLICA_SET) => Ok(find().await?),
                    found => found,
                }
            }
        }
    }
}

#[cfg(all(test, feature = "contract-tests"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests panic when they fail")]

    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use atlas_domain::call::{Backoff, Call, CallEvent, CallPurpose, Effect, NewCall, RetryPlan};
    use atlas_domain::{CallId, TenantId, Timestamp};
    use mongodb::Client;
    use mongodb::event::EventHandler;
    use mongodb::event::command::CommandEvent;
    use mongodb::options::ClientOptions;

    use super::*;
    use crate::contract::MongoDatabase;
    use crate::{CallRepository, Directory};

    /// What is to happen once, when the first call has been read.
    type Meanwhile = Box<dyn Fn() + Send + Sync>;

    /// A store, and the read concerns with which it looked for calls.
    async fn heard(own: &MongoDatabase, meanwhile: Meanwhile) -> (MongoStore, Levels) {
        let levels = Levels::default();
        let (heard, happened) = (levels.clone(), AtomicBool::new(false));
        let mut options = ClientOptions::parse(own.uri()).await.unwrap();
        options.read_concern = Some(ReadConcern::majority());
        options.command_event_handler = Some(EventHandler::callback(move |event| {
            if let CommandEvent::Started(started) = &event
                && started.command_name == "find"
            {
                let concern = started.command.get_document("readConcern").unwrap();
                let level = concern.get_str("level").unwrap().to_owned();
                heard.0.lock().unwrap().push(level);
            }
            if let CommandEvent::Succeeded(read) = &event
                && read.command_name == "find"
                && !happened.swap(true, Ordering::SeqCst)
            {
                meanwhile();
            }
        }));
        let client = Client::with_options(options).unwrap();
        let store = MongoStore::over(client, own.name(), Duration::from_secs(30));
        (store, levels)
    }

    #[derive(Clone, Default)]
    struct Levels(Arc<Mutex<Vec<String>>>);

    impl Levels {
        fn take(&self) -> Vec<String> {
            std::mem::take(&mut *self.0.lock().unwrap())
        }
    }

    fn nothing() -> Meanwhile {
        Box::new(|| {})
    }

    fn call_id() -> CallId {
        "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse().unwrap()
    }

    fn call() -> Call {
        let new = NewCall {
            call_id: call_id(),
            user_id: None,
            user_external_id: None,
            to_number: "+15550100042".parse().unwrap(),
            from_number: "+15005550006".parse().unwrap(),
            purpose: CallPurpose::Script,
            script: None,
            recording_enabled: true,
            retry_plan: RetryPlan::new(3, 10, Backoff::Fixed).unwrap(),
        };
        Call::begin(new, Timestamp::EPOCH)
    }

    async fn apply(store: &MongoStore, event: &CallEvent) -> Option<Effect> {
        let (tenant, now) = (TenantId::default(), Timestamp::EPOCH);
        let applied = store.apply(&tenant, call_id(), event, now).await;
        applied.unwrap().map(|applied| applied.effect)
    }

    #[tokio::test]
    async fn what_is_not_there_is_looked_for_again_at_a_server_that_is_surely_the_primary() {
        let own = MongoDatabase::fresh();
        let (store, levels) = heard(&own, nothing()).await;
        assert_eq!(store.locate_call(call_id()).await.unwrap(), None);
        assert_eq!(levels.take(), ["majority", "linearizable"]);
        let sid = "CA1".parse().unwrap();
        assert_eq!(store.locate_sid(&sid).await.unwrap(), None);
        // The second looks for a row of an older Atlas.
        assert_eq!(levels.take(), ["majority", "majority", "linearizable"]);
        assert_eq!(apply(&store, &CallEvent::RedialsGivenUp).await, None);
        assert_eq!(levels.take(), ["majority", "linearizable"]);
    }

    #[tokio::test]
    async fn an_answer_that_writes_nothing_rests_on_a_certain_look() {
        let own = MongoDatabase::fresh();
        let (store, levels) = heard(&own, nothing()).await;
        store.insert(&TenantId::default(), &call()).await.unwrap();
        let refused = apply(&store, &CallEvent::RedialRequested).await;
        assert!(matches!(refused, Some(Effect::Refused(_))), "{refused:?}");
        assert_eq!(levels.take(), ["majority", "linearizable"]);
        let changed = apply(&store, &CallEvent::RedialsGivenUp).await;
        assert_eq!(changed, Some(Effect::Changed));
        assert_eq!(levels.take(), ["majority"]);
    }

    #[tokio::test]
    async fn who_was_overtaken_reads_what_the_majority_may_not_have_yet() {
        let own = MongoDatabase::fresh();
        let (uri, name) = (own.uri().to_owned(), own.name().to_owned());
        // Another instance writes between the read and the write of this one.
        let overtake = move || {
            let (uri, name) = (uri.clone(), name.clone());
            let another = std::thread::spawn(move || {
                let runtime = tokio::runtime::Runtime::new().unwrap();
                runtime.block_on(async {
                    let client = Client::with_uri_str(uri).await.unwrap();
                    let store = MongoStore::over(client, &name, Duration::from_secs(30));
                    apply(&store, &CallEvent::HangUpRequested).await
                })
            });
            assert_eq!(another.join().unwrap(), Some(Effect::Changed));
        };
        let (store, levels) = heard(&own, Box::new(overtake)).await;
        store.insert(&TenantId::default(), &call()).await.unwrap();
        let changed = apply(&store, &CallEvent::RedialsGivenUp).await;
        assert_eq!(changed, Some(Effect::Changed));
        assert_eq!(levels.take(), ["majority", "local"]);
        let stored = store.find(&TenantId::default(), call_id()).await.unwrap();
        let stored = stored.unwrap();
        assert!(stored.redials_given_up && stored.hang_up.is_some());
    }
}
