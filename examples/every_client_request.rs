//! Sends every kind of request that the REST client can send to a simulated Twilio.
//!
//! `make openapi-check` holds what arrives there against Twilio's own description of its API. The
//! arguments are the simulator's address, the account SID, its token and a number of the account.

use std::error::Error;
use std::process::ExitCode;

use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::rest::{
    AddressRetention, AnsweringMachineDetection, AsyncAmd, CallInstructions, CallRecording,
    CallSettings, Client, ClientConfig, ContentRetention, CreateCall, CreateMessage, Credentials,
    DateFilter, ListCallRecordings, ListCalls, ListMessages, ListNotifications, ListRecordings,
    LiveRecording, LookupNumber, MachineDetection, MediaChannels, MediaFormat, MediaRequest,
    MessageContent, MessageOptions, MessageSender, PauseBehavior, ReadError, RecordingChannels,
    RecordingControl, RecordingStatusCallbackEvent, RecordingTrack, RecordingTrim, RiskCheck,
    StatusCallbackEvent, UpdateCall, WriteError,
};
use atlas_twilio::sid::{CallSid, RecordingSid};
use atlas_twilio::vocabulary::LookupPackage;
use futures_util::TryStreamExt as _;

type Failure = Box<dyn Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    match run(std::env::args().skip(1).collect()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "a request failed");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Vec<String>) -> Result<(), Failure> {
    let [url, account_sid, token, from] = arguments.as_slice() else {
        return Err("usage: every-client-request URL ACCOUNT_SID TOKEN FROM".into());
    };
    let credentials = Credentials::AuthToken(token.as_str().into());
    let config = ClientConfig {
        base_url: Some(url.clone()),
        ..ClientConfig::new(account_sid.parse()?, credentials)
    };
    let client = Client::new(config)?;
    client.account().await?;
    let number = LookupNumber {
        country_code: Some("US".to_owned()),
        packages: vec![
            LookupPackage::LineTypeIntelligence,
            LookupPackage::CallerName,
        ],
        ..LookupNumber::new("(415) 992-9960")
    };
    client.lookups().phone_number(&number).await?;
    place_calls(&client, from).await?;
    let calls = list_calls(&client, from).await?;
    let call = calls.first().ok_or("there is no call")?;
    record(&client, call).await?;
    read_recordings(&client, &calls).await?;
    read_history(&client, call).await?;
    change_calls(&client, &calls).await?;
    send_messages(&client, from).await?;
    read_messages(&client).await
}

