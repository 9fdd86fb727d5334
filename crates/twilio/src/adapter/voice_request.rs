//! A request for TwiML means that somebody answered.

use atlas_domain::CallSid;

use super::Untranslatable;
use crate::webhook::VoiceRequest;

/// The leg that was answered and wants to know what to say.
///
/// # Errors
/// [`Untranslatable`] when its SID cannot be kept.
pub fn answered_sid(request: &VoiceRequest) -> Result<CallSid, Untranslatable> {
    Ok(request.call.call_sid.as_str().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::{Form, FromForm as _};

    #[test]
    fn the_sid_is_kept_as_it_is() {
        let sid = "CAfedcba9876543210fedcba9876543210";
        let form = Form::parse(format!("CallSid={sid}").as_bytes());
        let request = VoiceRequest::from_form(form).unwrap();
        assert_eq!(answered_sid(&request).unwrap().as_str(), sid);
    }
}
