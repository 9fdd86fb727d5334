//! Which status and code every error has.

use super::*;
use atlas_application::CallReference;
use atlas_domain::carrier::Refusal;
use atlas_domain::{CallId, InvalidTwimlUrl, RecordingId, Timestamp, UserId};
use serde_json::Value;

fn refused(kind: RefusalKind) -> ApiError {
    ApplicationError::Carrier {
        call_id: Some(call_id()),
        trouble: CarrierTrouble::Refused(Refusal {
            kind,
            code: Some(21211),
            message: "no such number".to_owned(),
        }),
    }
    .into()
}

fn carrier(trouble: CarrierTrouble) -> ApiError {
    ApplicationError::Carrier {
        call_id: None,
        trouble,
    }
    .into()
}

fn call_id() -> CallId {
    "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse().unwrap()
}

fn cause() -> Box<dyn Error + Send + Sync> {
    "secret of the inside".into()
}

fn document(error: &ApiError) -> Value {
    let problem = error.problem();
    serde_json::to_value(problem.document("req-1", Timestamp::EPOCH)).unwrap()
}

#[test]
fn every_error_has_its_status_and_code() {
    let user_id: UserId = "695736a5f1c2d3e4a5b6c7d8".parse().unwrap();
    let recording_id: RecordingId = "695736a5f1c2d3e4a5b6c7d8".parse().unwrap();
    let reference = CallReference::Id(call_id());
    let json_error = serde_json::from_str::<Value>("{").unwrap_err();
    let not_reached = || CarrierTrouble::NotReached {
        reason: "dns".to_owned(),
    };
    let duplicate = |unique| ApiError::from(StorageError::Duplicate(unique));
    let refused_move = |why| ApiError::from(ApplicationError::MoveRefused(why));
    let limited = |retry_after_seconds| RefusalKind::RateLimited {
        retry_after_seconds,
    };
    let corrupt = StorageError::Corrupt {
        what: "call",
        detail: "x".to_owned(),
    };
    let cases: Vec<(ApiError, u16, &str)> = vec![
        (ApiError::Invalid(Vec::new()), 400, "validation_failed"),
        (ApiError::MalformedJson(json_error), 400, "malformed_json"),
        (
            ApiError::Invalid(Vec::new()).unprocessable(),
            422,
            "validation_failed",
        ),
        (
            ApiError::MalformedJson(serde_json::from_str::<Value>("[").unwrap_err())
                .unprocessable(),
            422,
            "malformed_json",
        ),
        (
            ApiError::BodyTooLarge.unprocessable(),
            413,
            "body_too_large",
        ),
        (ApiError::BodyTooLarge, 413, "body_too_large"),
        (
            ApiError::WrongContentType { expected: "x" },
            415,
            "unsupported_media_type",
        ),
        (ApiError::Unauthorized, 401, "unauthorized"),
        (ApiError::LoopbackOnly, 403, "loopback_only"),
        (ApiError::NotSigned(None), 403, "invalid_signature"),
        (ApiError::NoRoute, 404, "not_found"),
        (
            ApiError::NoSuchCall {
                named: "x".to_owned(),
            },
            404,
            "not_found",
        ),
        (
            ApiError::NoSuchNotification {
                named: "x".to_owned(),
            },
            404,
            "not_found",
        ),
        (ApiError::NoSuchUser, 404, "not_found"),
        (ApiError::NoSuchRecording, 404, "not_found"),
        (
            ApiError::WrongMethod {
                allowed: "GET".to_owned(),
            },
            405,
            "method_not_allowed",
        ),
        (
            ApiError::RangeNotSatisfiable {
                content_range: None,
            },
            416,
            "range_not_satisfiable",
        ),
        (
            ApiError::IdempotencyKeyReused,
            409,
            "idempotency_key_reused",
        ),
        (
            ApiError::IdempotencyInProgress,
            409,
            "idempotency_in_progress",
        ),
        (
            ApiError::PhoneNotConfigured {
                missing: "X is not set".to_owned(),
            },
            500,
            "phone_not_configured",
        ),
        (
            ApplicationError::TwimlUrlRefused(InvalidTwimlUrl::PrivateHost).into(),
            400,
            "validation_failed",
        ),
        (ApiError::StoreTooSlow, 503, "storage_unavailable"),
        (ApiError::NotConfigured, 500, "internal_error"),
        (ApiError::Unwritable(cause()), 500, "internal_error"),
        (
            ApiError::Framework(StatusCode::BAD_REQUEST),
            400,
            "bad_request",
        ),
        (
            ApplicationError::UserNotFound(user_id).into(),
            404,
            "not_found",
        ),
        (
            ApplicationError::CallNotFound(reference.clone()).into(),
            404,
            "not_found",
        ),
        (
            ApplicationError::FeedbackNotFound(reference).into(),
            404,
            "not_found",
        ),
        (
            ApplicationError::RecordingNotFound(recording_id).into(),
            404,
            "not_found",
        ),
        (refused_move(RefusedMove::Finished), 409, "call_finished"),
        (
            refused_move(RefusedMove::DialUnderWay),
            409,
            "dial_under_way",
        ),
        (refused_move(RefusedMove::Completed), 409, "call_completed"),
        (
            refused_move(RefusedMove::NotANotification),
            404,
            "not_found",
        ),
        (
            refused_move(RefusedMove::Acknowledged),
            409,
            "notification_acknowledged",
        ),
        (
            refused_move(RefusedMove::Canceled),
            409,
            "notification_canceled",
        ),
        (refused_move(RefusedMove::NotDue), 409, "conflict"),
        (duplicate(Unique::Email), 409, "email_taken"),
        (duplicate(Unique::ExternalId), 409, "external_id_taken"),
        (duplicate(Unique::CallSid), 500, "internal_error"),
        (corrupt.into(), 500, "internal_error"),
        (
            StorageError::Unavailable(cause()).into(),
            503,
            "storage_unavailable",
        ),
        (
            carrier(CarrierTrouble::NotConfigured),
            503,
            "carrier_not_configured",
        ),
        (carrier(not_reached()), 503, "carrier_unreachable"),
        (refused(RefusalKind::Number), 400, "carrier_refused"),
        (refused(RefusalKind::Parameter), 400, "carrier_refused"),
        (
            refused(RefusalKind::Permission),
            503,
            "carrier_not_authorized",
        ),
        (
            refused(RefusalKind::Credentials),
            503,
            "carrier_not_authorized",
        ),
        (refused(limited(Some(7))), 429, "carrier_rate_limited"),
        (refused(limited(None)), 429, "carrier_rate_limited"),
    ];
    for (error, status, code) in cases {
        let document = document(&error);
        assert_eq!(document["status"], status, "{error:?}");
        assert_eq!(document["code"], code, "{error:?}");
        assert_eq!(document["error"], format!("HTTP {status}"));
        assert_eq!(document["message"], document["detail"]);
        assert!(!document.to_string().contains("secret"), "{error:?}");
    }
}

