//! Placing and reading calls that play documents of others.

use std::time::Duration;

use async_trait::async_trait;
use atlas_domain::call::CallPurpose;
use atlas_domain::carrier::DialContent;
use atlas_domain::{DialReference, InvalidTwimlUrl, Notification, TwimlUrl};

use super::*;
use crate::{ApplicationError, CarrierTrouble, DialAnswer, PlacePhoneCall, VoiceAnswer};

fn phone_request(twiml_url: &str) -> PlacePhoneCall {
    PlacePhoneCall {
        call_id: call_id(),
        to_number: "+15550100042".parse().unwrap(),
        twiml_url: TwimlUrl::parse(twiml_url, PrivateHosts::Allowed).unwrap(),
    }
}

fn resolving(addresses: &'static [&'static str]) -> Mocks {
    let mut mocks = Mocks::new();
    mocks.resolver.expect_addresses_of().returning(|host| {
        assert_eq!(host, "documents.example");
        addresses.iter().map(|text| text.parse().unwrap()).collect()
    });
    mocks
}

async fn place(mocks: Mocks, twiml_url: &str) -> Result<DialAnswer, ApplicationError> {
    mocks
        .application()
        .place_phone_call(&TenantId::default(), phone_request(twiml_url))
        .await
}

#[tokio::test]
async fn the_document_is_stored_and_handed_to_the_carrier_and_nothing_is_redialled() {
    for (twiml_url, addresses) in [
        (
            "https://documents.example/a.xml",
            &["8.8.8.8", "2600::1"][..],
        ),
        ("https://documents.example/a.xml", &[]),
    ] {
        let mut mocks = resolving(addresses);
        let stored = mocks.keep(None);
        mocks.carrier.expect_place().once().returning(|order| {
            let DialContent::Document(url) = &order.content else {
                panic!("{:?}", order.content);
            };
            assert_eq!(url.as_str(), "https://documents.example/a.xml");
            PlaceOutcome::Accepted { sid: sid("CA1") }
        });
        let answer = place(mocks, twiml_url).await.unwrap();
        assert!(matches!(answer, DialAnswer::Accepted { .. }));
        let call = stored.lock().unwrap().clone().unwrap();
        assert!(matches!(&call.purpose, CallPurpose::Document(url) if url.as_str() == twiml_url));
        assert_eq!(call.retry_plan.limit(), 0);
        assert_eq!((call.script, call.recording_enabled), (None, false));
    }
}

#[tokio::test]
async fn the_default_document_and_addresses_are_not_resolved() {
    for twiml_url in [TwimlUrl::DEFAULT.as_str(), "https://8.8.8.8/a.xml"] {
        let mut mocks = Mocks::new();
        mocks.keep(None);
        let accepted = PlaceOutcome::Accepted { sid: sid("CA1") };
        mocks.carrier.expect_place().return_const(accepted);
        assert!(place(mocks, twiml_url).await.is_ok(), "{twiml_url}");
    }
}

#[tokio::test]
async fn a_host_in_a_private_network_is_refused_before_anything_is_stored() {
    let resolves = InvalidTwimlUrl::ResolvesToPrivateHost;
    for (twiml_url, addresses, why) in [
        ("https://documents.example/", &["10.0.0.1"][..], resolves),
        ("https://documents.example/", &["8.8.8.8", "::1"], resolves),
        (
            "https://documents.example/",
            &["::ffff:127.0.0.1"],
            resolves,
        ),
        ("https://127.0.0.1/", &[], InvalidTwimlUrl::PrivateHost),
    ] {
        let refused = place(resolving(addresses), twiml_url).await;
        let Err(ApplicationError::TwimlUrlRefused(refused)) = refused else {
            panic!("{twiml_url}: {refused:?}");
        };
        assert_eq!(refused, why, "{twiml_url} {addresses:?}");
    }
}

