//! The ports that the tests put behind the interface, and a small client.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use actix_web::App;
use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::test::TestRequest;
use async_trait::async_trait;
use atlas_api::{ApiAuth, ApiSettings, ApiState, BaseUrl};
use atlas_application::{Application, CallDefaults, NotificationDefaults, Ports};
use atlas_domain::call::{Call, CallPurpose, NewCall, RetryPlan, apply};
use atlas_domain::carrier::{
    Carrier, CarrierCall, CarrierCallQuery, CarrierError, DialOrder, MediaRequest, PlaceOutcome,
    RecordingMedia,
};
use atlas_domain::notification::NoSink;
use atlas_domain::{
    CallId, CallSid, Clock, IdGenerator, ObjectId, PrivateHosts, Resolver, Stored, TenantId,
    Timestamp, User, UserId,
};
use atlas_storage::{
    Directory, DirectoryEntry, MockCallRepository, MockDirectory, MockIdempotencyRepository,
    MockRecordingRepository, MockStore, MockUserRepository, Store,
};
use atlas_twilio::webhook::{Verifier, sign};
use futures_util::future::LocalBoxFuture;
use serde_json::Value;
use tokio::sync::{Notify, Semaphore};
use tokio_util::task::TaskTracker;

/// Starts an actix application.
macro_rules! interface {
    ($app:expr $(,)?) => {{
        let service = std::rc::Rc::new(actix_web::test::init_service($app).await);
        $crate::support::Interface::new(move |request| {
            let service = std::rc::Rc::clone(&service);
            async move {
                actix_web::test::call_service(&*service, request.to_request())
                    .await
                    .map_into_boxed_body()
            }
        })
    }};
}
pub(crate) use interface;

pub(crate) const CALL_ID: &str = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11";
pub(crate) const CALL_SID: &str = "CA0123456789abcdef0123456789abcdef";
pub(crate) const USER_ID: &str = "695736a5f1c2d3e4a5b6c7d8";
pub(crate) const BASE_URL: &str = "https://calls.example.com/atlas";
pub(crate) const AUTH_TOKEN: &str = "the auth token";

/// What the interface is put over; a test sets up what it needs.
pub(crate) struct World {
    pub(crate) calls: MockCallRepository,
    pub(crate) users: MockUserRepository,
    pub(crate) recordings: MockRecordingRepository,
    pub(crate) idempotency: MockIdempotencyRepository,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) carrier: TestCarrier,
    pub(crate) clock: TestClock,
    pub(crate) settings: ApiSettings,
}

impl World {
    pub(crate) fn new() -> Self {
        let base_url = BaseUrl::parse(BASE_URL).unwrap();
        let mut settings = ApiSettings::new(base_url, ApiAuth::Open);
        settings.verifier = Some(Verifier::new(AUTH_TOKEN.into(), None).unwrap());
        Self {
            calls: MockCallRepository::new(),
            users: MockUserRepository::new(),
            recordings: MockRecordingRepository::new(),
            idempotency: MockIdempotencyRepository::new(),
            directory: Arc::new(MockDirectory::new()),
            store: Arc::new(MockStore::new()),
            carrier: TestCarrier::default(),
            clock: TestClock::default(),
            settings,
        }
    }

