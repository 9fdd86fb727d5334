//! The domain's carrier, by Twilio's REST API.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use atlas_domain::CallSid;
use atlas_domain::carrier::{
    self, Carrier, CarrierCall, CarrierCallQuery, CarrierError, DialContent, DialOrder,
    DialReference, MediaExtent, MediaRequest, PlaceOutcome, RecordingMedia, Refusal, RefusalKind,
};
use futures_util::StreamExt as _;

use super::CallbackUrls;
use super::carrier_call::carrier_call;
use super::carrier_error::{chain, failed_placement, read_error, write_error};
use super::refusal::wrong_parameter;
use crate::rest::{
    self as rest, AnsweringMachineDetection, AsyncAmd, CallInstructions, Client, CreateCall,
    HangUp, ListCalls, MachineDetection, Media, MediaFormat, MediaStatus, ParameterError,
    RetryPolicy, StatusCallbackEvent, UpdateCall, WriteError,
};
use crate::sid;
use crate::vocabulary::AccountStatus;

/// How many calls to ask for at once.
const LIST_PAGE_SIZE: u32 = 100;
/// How many calls Twilio lists at once at most
/// (<https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information>).
const LARGEST_PAGE_SIZE: u32 = 1000;
/// Twilio's error code for a change that a call does not allow as it stands
/// (<https://www.twilio.com/docs/api/errors/21220>).
const NOT_IN_PROGRESS: u32 = 21220;
/// After how many pages a list counts as one without an end.
const MAX_LIST_PAGES: usize = 10;

/// Rings phones by Twilio.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use atlas_domain::{Carrier, DialReference};
/// use atlas_twilio::adapter::{CallbackUrls, TwilioCarrier};
/// use atlas_twilio::rest::{Client, ClientConfig, Credentials};
///
/// struct Urls;
///
/// impl CallbackUrls for Urls {
///     fn voice(&self, dial: &DialReference, recording_enabled: bool) -> String {
///         format!("https://example.com/voice?call_id={}&recording={recording_enabled}", dial.call_id)
///     }
///
///     fn status(&self, dial: &DialReference) -> String {
///         format!("https://example.com/status?call_id={}", dial.call_id)
///     }
///
///     fn notification(&self, dial: &DialReference) -> String {
///         format!("https://example.com/notification?call_id={}", dial.call_id)
///     }
///
///     fn machine_verdict(&self, dial: &DialReference) -> String {
///         format!("https://example.com/verdict?call_id={}", dial.call_id)
///     }
///
///     fn machine_message(&self, dial: &DialReference) -> String {
///         format!("https://example.com/machine?call_id={}", dial.call_id)
///     }
///
///     fn notification_status(&self, dial: &DialReference) -> String {
///         self.status(dial)
///     }
/// }
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let account_sid = "AC0123456789abcdef0123456789abcdef".parse()?;
/// let config = ClientConfig::new(account_sid, Credentials::AuthToken("the auth token".into()));
/// let carrier = TwilioCarrier::new(Client::new(config)?, Arc::new(Urls));
/// carrier.check_account().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TwilioCarrier {
    client: Client,
    urls: Arc<dyn CallbackUrls>,
}

impl TwilioCarrier {
    /// Rings with this client, and has Twilio call these URLs back.
    ///
    /// Whatever the client's retry policy says, the carrier sends nothing again: those who use it do, and
    /// count.
    #[must_use]
    pub fn new(client: Client, urls: Arc<dyn CallbackUrls>) -> Self {
        let client = client.with_retry_policy(RetryPolicy::never());
        Self { client, urls }
    }

