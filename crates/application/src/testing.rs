//! Unit tests of the use cases, over mocked repositories and a mocked carrier.

mod due_work;
mod placing;
mod reporting;

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use atlas_domain::call::{self, Call, CallStatus, RetryPlan};
use atlas_domain::carrier::{
    CarrierCall, CarrierCallQuery, CarrierError, DialOrder, MediaRequest, PlaceOutcome,
    RecordingMedia,
};
use atlas_domain::notification::NoSink;
use atlas_domain::{
    CallId, CallSid, Carrier, Clock, IdGenerator, ObjectId, PrivateHosts, Resolver, TenantId,
    Timestamp,
};
use atlas_storage::{
    DirectoryEntry, MockCallRepository, MockDirectory, MockIdempotencyRepository,
    MockRecordingRepository, MockStore, MockUserRepository,
};
use uuid::Uuid;

use crate::{Application, CallDefaults, PlaceCall, Ports, UserReference};

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
            dial: &atlas_domain::DialReference,
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
    directory: MockDirectory,
    carrier: MockCarrier,
    resolver: MockResolver,
    now: Timestamp,
}

impl Mocks {
    fn new() -> Self {
        Self {
            calls: MockCallRepository::new(),
            users: MockUserRepository::new(),
            directory: MockDirectory::new(),
            carrier: MockCarrier::new(),
            resolver: MockResolver::new(),
            now: at(0),
        }
    }

    fn application(self) -> Application {
        let ports = Ports {
            calls: Arc::new(self.calls),
            users: Arc::new(self.users),
            recordings: Arc::new(MockRecordingRepository::new()),
            idempotency: Arc::new(MockIdempotencyRepository::new()),
            directory: Arc::new(self.directory),
            store: Arc::new(MockStore::new()),
            carrier: Arc::new(self.carrier),
            clock: Arc::new(StoppedClock(self.now)),
            ids: Arc::new(OneId),
            resolver: Arc::new(self.resolver),
            sink: Arc::new(NoSink),
        };
        let defaults = CallDefaults {
            from_number: Some("+15005550006".parse().unwrap()),
            retry_plan: RetryPlan::default(),
            private_hosts: PrivateHosts::Refused,
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
        self.calls
            .expect_apply()
            .returning(move |_, _, event, now| {
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

/// A stored call whose first dial the carrier is being asked for.
fn intended() -> Call {
    let new = call::NewCall {
        call_id: call_id(),
        user_id: None,
        user_external_id: None,
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose: call::CallPurpose::Script,
        script: None,
        recording_enabled: true,
        retry_plan: RetryPlan::default(),
    };
    Call::begin(new, at(0))
}

/// A stored call whose first dial is `CA1`.
fn accepted() -> Call {
    let placed = call::CallEvent::Placed {
        dial_no: atlas_domain::DialNo::FIRST,
        outcome: call::Placed::Accepted { sid: sid("CA1") },
        asked_by: call::AskedBy::Caller,
    };
    call::apply(&intended(), &placed, at(0)).call
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