    /// Keeps one call, as a repository would, and finds it by id and SID.
    pub(crate) fn keep_call(&mut self, first: Option<Call>) -> Arc<Mutex<Option<Call>>> {
        let kept = Arc::new(Mutex::new(first));
        let here = Arc::clone(&kept);
        self.calls.expect_insert().returning(move |_, call| {
            *here.lock().unwrap() = Some(call.clone());
            Ok(())
        });
        let here = Arc::clone(&kept);
        self.calls
            .expect_find()
            .returning(move |_, id| Ok(here.lock().unwrap().clone().filter(|c| c.call_id == id)));
        let here = Arc::clone(&kept);
        self.calls.expect_find_by_sid().returning(move |_, sid| {
            let call = here.lock().unwrap().clone();
            Ok(call.filter(|call| call.dial_by_sid(sid).is_some()))
        });
        let here = Arc::clone(&kept);
        self.calls
            .expect_apply()
            .returning(move |_, id, event, now| {
                let mut kept = here.lock().unwrap();
                let Some(call) = kept.as_ref().filter(|call| call.call_id == id) else {
                    return Ok(None);
                };
                let applied = apply(call, event, now);
                *kept = Some(applied.call.clone());
                Ok(Some(applied))
            });
        let mut directory = MockDirectory::new();
        let here = Arc::clone(&kept);
        directory.expect_locate_call().returning(move |call_id| {
            let known = here.lock().unwrap().as_ref().map(|call| call.call_id) == Some(call_id);
            Ok(known.then(|| entry(call_id)))
        });
        let here = Arc::clone(&kept);
        directory.expect_locate_sid().returning(move |sid| {
            let call = here.lock().unwrap().clone();
            let call = call.filter(|call| call.dial_by_sid(sid).is_some());
            Ok(call.map(|call| entry(call.call_id)))
        });
        self.directory = Arc::new(directory);
        kept
    }

    pub(crate) fn state(self) -> ApiState {
        let ports = Ports {
            calls: Arc::new(self.calls),
            users: Arc::new(self.users),
            recordings: Arc::new(self.recordings),
            idempotency: Arc::new(self.idempotency),
            directory: self.directory,
            store: self.store,
            carrier: Arc::new(self.carrier),
            clock: Arc::new(self.clock),
            ids: Arc::new(TestIds),
            resolver: Arc::new(NoNames),
            sink: Arc::new(NoSink),
        };
        let defaults = CallDefaults {
            from_number: Some("+15005550006".parse().unwrap()),
            retry_plan: RetryPlan::default(),
            private_hosts: PrivateHosts::Refused,
            notification: NotificationDefaults::default(),
        };
        let application = Application::new(ports, defaults);
        ApiState::new(application, self.settings, TaskTracker::new())
    }

    /// The interface, mounted at the root.
    pub(crate) async fn serve(self) -> Interface {
        let state = self.state();
        interface!(App::new().configure(atlas_api::configure(state)))
    }
}

fn entry(call_id: CallId) -> DirectoryEntry {
    DirectoryEntry {
        tenant: TenantId::default(),
        call_id,
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The status and code of a problem document, which is checked on the way.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let document = self.json();
        assert_eq!(document["status"], self.status.as_u16());
        assert_eq!(document["request_id"], self.header("x-request-id").unwrap());
        let code = document["code"].as_str().unwrap().to_owned();
        (self.status.as_u16(), code)
    }

    /// The pointers of the wrong fields.
    pub(crate) fn pointers(&self) -> Vec<String> {
        let errors = self.json()["errors"].clone();
        let pointer = |error: &Value| error["pointer"].as_str().unwrap().to_owned();
        errors.as_array().unwrap().iter().map(pointer).collect()
    }
}

/// An actix application that requests can be put to.
pub(crate) struct Interface(
    Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse<BoxBody>>>,
);

impl Interface {
    pub(crate) fn new<Answering: Future<Output = ServiceResponse<BoxBody>> + 'static>(
        answer: impl Fn(TestRequest) -> Answering + 'static,
    ) -> Self {
        Self(Box::new(move |request| Box::pin(answer(request))))
    }
}

pub(crate) async fn ask(interface: &Interface, request: TestRequest) -> Answer {
    let (_, response) = (interface.0)(request).await.into_parts();
    Answer {
        status: response.status(),
        headers: response.headers().clone(),
        body: to_bytes(response.into_body()).await.unwrap().to_vec(),
    }
}

/// A webhook request as Twilio signs it: the public URL, and the parameters of the body.
pub(crate) fn signed(path_and_query: &str, parameters: &[(&str, &str)]) -> TestRequest {
    let url = format!("{BASE_URL}{path_and_query}");
    let signature = sign(&url, parameters, AUTH_TOKEN);
    TestRequest::post()
        .uri(path_and_query)
        .insert_header(("x-twilio-signature", signature))
        .set_form(parameters)
}

pub(crate) fn user() -> User {
    User {
        id: USER_ID.parse::<UserId>().unwrap(),
        name: stored("Ann O'Neil"),
        email: stored("ann@example.com"),
        phone_number: stored("+15550100042"),
        external_id: None,
        created_at: start(),
        updated_at: start(),
    }
}