#[tokio::test]
async fn private_hosts_can_be_allowed() {
    for twiml_url in ["https://127.0.0.1/", "https://documents.example/"] {
        let mut mocks = Mocks::new();
        mocks.keep(None);
        let accepted = PlaceOutcome::Accepted { sid: sid("CA1") };
        mocks.carrier.expect_place().return_const(accepted);
        let mut application = mocks.application();
        application.defaults.private_hosts = PrivateHosts::Allowed;
        let placed = application
            .place_phone_call(&TenantId::default(), phone_request(twiml_url))
            .await;
        assert!(placed.is_ok(), "{twiml_url}");
    }
}

#[tokio::test]
async fn whoever_asks_for_our_words_on_another_kind_of_call_hears_nothing_of_ours() {
    let notification = Notification::new(None, "Restart the pump".parse().unwrap());
    for purpose in [
        CallPurpose::Document(TwimlUrl::DEFAULT),
        CallPurpose::Notification(notification),
    ] {
        let mut mocks = Mocks::new();
        let mut call = accepted();
        call.purpose = purpose;
        mocks.keep(Some(call));
        let named = DialReference {
            call_id: call_id(),
            dial_no: atlas_domain::DialNo::FIRST,
        };
        mocks
            .directory
            .expect_locate_call()
            .returning(|_| Ok(Some(entry())));
        let answer = mocks
            .application()
            .answer_voice_request(Some(named), sid("CA1"))
            .await
            .unwrap();
        assert_eq!(answer, VoiceAnswer::HangUp);
    }
}

#[tokio::test]
async fn calls_are_read_from_the_carrier_as_it_has_them() {
    let mut mocks = Mocks::new();
    let carrier_call = record("CA1", at(0));
    let newest = vec![carrier_call.clone()];
    mocks
        .carrier
        .expect_recent()
        .withf(|limit| *limit == 7)
        .returning(move |_| Ok(newest.clone()));
    let known = carrier_call.clone();
    mocks
        .carrier
        .expect_fetch()
        .returning(move |asked| Ok(Some(known.clone()).filter(|call| call.sid == *asked)));
    let application = mocks.application();
    let newest = application.recent_phone_calls(7).await.unwrap();
    assert_eq!(newest, std::slice::from_ref(&carrier_call));
    let read = application.phone_call_status(&sid("CA1")).await.unwrap();
    assert_eq!(read, carrier_call);
    let unknown = application.phone_call_status(&sid("CA2")).await;
    assert!(matches!(unknown, Err(ApplicationError::CallNotFound(_))));
}

/// Never answers a read.
struct SilentCarrier;

#[async_trait]
impl Carrier for SilentCarrier {
    async fn place(&self, _order: &DialOrder) -> PlaceOutcome {
        std::future::pending().await
    }

    async fn fetch(&self, _sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError> {
        std::future::pending().await
    }

    async fn list(&self, _query: &CarrierCallQuery) -> Result<Vec<CarrierCall>, CarrierError> {
        std::future::pending().await
    }

    async fn hang_up(&self, _sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError> {
        std::future::pending().await
    }

    async fn play_machine_message(
        &self,
        _sid: &CallSid,
        _dial: &DialReference,
    ) -> Result<(), CarrierError> {
        std::future::pending().await
    }

    async fn recent(&self, _limit: u32) -> Result<Vec<CarrierCall>, CarrierError> {
        std::future::pending().await
    }

    async fn check_account(&self) -> Result<(), CarrierError> {
        std::future::pending().await
    }

    async fn recording_media(
        &self,
        _request: &MediaRequest,
    ) -> Result<Option<RecordingMedia>, CarrierError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_does_not_answer_is_given_up_after_five_seconds() {
    let mut application = Mocks::new().application();
    application.ports.carrier = Arc::new(SilentCarrier);
    let begun = tokio::time::Instant::now();
    let silent = |error: ApplicationError| {
        let ApplicationError::Carrier { trouble, .. } = error else {
            panic!("{error:?}");
        };
        assert!(matches!(trouble, CarrierTrouble::NotReached { .. }));
    };
    silent(application.recent_phone_calls(1).await.unwrap_err());
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
    let unanswered = application.phone_call_status(&sid("CA1")).await;
    silent(unanswered.unwrap_err());
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
}
