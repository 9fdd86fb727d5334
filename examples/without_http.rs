//! `storage` and `application` in a service without HTTP: a batch job that calls a list of people,
//! and rings one about a critical task.
//!
//! The carrier is a port, so this service brings one of its own: it writes down whom it would ring
//! and reports at once that they answered. That the task is acknowledged comes through a channel.
//! Run it with
//! `cargo run --package atlas-examples --bin without-http`.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use atlas_application::sinks::ChannelSink;
use atlas_application::system::{RandomIds, SystemClock, SystemResolver};
use atlas_application::worker::Worker;
use atlas_application::{
    Application, CallDefaults, KeyPressRequest, NotificationDefaults, PlaceCall, PlaceNotification,
    Ports, PressAnswer, UserReference,
};
use atlas_domain::call::{CallStatus, EventIdentity, RetryPlan, StatusUpdate};
use atlas_domain::carrier::{
    CarrierCall, CarrierCallQuery, CarrierError, DialOrder, MediaRequest, PlaceOutcome,
    RecordingMedia,
};
use atlas_domain::{CallSid, Carrier, DialReference, PageRequest, PrivateHosts, TenantId};
use atlas_storage::sqlite::{SqliteOptions, SqliteStore};
use tokio::sync::mpsc;

/// A carrier that rings nobody and tells of each dial through a channel.
struct PaperCarrier {
    placed: mpsc::UnboundedSender<(DialReference, CallSid)>,
}

#[async_trait]
impl Carrier for PaperCarrier {
    async fn place(&self, order: &DialOrder) -> PlaceOutcome {
        let id = format!(
            "PAPER-{}-{}",
            order.dial.call_id.as_uuid().simple(),
            order.dial.dial_no
        );
        let Ok(sid) = id.parse::<CallSid>() else {
            return PlaceOutcome::NotSent {
                reason: "no usable id".to_owned(),
            };
        };
        match self.placed.send((order.dial, sid.clone())) {
            Ok(()) => PlaceOutcome::Accepted { sid },
            Err(closed) => PlaceOutcome::NotSent {
                reason: closed.to_string(),
            },
        }
    }

    async fn fetch(&self, _: &CallSid) -> Result<Option<CarrierCall>, CarrierError> {
        Ok(None)
    }

    async fn list(&self, _: &CarrierCallQuery) -> Result<Vec<CarrierCall>, CarrierError> {
        Ok(Vec::new())
    }

    async fn hang_up(&self, _: &CallSid) -> Result<Option<CarrierCall>, CarrierError> {
        Ok(None)
    }

    async fn play_machine_message(
        &self,
        _sid: &CallSid,
        _dial: &DialReference,
    ) -> Result<(), CarrierError> {
        Ok(())
    }

    async fn recent(&self, _limit: u32) -> Result<Vec<CarrierCall>, CarrierError> {
        Ok(Vec::new())
    }

    async fn check_account(&self) -> Result<(), CarrierError> {
        Ok(())
    }

    async fn recording_media(
        &self,
        _: &MediaRequest,
    ) -> Result<Option<RecordingMedia>, CarrierError> {
        Ok(None)
    }
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the example shows what it did")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join("calls.db"), SqliteOptions::default())?;
    let (placed, mut dials) = mpsc::unbounded_channel();
    let ports = Ports::over(
        Arc::new(store),
        Arc::new(PaperCarrier { placed }),
        Arc::new(SystemClock),
        Arc::new(RandomIds),
        Arc::new(SystemResolver),
    );
    let (sink, mut acknowledgements) = ChannelSink::new(64);
    let ports = ports.with_sink(Arc::new(sink));
    let defaults = CallDefaults {
        from_number: Some("+15005550006".parse()?),
        retry_plan: RetryPlan::default(),
        private_hosts: PrivateHosts::Refused,
        notification: NotificationDefaults::default(),
    };
    let application = Application::new(ports, defaults);

    // Redials, lookups and deliveries happen as long as the worker runs.
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = Worker::new(application.clone(), "example");
    let worker = tokio::spawn(worker.run(async { drop(stopped.await) }));

    let tenant = TenantId::default();
    for number in ["+15550100042", "+15550100043"] {
        let request = PlaceCall {
            call_id: application.new_call_id(),
            to_number: number.parse()?,
            user: UserReference::External("patient-17".parse()?),
            script: Some("Your appointment is on Monday at nine.".parse()?),
            recording_enabled: false,
            retry_plan: application.defaults().retry_plan(Some(0), None)?,
        };
        application.place_call(&tenant, request).await?;
        if let Some((dial, sid)) = dials.recv().await {
            let answered = StatusUpdate {
                sid,
                dial_no: Some(dial.dial_no),
                status: CallStatus::Completed,
                identity: EventIdentity::Sequence(3),
                carrier_time: Some(application.now()),
                duration_seconds: Some(12),
                sip_response_code: None,
                answered_by: None,
            };
            application.record_status(Some(dial), answered).await?;
        }
    }

    let request = PlaceNotification {
        call_id: application.new_call_id(),
        to_number: "+15550100044".parse()?,
        task_id: None,
        task_title: "Check the freezer of ward 3".parse()?,
    };
    application.place_notification(&tenant, request).await?;
    if let Some((dial, sid)) = dials.recv().await {
        let press = KeyPressRequest {
            named: dial,
            sid,
            digits: "1".parse()?,
            confirmed: false,
            pressed_at: None,
        };
        if application.press_key(press).await? == PressAnswer::Acknowledged
            && let Some(event) = acknowledgements.recv().await
        {
            println!("{}: {}", event.webhook_id, event.task_title.as_str());
        }
    }

    let filter = atlas_application::storage::CallFilter::default();
    for call in application
        .list_calls(&tenant, &filter, &PageRequest::default())
        .await?
        .items
    {
        println!(
            "{} {} {}",
            call.call_id,
            call.to_number.masked(),
            call.status().as_str()
        );
    }
    drop(stop);
    worker.await?;
    Ok(())
}