/// Passes what Twilio answered, and a refusal: both show that the request arrived.
fn arrived<T>(outcome: Result<T, WriteError>) -> Result<(), WriteError> {
    match outcome {
        Ok(_) | Err(WriteError::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Creates calls with every parameter.
async fn place_calls(client: &Client, from: &str) -> Result<(), Failure> {
    let callback = "https://app.example/callback";
    let recording = CallRecording {
        channels: Some(RecordingChannels::Dual),
        track: Some(RecordingTrack::Both),
        trim: Some(RecordingTrim::DoNotTrim),
        status_callback: Some(callback.to_owned()),
        status_callback_method: Some(HttpMethod::Post),
        status_callback_events: vec![
            RecordingStatusCallbackEvent::InProgress,
            RecordingStatusCallbackEvent::Completed,
            RecordingStatusCallbackEvent::Absent,
        ],
        recording_configuration_id: Some("configuration".to_owned()),
    };
    let order = CreateCall::builder(
        "+15550100042",
        from,
        CallInstructions::Url {
            url: "https://app.example/voice".to_owned(),
            method: Some(HttpMethod::Get),
        },
    )
    .fallback_url("https://app.example/fallback")
    .fallback_method(HttpMethod::Get)
    .status_callback(callback)
    .status_callback_method(HttpMethod::Post)
    .status_callback_events(&[
        StatusCallbackEvent::Initiated,
        StatusCallbackEvent::Ringing,
        StatusCallbackEvent::Answered,
        StatusCallbackEvent::Completed,
    ])
    .timeout_seconds(20)
    .time_limit_seconds(600)
    .send_digits("12wW#")
    .record(recording)
    .caller_id("+15550100044")
    .call_reason("A test")
    .call_token("token")
    .byoc("BY00000000000000000000000000000001".parse()?)
    .sip_auth("user", "password")
    .client_notification_url(callback)
    .build()?;
    client.calls().create(&order).await?;
    for detection in [MachineDetection::Enable, MachineDetection::DetectMessageEnd] {
        let detection = AnsweringMachineDetection {
            timeout_seconds: Some(20),
            speech_threshold_ms: Some(2000),
            speech_end_threshold_ms: Some(1000),
            silence_timeout_ms: Some(4000),
            asynchronous: Some(AsyncAmd {
                status_callback: callback.to_owned(),
                status_callback_method: Some(HttpMethod::Post),
            }),
            ..AnsweringMachineDetection::new(detection)
        };
        let document = CallInstructions::Twiml("<Response><Pause/></Response>".into());
        let order = CreateCall::builder("+15550100043", from, document)
            .machine_detection(detection)
            .build()?;
        client.calls().create(&order).await?;
    }
    Ok(())
}

/// Lists calls with every filter; returns the SIDs of all.
async fn list_calls(client: &Client, from: &str) -> Result<Vec<CallSid>, Failure> {
    for day in days() {
        let filter = ListCalls {
            to: Some("+15550100042".into()),
            from: Some(from.into()),
            parent_call_sid: Some("CA00000000000000000000000000000001".parse()?),
            status: Some("completed".into()),
            start_time: Some(day),
            end_time: Some(day),
            page_size: Some(20),
        };
        client.calls().list(&filter).await?;
    }
    let two_at_a_time = ListCalls {
        page_size: Some(2),
        ..ListCalls::default()
    };
    let calls: Vec<_> = client.calls().stream(&two_at_a_time).try_collect().await?;
    Ok(calls.into_iter().map(|call| call.sid).collect())
}

/// Changes calls in every way; a change the state of a call forbids is sent all the same.
async fn change_calls(client: &Client, calls: &[CallSid]) -> Result<(), Failure> {
    let [first, second, ..] = calls else {
        return Err("there are fewer than two calls".into());
    };
    client.calls().fetch(first).await?;
    let settings = CallSettings {
        fallback_url: Some("https://app.example/fallback".to_owned()),
        fallback_method: Some(HttpMethod::Post),
        status_callback: Some("https://app.example/callback".to_owned()),
        status_callback_method: Some(HttpMethod::Get),
        time_limit_seconds: Some(300),
    };
    let redirect = UpdateCall::Url {
        url: "https://app.example/changed".to_owned(),
        method: Some(HttpMethod::Post),
        settings: settings.clone(),
    };
    client
        .calls()
        .update(first, &UpdateCall::Settings(settings))
        .await?;
    for change in [redirect, UpdateCall::twiml("<Response/>")] {
        if client.calls().update(first, &change).await.is_ok() {
            return Err("a queued call was redirected".into());
        }
    }
    client.calls().update(first, &UpdateCall::Cancel).await?;
    client.calls().hang_up(second).await?;
    client.calls().delete(first).await?;
    Ok(())
}

/// Begins a recording and steers it in every way; a call that is not answered yet refuses it.
async fn record(client: &Client, call: &CallSid) -> Result<(), Failure> {
    let recordings = client.recordings();
    let wanted = CallRecording {
        channels: Some(RecordingChannels::Mono),
        track: Some(RecordingTrack::Inbound),
        trim: Some(RecordingTrim::TrimSilence),
        status_callback: Some("https://app.example/callback".to_owned()),
        status_callback_method: Some(HttpMethod::Get),
        status_callback_events: vec![RecordingStatusCallbackEvent::Completed],
        recording_configuration_id: None,
    };
    arrived(recordings.start(call, &wanted).await)?;
    let this_one = LiveRecording::Sid("RE00000000000000000000000000000001".parse()?);
    for recording in [LiveRecording::Current, this_one] {
        for control in [
            RecordingControl::Pause(None),
            RecordingControl::Pause(Some(PauseBehavior::Skip)),
            RecordingControl::Pause(Some(PauseBehavior::Silence)),
            RecordingControl::Resume,
            RecordingControl::Stop,
        ] {
            arrived(recordings.control(call, &recording, control).await)?;
        }
    }
    Ok(())
}

/// Reads recordings and transcriptions in every way, and deletes one of each.
async fn read_recordings(client: &Client, calls: &[CallSid]) -> Result<(), Failure> {
    let recordings = client.recordings();
    let recording: RecordingSid = "RE00000000000000000000000000000001".parse()?;
    recordings.fetch(&recording).await?;
    recordings.fetch_even_deleted(&recording).await?;
    for day in days() {
        let filter = ListRecordings {
            date_created: Some(day),
            call_sid: Some("CA00000000000000000000000000000001".parse()?),
            conference_sid: Some("CF00000000000000000000000000000001".parse()?),
            include_soft_deleted: Some(true),
            page_size: Some(20),
        };
        recordings.list(&filter).await?;
        let filter = ListCallRecordings {
            date_created: Some(day),
            page_size: Some(20),
        };
        for call in calls {
            recordings.list_for_call(call, &filter).await?;
        }
    }
    for format in [MediaFormat::Wav, MediaFormat::Mp3] {
        for channels in [None, Some(MediaChannels::One), Some(MediaChannels::Two)] {
            let request = MediaRequest {
                channels,
                range: Some("bytes=0-99"),
                ..MediaRequest::new(format)
            };
            recordings.media(&recording, &request).await?;
        }
    }
    let transcriptions = client.transcriptions();
    let transcription = "TR00000000000000000000000000000001".parse()?;
    transcriptions.fetch(&transcription).await?;
    transcriptions.list().await?;
    match transcriptions.list_for_recording(&recording).await {
        // There is no such recording.
        Ok(_) | Err(ReadError::Refused(_)) => {}
        Err(error) => return Err(error.into()),
    }
    transcriptions.delete(&transcription).await?;
    recordings.delete(&recording).await?;
    Ok(())
}

/// Reads what happened during a call.
async fn read_history(client: &Client, call: &CallSid) -> Result<(), Failure> {
    client.calls().events(call).await?;
    for day in days() {
        let filter = ListNotifications {
            log_level: Some(1),
            message_date: Some(day),
            page_size: Some(20),
        };
        client.calls().notifications(call, &filter).await?;
    }
    Ok(())
}

/// Sends messages with every parameter, of every kind of content.
async fn send_messages(client: &Client, from: &str) -> Result<(), Failure> {
    let service = MessageSender::Service {
        sid: "MG00000000000000000000000000000001".parse()?,
        from: Some(from.into()),
        send_at: Some(time::macros::datetime!(2030-01-02 03:04:05 UTC)),
    };
    let options = MessageOptions {
        status_callback: Some("https://app.example/callback".to_owned()),
        application_sid: Some("AP00000000000000000000000000000001".parse()?),
        validity_period_seconds: Some(600),
        attempt: Some(1),
        max_price: Some("0.1".to_owned()),
        smart_encoded: Some(true),
        provide_feedback: Some(true),
        shorten_urls: Some(true),
        force_delivery: Some(true),
        send_as_mms: Some(false),
        content_retention: Some(ContentRetention::Retain),
        address_retention: Some(AddressRetention::Obfuscate),
        risk_check: Some(RiskCheck::Enable),
        is_free_traffic: true,
        persistent_actions: vec!["geo:37.78,-122.40".to_owned()],
        fallback_from: Some(from.into()),
    };
    let body = MessageContent::Body("Your table is ready".into());
    let media = MessageContent::Media {
        urls: vec!["https://app.example/a.png".to_owned(); 2],
        body: Some("Your table".into()),
    };
    let content = MessageContent::Content {
        sid: "HX00000000000000000000000000000001".parse()?,
        variables: Some(serde_json::json!({"1": "table"})),
    };
    let sender = || MessageSender::From(from.into());
    let none = MessageOptions::default;
    for order in [
        CreateMessage::new("+15550100042", service, body, options)?,
        CreateMessage::new("+15550100042", sender(), media, none())?,
        CreateMessage::new("+15550100042", sender(), content, none())?,
    ] {
        arrived(client.messages().create(&order).await)?;
    }
    Ok(())
}

/// Reads messages with every filter, and changes one in every way.
async fn read_messages(client: &Client) -> Result<(), Failure> {
    let messages = client.messages();
    for day in days() {
        let filter = ListMessages {
            to: Some("+15550100042".into()),
            from: Some("+15550100043".into()),
            date_sent: Some(day),
            page_size: Some(20),
        };
        messages.list(&filter).await?;
    }
    let all: Vec<_> = messages
        .stream(&ListMessages::default())
        .try_collect()
        .await?;
    let sid = &all.first().ok_or("there is no message")?.sid;
    messages.fetch(sid).await?;
    arrived(messages.cancel(sid).await)?;
    arrived(messages.redact(sid).await)?;
    arrived(messages.delete(sid).await)?;
    Ok(())
}

/// A date in every relation.
const fn days() -> [DateFilter; 3] {
    let day = time::macros::date!(2026 - 01 - 02);
    [
        DateFilter::On(day),
        DateFilter::Before(day),
        DateFilter::OnOrAfter(day),
    ]
}