    fn create_call(&self, order: &DialOrder) -> Result<CreateCall, ParameterError> {
        let dial = &order.dial;
        let (url, status_callback, detection) = match &order.content {
            DialContent::Script { recording_enabled } => (
                self.urls.voice(dial, *recording_enabled),
                self.urls.status(dial),
                None,
            ),
            DialContent::Document(url) => (url.as_str().to_owned(), self.urls.status(dial), None),
            DialContent::Notification { machine_detection } => (
                self.urls.notification(dial),
                self.urls.notification_status(dial),
                self.detection(dial, *machine_detection),
            ),
        };
        let instructions = CallInstructions::Url { url, method: None };
        let builder = CreateCall::builder(
            order.to_number.as_str(),
            order.from_number.as_str(),
            instructions,
        );
        let builder = match detection {
            Some(detection) => builder.machine_detection(detection),
            None => builder,
        };
        builder
            .status_callback(status_callback)
            .status_callback_events(&[
                StatusCallbackEvent::Initiated,
                StatusCallbackEvent::Ringing,
                StatusCallbackEvent::Answered,
                StatusCallbackEvent::Completed,
            ])
            .build()
    }

    /// What Twilio is told about machines, which it listens to until it is their turn to listen.
    fn detection(
        &self,
        dial: &DialReference,
        way: carrier::MachineDetection,
    ) -> Option<AnsweringMachineDetection> {
        let detection = AnsweringMachineDetection::new(MachineDetection::DetectMessageEnd);
        match way {
            carrier::MachineDetection::Off => None,
            carrier::MachineDetection::Synchronous => Some(detection),
            carrier::MachineDetection::Asynchronous => Some(AnsweringMachineDetection {
                asynchronous: Some(AsyncAmd {
                    status_callback: self.urls.machine_verdict(dial),
                    status_callback_method: None,
                }),
                ..detection
            }),
        }
    }
}

