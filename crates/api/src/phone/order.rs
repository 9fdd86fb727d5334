//! What a request to place a phone call asks for, and its answer.

use actix_web::http::StatusCode;
use atlas_application::storage::RequestDigest;
use atlas_application::{Application, DialAnswer, PlacePhoneCall};
use atlas_domain::{CallId, PhoneNumber, PrivateHosts, TenantId, TwimlUrl};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::fields::{Fields, text};
use crate::placing::Order;

/// A phone call to be placed.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
pub(crate) struct PhoneCallRequest {
    /// Whom to ring, in E.164.
    #[schema(value_type = String, pattern = r"^\+[1-9][0-9]{1,14}$", example = "+15550100042")]
    to_number: PhoneNumber,
    /// Where Twilio fetches the TwiML document that the call plays: `http` or `https`, without
    /// credentials, and not on a host in a private network.
    #[schema(
        value_type = Option<String>, format = "uri", max_length = 2048,
        default = "http://demo.twilio.com/docs/voice.xml",
        example = "https://example.com/hello.xml"
    )]
    twiml_url: TwimlUrl,
}

impl PhoneCallRequest {
    /// Reads a body.
    pub(super) fn read(
        fields: &mut Fields,
        private_hosts: PrivateHosts,
    ) -> impl FnOnce() -> Option<Self> + use<> {
        let to_number = fields.required("to_number", text::<PhoneNumber>);
        let twiml_url = fields.optional("twiml_url", |value| {
            let text = value.as_str().ok_or("must be a string")?;
            TwimlUrl::parse(text, private_hosts).map_err(|error| error.to_string())
        });
        move || {
            Some(Self {
                to_number: to_number?,
                twiml_url: twiml_url.unwrap_or_default(),
            })
        }
    }
}

impl Order for PhoneCallRequest {
    const ROUTE: &'static str = "POST /phone/call";
    const COLLECTION: &'static str = "/calls";
    const PLACED: StatusCode = StatusCode::OK;

    fn digest(&self) -> RequestDigest {
        let canonical = json!({
            "to_number": self.to_number.as_str(),
            "twiml_url": self.twiml_url.as_str(),
        });
        RequestDigest(Sha256::digest(canonical.to_string()).into())
    }

    async fn place(
        self,
        application: &Application,
        tenant: &TenantId,
        call_id: CallId,
    ) -> Result<DialAnswer, ApiError> {
        let call = PlacePhoneCall {
            call_id,
            to_number: self.to_number,
            twiml_url: self.twiml_url,
        };
        Ok(application.place_phone_call(tenant, call).await?)
    }

    fn view(answer: &DialAnswer) -> impl Serialize {
        PhoneCallView::from(answer)
    }
}

/// A phone call that was just placed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhoneCall)]
pub(crate) struct PhoneCallView {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Its SID; null while it is being looked up.
    #[schema(required, example = "CA0123456789abcdef0123456789abcdef")]
    call_sid: Option<String>,
    /// Always `queued`: what became of it since is shown by `GET /phone/call/{call_sid}/status`.
    #[schema(example = "queued")]
    status: &'static str,
    /// The number it rings.
    #[schema(required, example = "+15550100042")]
    to: Option<String>,
    /// The number it shows.
    #[schema(required, example = "+15005550006")]
    from_number: Option<String>,
    /// What happened, in words.
    #[schema(example = "Call initiated successfully")]
    message: &'static str,
    /// Its id here, by which `GET /calls/{call}` shows it, too.
    #[schema(format = Uuid)]
    call_id: String,
    /// `lookup` while it is being found out whether Twilio has the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "lookup")]
    pending: Option<&'static str>,
}

impl From<&DialAnswer> for PhoneCallView {
    fn from(answer: &DialAnswer) -> Self {
        let (call_sid, message, pending) = match answer {
            DialAnswer::Accepted { sid, .. } => {
                (Some(sid.to_string()), "Call initiated successfully", None)
            }
            DialAnswer::Pending { .. } => (None, "Call outcome is being looked up", Some("lookup")),
        };
        let call = answer.call();
        Self {
            success: true,
            call_sid,
            status: "queued",
            to: call.to_number.text().map(str::to_owned),
            from_number: call.from_number.text().map(str::to_owned),
            message,
            call_id: call.call_id.to_string(),
            pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn read(body: &Value) -> Result<PhoneCallRequest, Vec<(String, String)>> {
        let mut fields = Fields::of_object(body.as_object().unwrap().clone());
        let build = PhoneCallRequest::read(&mut fields, PrivateHosts::Refused);
        match fields.finish(build) {
            Ok(request) => Ok(request),
            Err(ApiError::Invalid(errors)) => Err(errors
                .into_iter()
                .map(|error| (error.pointer, error.detail))
                .collect()),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn without_a_document_twilio_plays_its_own() {
        for body in [
            json!({"to_number": "+15550100042"}),
            json!({"to_number": "+15550100042", "twiml_url": null}),
            json!({"to_number": "+15550100042", "twiml_url": TwimlUrl::DEFAULT.as_str()}),
        ] {
            assert_eq!(read(&body).unwrap().twiml_url, TwimlUrl::DEFAULT, "{body}");
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let wrong = json!({"to_number": 1, "twiml_url": "http://user@example.com/"});
        let told = read(&wrong).unwrap_err();
        assert_eq!(told[0].0, "/to_number");
        let expected = ("/twiml_url", "must not hold a user name or password");
        assert_eq!((told[1].0.as_str(), told[1].1.as_str()), expected);
        let wrong = json!({"twiml_url": true});
        let told = read(&wrong).unwrap_err();
        let pointers: Vec<&str> = told.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/to_number", "/twiml_url"]);
    }

    #[test]
    fn the_same_request_has_the_same_digest_however_it_is_written() {
        let digest = |body: &Value| read(body).unwrap().digest();
        let plain = json!({"to_number": "+15550100042"});
        let same = json!({"to_number": "+15550100042",
            "twiml_url": "HTTP://demo.twilio.com:80/docs/voice.xml", "other": 1});
        assert_eq!(digest(&plain), digest(&same));
        for other in [
            json!({"to_number": "+15550100043"}),
            json!({"to_number": "+15550100042", "twiml_url": "https://example.com/"}),
        ] {
            assert_ne!(digest(&plain), digest(&other), "{other}");
        }
    }
}
