//! The body of a message: the same bytes for equal events.

use atlas_domain::CallSid;
use atlas_domain::notification::{AcknowledgedBy, AcknowledgementEvent};
use serde::Serialize;

/// The type of message that tells of an acknowledgement.
const ACKNOWLEDGED: &str = "notification.acknowledged";

/// Fields are written in the order they stand in; what there is not is left out.
#[derive(Serialize)]
struct Message<'a> {
    r#type: &'static str,
    timestamp: &'a str,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    notification_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_id: Option<&'a str>,
    task_title: &'a str,
    phone_number: &'a str,
    acknowledged_at: &'a str,
    acknowledged_by: By<'a>,
    call_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_sid: Option<&'a str>,
}

#[derive(Serialize)]
struct By<'a> {
    via: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dial_no: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digits: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

/// Writes the message that tells of `event`.
pub(super) fn body_of(event: &AcknowledgementEvent) -> Result<Vec<u8>, serde_json::Error> {
    let call_id = event.call_id.to_string();
    let acknowledged_at = event.acknowledged_at.to_string();
    serde_json::to_vec(&Message {
        r#type: ACKNOWLEDGED,
        timestamp: &acknowledged_at,
        data: Data {
            notification_id: &call_id,
            task_id: event.task_id.as_ref().map(AsRef::as_ref),
            task_title: event.task_title.as_str(),
            phone_number: &event.phone_number,
            acknowledged_at: &acknowledged_at,
            acknowledged_by: by(&event.by),
            call_id: &call_id,
            call_sid: event.call_sid.as_ref().map(CallSid::as_str),
        },
    })
}

fn by(by: &AcknowledgedBy) -> By<'_> {
    match by {
        AcknowledgedBy::KeyPress {
            dial_no, digits, ..
        } => By {
            via: by.via(),
            dial_no: Some(dial_no.get()),
            digits: Some(digits.as_str()),
            who: None,
            why: None,
        },
        AcknowledgedBy::Api { who, why } => By {
            via: by.via(),
            dial_no: None,
            digits: None,
            who: who.as_ref().map(AsRef::as_ref),
            why: why.as_ref().map(AsRef::as_ref),
        },
    }
}

#[cfg(test)]
mod tests {
    use atlas_domain::notification::WebhookId;
    use atlas_domain::{CallId, TenantId, Timestamp};

    use super::*;

    fn event(by: AcknowledgedBy) -> AcknowledgementEvent {
        let call_id: CallId = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse().unwrap();
        AcknowledgementEvent {
            webhook_id: WebhookId::of(call_id),
            tenant: TenantId::default(),
            call_id,
            call_sid: None,
            task_id: None,
            task_title: "Say \"<pump>\" &\n🚨".parse().unwrap(),
            phone_number: "+15550100042".to_owned(),
            acknowledged_at: Timestamp::parse_rfc3339("2026-01-02T03:04:05.678Z").unwrap(),
            by,
        }
    }

    fn text(event: &AcknowledgementEvent) -> String {
        String::from_utf8(body_of(event).unwrap()).unwrap()
    }

    #[test]
    fn a_key_press_is_told_with_its_dial() {
        let pressed = AcknowledgementEvent {
            call_sid: Some("CA0123".parse().unwrap()),
            task_id: Some("task-17".parse().unwrap()),
            ..event(AcknowledgedBy::KeyPress {
                dial_no: "2".parse().unwrap(),
                sid: "CA0123".parse().unwrap(),
                digits: "1".parse().unwrap(),
                pressed_at: Timestamp::EPOCH,
            })
        };
        assert_eq!(
            text(&pressed),
            concat!(
                r#"{"type":"notification.acknowledged","timestamp":"2026-01-02T03:04:05.678Z","data":{"#,
                r#""notification_id":"6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11","task_id":"task-17","#,
                r#""task_title":"Say \"<pump>\" &\n🚨","phone_number":"+15550100042","#,
                r#""acknowledged_at":"2026-01-02T03:04:05.678Z","#,
                r#""acknowledged_by":{"via":"keypress","dial_no":2,"digits":"1"},"#,
                r#""call_id":"6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11","call_sid":"CA0123"}}"#
            )
        );
    }

    #[test]
    fn what_there_is_not_is_left_out() {
        let by_api = event(AcknowledgedBy::Api {
            who: Some("Ann".parse().unwrap()),
            why: None,
        });
        assert_eq!(
            text(&by_api),
            concat!(
                r#"{"type":"notification.acknowledged","timestamp":"2026-01-02T03:04:05.678Z","data":{"#,
                r#""notification_id":"6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11","#,
                r#""task_title":"Say \"<pump>\" &\n🚨","phone_number":"+15550100042","#,
                r#""acknowledged_at":"2026-01-02T03:04:05.678Z","#,
                r#""acknowledged_by":{"via":"api","who":"Ann"},"#,
                r#""call_id":"6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11"}}"#
            )
        );
    }
}