impl fmt::Debug for TwilioCarrier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TwilioCarrier")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Carrier for TwilioCarrier {
    async fn place(&self, order: &DialOrder) -> PlaceOutcome {
        let create_call = match self.create_call(order) {
            Ok(create_call) => create_call,
            Err(error) => {
                return PlaceOutcome::Refused(wrong_parameter(&error));
            }
        };
        match self.client.calls().create(&create_call).await {
            Ok(call) => match call.sid.as_str().parse() {
                Ok(sid) => PlaceOutcome::Accepted { sid },
                Err(error) => PlaceOutcome::Unknown {
                    reason: chain(&error),
                },
            },
            Err(error) => failed_placement(&error),
        }
    }

    async fn fetch(&self, sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError> {
        let Ok(sid) = sid.as_str().parse::<sid::CallSid>() else {
            return Ok(None);
        };
        let call = self
            .client
            .calls()
            .fetch(&sid)
            .await
            .map_err(|error| read_error(&error))?;
        call.as_ref().map(carrier_call).transpose()
    }

    async fn list(&self, query: &CarrierCallQuery) -> Result<Vec<CarrierCall>, CarrierError> {
        // Not by start time, which a queued call does not have yet.
        let filter = ListCalls {
            to: Some(query.to_number.as_str().into()),
            from: Some(query.from_number.as_str().into()),
            page_size: Some(LIST_PAGE_SIZE),
            ..ListCalls::default()
        };
        let mut found = Vec::new();
        let mut page = Some(
            self.client
                .calls()
                .list(&filter)
                .await
                .map_err(|error| read_error(&error))?,
        );
        for _ in 0..MAX_LIST_PAGES {
            let Some(current) = page else {
                return Ok(found);
            };
            let mut older = false;
            for call in &current.items {
                let call = carrier_call(call)?;
                if call
                    .created_at
                    .is_some_and(|created_at| created_at < query.created_after)
                {
                    older = true;
                } else {
                    found.push(call);
                }
            }
            if older {
                return Ok(found);
            }
            page = self
                .client
                .next_page(&current)
                .await
                .map_err(|error| read_error(&error))?;
        }
        Err(CarrierError::Unreadable {
            reason: "the list of calls has no end".to_owned(),
        })
    }

    async fn hang_up(&self, sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError> {
        let Ok(twilio_sid) = sid.as_str().parse::<sid::CallSid>() else {
            return Ok(None);
        };
        let outcome = self.client.calls().hang_up(&twilio_sid).await;
        match outcome.map_err(|error| write_error(&error))? {
            HangUp::Accepted(call) => carrier_call(&call).map(Some),
            HangUp::AlreadyOver => self.fetch(sid).await,
            HangUp::NotFound => Ok(None),
        }
    }

    async fn play_machine_message(
        &self,
        sid: &CallSid,
        dial: &DialReference,
    ) -> Result<(), CarrierError> {
        let sid =
            sid.as_str()
                .parse::<sid::CallSid>()
                .map_err(|error| CarrierError::Unreadable {
                    reason: chain(&error),
                })?;
        let change = UpdateCall::url(self.urls.machine_message(dial));
        match self.client.calls().update(&sid, &change).await {
            Ok(_) => Ok(()),
            Err(WriteError::Refused(refusal)) if refusal.code == Some(NOT_IN_PROGRESS) => Ok(()),
            Err(error) => Err(write_error(&error)),
        }
    }

    async fn recent(&self, limit: u32) -> Result<Vec<CarrierCall>, CarrierError> {
        let filter = ListCalls {
            page_size: Some(limit.clamp(1, LARGEST_PAGE_SIZE)),
            ..ListCalls::default()
        };
        let page = self
            .client
            .calls()
            .list(&filter)
            .await
            .map_err(|error| read_error(&error))?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        page.items.iter().take(wanted).map(carrier_call).collect()
    }

    async fn check_account(&self) -> Result<(), CarrierError> {
        let account = self
            .client
            .account()
            .await
            .map_err(|error| read_error(&error))?;
        match account.status {
            Some(status @ (AccountStatus::Suspended | AccountStatus::Closed)) => {
                Err(CarrierError::Refused(Refusal {
                    kind: RefusalKind::Credentials,
                    code: None,
                    message: format!("the account is {status}"),
                }))
            }
            Some(AccountStatus::Active | AccountStatus::Other(_)) | None => Ok(()),
        }
    }

    async fn recording_media(
        &self,
        request: &MediaRequest,
    ) -> Result<Option<RecordingMedia>, CarrierError> {
        let Ok(sid) = request.recording_sid.as_str().parse::<sid::RecordingSid>() else {
            return Ok(None);
        };
        let format = match request.format {
            carrier::MediaFormat::Wav => MediaFormat::Wav,
            carrier::MediaFormat::Mp3 => MediaFormat::Mp3,
        };
        // Several ranges make a body of several parts, which nobody asks of audio; a server may leave
        // out any range (RFC 9110, section 14.2).
        let range = request
            .range
            .as_deref()
            .filter(|range| !range.contains(','));
        let wanted = rest::MediaRequest {
            range,
            ..rest::MediaRequest::new(format)
        };
        let media = self.client.recordings().media(&sid, &wanted).await;
        media
            .map_err(|error| read_error(&error))?
            .map(|media| recording_media(media, format))
            .transpose()
    }
}

fn recording_media(media: Media, format: MediaFormat) -> Result<RecordingMedia, CarrierError> {
    let extent = match (media.status, media.content_range) {
        (MediaStatus::Whole, _) => MediaExtent::Whole,
        (MediaStatus::Partial, Some(content_range)) => MediaExtent::Part { content_range },
        (MediaStatus::Partial, None) => {
            return Err(CarrierError::Unreadable {
                reason: "a part without a content-range".to_owned(),
            });
        }
        (MediaStatus::RangeNotSatisfiable, content_range) => {
            MediaExtent::Unsatisfiable { content_range }
        }
    };
    Ok(RecordingMedia {
        extent,
        content_type: media
            .content_type
            .unwrap_or_else(|| format.media_type().to_owned()),
        content_length: media.content_length,
        body: media
            .body
            .map(|piece| piece.map_err(|error| read_error(&error)))
            .boxed(),
    })
}