/// A call whose first dial is an intent.
pub(crate) fn call() -> Call {
    let new = NewCall {
        call_id: CALL_ID.parse().unwrap(),
        user_id: None,
        user_external_id: Some("crm-17".parse().unwrap()),
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose: CallPurpose::Script,
        script: Some("Hello & <welcome>.".parse().unwrap()),
        recording_enabled: true,
        retry_plan: RetryPlan::default(),
    };
    Call::begin(new, start())
}

pub(crate) fn start() -> Timestamp {
    Timestamp::parse_rfc3339("2026-01-02T03:04:05.678Z").unwrap()
}

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<Mutex<Timestamp>>);

impl TestClock {
    pub(crate) fn advance_seconds(&self, seconds: u64) {
        let mut now = self.0.lock().unwrap();
        *now = now.plus(std::time::Duration::from_secs(seconds));
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(start())))
    }
}

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep_until(&self, _at: Timestamp) {}
}

struct NoNames;

#[async_trait]
impl Resolver for NoNames {
    async fn addresses_of(&self, _host: &str) -> Vec<IpAddr> {
        Vec::new()
    }
}

struct TestIds;

impl IdGenerator for TestIds {
    fn call_id(&self) -> CallId {
        CALL_ID.parse().unwrap()
    }

    fn object_id(&self, created_at: Timestamp) -> ObjectId {
        ObjectId::from_parts(created_at, [7; 8])
    }
}

/// A carrier that answers what it is told to, and counts what it was asked.
#[derive(Clone)]
pub(crate) struct TestCarrier {
    pub(crate) place: PlaceOutcome,
    pub(crate) account: Result<(), CarrierError>,
    pub(crate) media: Arc<Mutex<Option<RecordingMedia>>>,
    pub(crate) asked: Arc<Mutex<Asked>>,
    /// Lets every dial through, unless a test takes its permits away.
    pub(crate) gate: Arc<Semaphore>,
    /// Tells when a dial was asked for.
    pub(crate) dial_asked: Arc<Notify>,
}

#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) dials: usize,
    pub(crate) account_checks: usize,
    pub(crate) media: Vec<MediaRequest>,
}

impl Default for TestCarrier {
    fn default() -> Self {
        Self {
            place: PlaceOutcome::Accepted {
                sid: CALL_SID.parse::<CallSid>().unwrap(),
            },
            account: Ok(()),
            media: Arc::default(),
            asked: Arc::default(),
            gate: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            dial_asked: Arc::default(),
        }
    }
}

#[async_trait]
impl Carrier for TestCarrier {
    async fn place(&self, _order: &DialOrder) -> PlaceOutcome {
        self.asked.lock().unwrap().dials += 1;
        self.dial_asked.notify_one();
        let _passed = self.gate.acquire().await.unwrap();
        self.place.clone()
    }

    async fn fetch(&self, _sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError> {
        Ok(None)
    }

    async fn list(&self, _query: &CarrierCallQuery) -> Result<Vec<CarrierCall>, CarrierError> {
        Ok(Vec::new())
    }

    async fn hang_up(&self, _sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError> {
        Ok(None)
    }

    async fn play_machine_message(
        &self,
        _sid: &CallSid,
        _dial: &atlas_domain::DialReference,
    ) -> Result<(), CarrierError> {
        Ok(())
    }

    async fn recent(&self, _limit: u32) -> Result<Vec<CarrierCall>, CarrierError> {
        Ok(Vec::new())
    }

    async fn check_account(&self) -> Result<(), CarrierError> {
        self.asked.lock().unwrap().account_checks += 1;
        self.account.clone()
    }

    async fn recording_media(
        &self,
        request: &MediaRequest,
    ) -> Result<Option<RecordingMedia>, CarrierError> {
        self.asked.lock().unwrap().media.push(request.clone());
        Ok(self.media.lock().unwrap().take())
    }
}

fn stored<T: std::str::FromStr>(text: &str) -> Stored<T> {
    Stored::read(Some(text.to_owned()))
}
