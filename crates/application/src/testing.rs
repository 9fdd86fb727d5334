//! Unit tests of the use cases, over mocked repositories and a mocked carrier.

mod delivering;
mod due_work;
mod notifying;
mod phone;
mod placing;
mod pressing;
mod reporting;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use atlas_domain::call::{self, Call, CallStatus, RetryPlan};
use atlas_domain::carrier::{
    CarrierCall, CarrierCallQuery, CarrierError, DialOrder, MachineDetection, MediaRequest,
    PlaceOutcome, RecordingMedia,
};
use atlas_domain::notification::{
    AcknowledgedBy, AcknowledgementEvent, AcknowledgementSink, DeliveryOutcome, NoSink,
};
use atlas_domain::{
    CallId, CallSid, Carrier, Clock, DialNo, DialReference, IdGenerator, Notification, ObjectId,
    PrivateHosts, Resolver, TenantId, Timestamp,
};
use atlas_storage::{
    DirectoryEntry, MockCallRepository, MockDirectory, MockIdempotencyRepository,
    MockRecordingRepository, MockStore, MockUserRepository, StorageError,
};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{Application, CallDefaults, NotificationDefaults, PlaceCall, Ports, UserReference};

mockall::mock! {
    Carrier {}

    #[async_trait]
    impl Carrier for Carrier {
        async fn place(&self, order: &DialOrder) -> PlaceOutcome;
        async fn fetch(&self, sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError>;
        async fn list(&self, query: &CarrierCallQuery) -> Result<Vec<CarrierCall>, CarrierError>;
        async fn hang_up(&self, sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError>;
        async fn play_machine_message(
            &self,
            sid: &CallSid,
            dial: &DialReference,
        ) -> Result<(), CarrierError>;
        async fn recent(&self, limit: u32) -> Result<Vec<CarrierCall>, CarrierError>;
        async fn check_account(&self) -> Result<(), CarrierError>;
        async fn recording_media(
            &self,
            request: &MediaRequest,
        ) -> Result<Option<RecordingMedia>, CarrierError>;
    }
}

/// A clock that stands still.
struct StoppedClock(Timestamp);

#[async_trait]
impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    async fn sleep_until(&self, _at: Timestamp) {
        std::future::pending().await
    }
}

struct OneId;

impl IdGenerator for OneId {
    fn call_id(&self) -> CallId {
        call_id()
    }

    fn object_id(&self, created_at: Timestamp) -> ObjectId {
        ObjectId::from_parts(created_at, [1; 8])
    }
}

mockall::mock! {
    Resolver {}

    #[async_trait]
    impl Resolver for Resolver {
        async fn addresses_of(&self, host: &str) -> Vec<IpAddr>;
    }
}

/// Mocks that expect nothing: whatever a test does not expect fails it.
struct Mocks {
    calls: MockCallRepository,
    users: MockUserRepository,
    idempotency: MockIdempotencyRepository,
    directory: MockDirectory,
    carrier: MockCarrier,
    resolver: MockResolver,
    sink: Arc<dyn AcknowledgementSink>,
    now: Timestamp,
    /// Whether what [`Mocks::keep`] keeps cannot be changed at the moment.
    away: Arc<AtomicBool>,
    /// How often it was asked to change it.
    asked: Arc<AtomicUsize>,
}

impl Mocks {
    fn new() -> Self {
        Self {
            calls: MockCallRepository::new(),
            users: MockUserRepository::new(),
            idempotency: MockIdempotencyRepository::new(),
            directory: MockDirectory::new(),
            carrier: MockCarrier::new(),
            resolver: MockResolver::new(),
            sink: Arc::new(NoSink),
            now: at(0),
            away: Arc::default(),
            asked: Arc::default(),
        }
    }

    fn application(self) -> Application {
        let ports = Ports {
            calls: Arc::new(self.calls),
            users: Arc::new(self.users),
            recordings: Arc::new(MockRecordingRepository::new()),
            idempotency: Arc::new(self.idempotency),
            directory: Arc::new(self.directory),
            store: Arc::new(MockStore::new()),
            carrier: Arc::new(self.carrier),
            clock: Arc::new(StoppedClock(self.now)),
            ids: Arc::new(OneId),
            resolver: Arc::new(self.resolver),
            sink: self.sink,
        };
        let defaults = CallDefaults {
            from_number: Some("+15005550006".parse().unwrap()),
            retry_plan: RetryPlan::default(),
            private_hosts: PrivateHosts::Refused,
            notification: NotificationDefaults::default(),
        };
        Application::new(ports, defaults)
    }

    /// Makes the call repository keep one call, as a real one would; `None` until inserted.
    fn keep(&mut self, stored: Option<Call>) -> Arc<Mutex<Option<Call>>> {
        let kept = Arc::new(Mutex::new(stored));
        let row = kept.clone();
        self.calls.expect_insert().returning(move |_, call| {
            *row.lock().unwrap() = Some(call.clone());
            Ok(())
        });
        let row = kept.clone();
        self.calls
            .expect_find()
            .returning(move |_, _| Ok(row.lock().unwrap().clone()));
        let row = kept.clone();
        let (away, asked) = (self.away.clone(), self.asked.clone());
        self.calls
            .expect_apply()
            .returning(move |_, _, event, now| {
                asked.fetch_add(1, Ordering::SeqCst);
                if away.load(Ordering::SeqCst) {
                    let source = std::io::Error::other("away");
                    return Err(StorageError::Unavailable(source.into()));
                }
                let mut row = row.lock().unwrap();
                let applied = row.as_ref().map(|stored| call::apply(stored, event, now));
                if let Some(applied) = &applied {
                    *row = Some(applied.call.clone());
                }
                Ok(applied)
            });
        kept
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_767_000_000_000 + seconds * 1000).unwrap()
}

fn call_id() -> CallId {
    CallId::new(Uuid::from_u128(17))
}

fn sid(text: &str) -> CallSid {
    text.parse().unwrap()
}

fn entry() -> DirectoryEntry {
    DirectoryEntry {
        tenant: TenantId::default(),
        call_id: call_id(),
    }
}

fn request() -> PlaceCall {
    PlaceCall {
        call_id: call_id(),
        to_number: "+15550100042".parse().unwrap(),
        user: UserReference::External("crm-1".parse().unwrap()),
        script: None,
        recording_enabled: true,
        retry_plan: RetryPlan::default(),
    }
}

fn new_call() -> call::NewCall {
    call::NewCall {
        call_id: call_id(),
        user_id: None,
        user_external_id: None,
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose: call::CallPurpose::Script,
        script: None,
        recording_enabled: true,
        retry_plan: RetryPlan::default(),
    }
}

/// A stored call whose first dial the carrier is being asked for.
fn intended() -> Call {
    Call::begin(new_call(), at(0))
}

/// A stored call whose first dial is `CA1`.
fn accepted() -> Call {
    take(&intended(), DialNo::FIRST, "CA1", at(0))
}

/// The call once the carrier took this dial of it.
fn take(call: &Call, dial_no: DialNo, sid_text: &str, now: Timestamp) -> Call {
    let placed = call::CallEvent::Placed {
        dial_no,
        outcome: call::Placed::Accepted { sid: sid(sid_text) },
        asked_by: call::AskedBy::Caller,
    };
    call::apply(call, &placed, now).call
}

/// A sink that hangs or not, answers as it was told, and else takes everything.
#[derive(Default)]
struct ScriptedSink {
    outcomes: Mutex<VecDeque<DeliveryOutcome>>,
    /// What it was asked to deliver and answered.
    delivered: Mutex<Vec<AcknowledgementEvent>>,
    /// How many deliveries have begun.
    begun: AtomicUsize,
    /// What it waits for first.
    answers: Option<Arc<Notify>>,
}

impl ScriptedSink {
    fn hanging(answers: Arc<Notify>) -> Self {
        Self {
            answers: Some(answers),
            ..Self::default()
        }
    }

    fn will(&self, outcome: DeliveryOutcome) {
        self.outcomes.lock().unwrap().push_back(outcome);
    }
}

#[async_trait]
impl AcknowledgementSink for ScriptedSink {
    fn listens(&self) -> bool {
        true
    }

    async fn deliver(&self, event: &AcknowledgementEvent) -> DeliveryOutcome {
        self.begun.fetch_add(1, Ordering::SeqCst);
        if let Some(answers) = &self.answers {
            answers.notified().await;
        }
        self.delivered.lock().unwrap().push(event.clone());
        let told = self.outcomes.lock().unwrap().pop_front();
        told.unwrap_or(DeliveryOutcome::Delivered)
    }
}

/// A stored notification whose first dial is `CA1`.
fn rung() -> Call {
    let title = "Restart the pump".parse().unwrap();
    let new = call::NewCall {
        purpose: call::CallPurpose::Notification(Notification::new(None, title)),
        script: None,
        recording_enabled: false,
        retry_plan: NotificationDefaults::default().retry_plan,
        ..new_call()
    };
    take(&Call::begin(new, at(0)), DialNo::FIRST, "CA1", at(0))
}

/// The same, whose first dial was completed, and whose second is `CA2`.
fn rung_again() -> Call {
    let ended = call::CallEvent::StatusReceived(update("CA1", CallStatus::Completed));
    let ended = call::apply(&rung(), &ended, at(0)).call;
    let dial_no = DialNo::FIRST.next();
    let due = call::next_work(&ended).unwrap().at;
    let begun = call::apply(&ended, &call::CallEvent::DialDue { dial_no }, due);
    take(&begun.call, dial_no, "CA2", due)
}

fn first_dial() -> DialReference {
    DialReference {
        call_id: call_id(),
        dial_no: DialNo::FIRST,
    }
}

fn update(sid_text: &str, status: CallStatus) -> call::StatusUpdate {
    call::StatusUpdate {
        sid: sid(sid_text),
        dial_no: None,
        status,
        identity: call::EventIdentity::Sequence(1),
        carrier_time: None,
        duration_seconds: None,
        sip_response_code: None,
        answered_by: None,
    }
}

fn record(sid_text: &str, created_at: Timestamp) -> CarrierCall {
    CarrierCall {
        sid: sid(sid_text),
        status: Some(CallStatus::Ringing),
        status_word: "ringing".to_owned(),
        to: None,
        from: None,
        outbound_api: true,
        created_at: Some(created_at),
        started_at: None,
        ended_at: None,
        duration_seconds: None,
        answered_by: None,
    }
}