#[test]
fn a_refusal_of_the_carrier_tells_its_code_and_the_call() {
    let document = document(&refused(RefusalKind::Number));
    assert_eq!(document["twilio_code"], 21211);
    assert_eq!(document["call_id"], call_id().to_string());
    assert_eq!(document["detail"], "Twilio refused: no such number");
}

#[test]
fn a_notification_that_was_not_placed_is_told_in_the_words_its_clients_know() {
    let not_placed = |error| {
        let ApiError::Application(error) = error else {
            panic!("{error}")
        };
        document(&ApiError::NotificationNotPlaced(error))
    };
    let limited = RefusalKind::RateLimited {
        retry_after_seconds: None,
    };
    let unreached = CarrierTrouble::NotReached {
        reason: "dns".to_owned(),
    };
    for (error, status, code, detail) in [
        (
            refused(RefusalKind::Number),
            500,
            "carrier_refused",
            "Failed to initiate call: Twilio refused: no such number",
        ),
        (
            refused(RefusalKind::Parameter),
            500,
            "carrier_refused",
            "Failed to initiate call: Twilio refused: no such number",
        ),
        (
            carrier(CarrierTrouble::NotConfigured),
            503,
            "carrier_not_configured",
            "Twilio service not initialized. Check environment variables.",
        ),
        (
            refused(RefusalKind::Permission),
            503,
            "carrier_not_authorized",
            "Twilio does not allow this account to do that.",
        ),
        (
            refused(limited),
            429,
            "carrier_rate_limited",
            "Twilio takes no more requests at the moment.",
        ),
        (
            carrier(unreached),
            503,
            "carrier_unreachable",
            "Twilio could not be reached.",
        ),
    ] {
        let document = not_placed(error);
        assert_eq!(document["status"], status, "{document}");
        assert_eq!(document["code"], code, "{document}");
        assert_eq!(document["detail"], detail);
    }
    let refusal = not_placed(refused(RefusalKind::Number));
    assert_eq!(refusal["twilio_code"], 21211);
    assert_eq!(refusal["call_id"], call_id().to_string());
}

#[test]
fn who_is_told_to_wait_is_told_how_long() {
    let waits = |error: ApiError| {
        let response = error.problem().response("req-1", Timestamp::EPOCH);
        response
            .headers()
            .get("retry-after")
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    let limited = |retry_after_seconds| RefusalKind::RateLimited {
        retry_after_seconds,
    };
    assert_eq!(waits(refused(limited(Some(7)))), "7");
    assert_eq!(waits(refused(limited(None))), "1");
    assert_eq!(waits(ApiError::StoreTooSlow), "1");
}

#[test]
fn a_problem_document_has_every_member_of_the_contract() {
    let document = document(&ApiError::NoSuchUser);
    let expected = serde_json::json!({
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "User not found",
        "code": "not_found",
        "timestamp": "1970-01-01T00:00:00.000Z",
        "request_id": "req-1",
        "error": "HTTP 404",
        "message": "User not found",
    });
    assert_eq!(document, expected);
}

#[test]
fn what_is_logged_of_a_refusal_has_no_phone_number() {
    let mut logged = String::new();
    let error = ApiError::from(ApplicationError::Carrier {
        call_id: None,
        trouble: CarrierTrouble::Refused(Refusal {
            kind: RefusalKind::Permission,
            code: Some(21215),
            message: "Account not authorized to call +15550100042".to_owned(),
        }),
    });
    let mut cause: Option<&dyn Error> = Some(&error);
    while let Some(error) = cause {
        logged.push_str(&error.to_string());
        cause = error.source();
    }
    assert!(logged.contains("21215"), "{logged}");
    assert!(!logged.contains("5550100042"), "{logged}");
    assert!(!format!("{error:?}").contains("5550100042"));
}
