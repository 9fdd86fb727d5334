//! What the HTTP interface needs to know beside the use cases.

mod notifications;

pub use notifications::{InvalidNotificationSettings, NotificationSettings};

use atlas_twilio::twiml::{Language, Voice};
use atlas_twilio::webhook::Verifier;

use crate::{ApiAuth, BaseUrl, CorsPolicy, TwilioAccount};

/// Settings of the HTTP interface.
///
/// ```
/// use atlas_api::{ApiAuth, ApiSettings, BaseUrl};
///
/// let settings = ApiSettings::new(BaseUrl::parse("http://localhost:8000")?, ApiAuth::OpenOnLoopback);
/// assert!(settings.verifier.is_none(), "no callback is believed until there is an auth token");
/// # Ok::<(), atlas_api::InvalidBaseUrl>(())
/// ```
#[derive(Debug, Clone)]
pub struct ApiSettings {
    /// The public URL that Twilio calls and signs (`BASE_URL`).
    pub base_url: BaseUrl,
    /// Who may call (`API_KEYS`, `API_AUTH`).
    pub auth: ApiAuth,
    /// Which web pages may call (`CORS_ALLOWED_ORIGINS`); none by default.
    pub cors: CorsPolicy,
    /// Which carrier there is, for `/health`; none by default.
    pub carrier: CarrierMode,
    /// The Twilio account that calls are placed with, for the Phone API; none by default.
    pub twilio_account: TwilioAccount,
    /// Checks Twilio's signatures; without one every webhook answers 403.
    pub verifier: Option<Verifier>,
    /// How calls speak and record.
    pub voice: VoiceSettings,
    /// How notifications speak (`NOTIFICATION_SENDER_NAME`, `NOTIFICATION_REPEATS`).
    pub notifications: NotificationSettings,
}

impl ApiSettings {
    /// Settings with the defaults for everything but the public URL and who may call.
    #[must_use]
    pub fn new(base_url: BaseUrl, auth: ApiAuth) -> Self {
        Self {
            base_url,
            auth,
            cors: CorsPolicy::None,
            carrier: CarrierMode::NotConfigured,
            twilio_account: TwilioAccount::default(),
            verifier: None,
            voice: VoiceSettings::default(),
            notifications: NotificationSettings::default(),
        }
    }
}

/// Which carrier there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CarrierMode {
    /// Twilio, with credentials.
    Configured,
    /// The simulated Twilio.
    Simulated,
    /// None: calls are refused.
    NotConfigured,
}

/// How calls speak and record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceSettings {
    tts_voice: String,
    tts_language: String,
    recording_max_seconds: u32,
    transcribe_recordings: bool,
}

/// Why voice settings cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidVoiceSettings {
    /// An empty or overlong voice.
    #[error("the voice must have 1 to 100 visible ASCII characters")]
    Voice,
    /// A language that is no BCP 47 tag.
    #[error("the language must be a tag such as `en-US`")]
    Language,
    /// A recording that is too short or too long.
    #[error(
        "the longest recording must be {} to {} seconds",
        VoiceSettings::MIN_RECORDING_SECONDS,
        VoiceSettings::MAX_RECORDING_SECONDS
    )]
    RecordingMaxSeconds,
}

impl VoiceSettings {
    /// The shortest limit on a recording that Twilio takes, in seconds
    /// (<https://www.twilio.com/docs/voice/twiml/record#attributes-max-length>).
    pub const MIN_RECORDING_SECONDS: u32 = 2;
    /// The longest limit on a recording, in seconds: Twilio's four hours for every account.
    pub const MAX_RECORDING_SECONDS: u32 = 14_400;
    /// The longest limit while recordings are transcribed, in seconds: Twilio transcribes nothing
    /// of two minutes or more
    /// (<https://www.twilio.com/docs/voice/twiml/record#attributes-transcribe>).
    const MAX_TRANSCRIBED_SECONDS: u32 = 119;

    /// How calls speak (`TTS_VOICE`, `TTS_LANGUAGE`), how long a recording may be in seconds
    /// (`RECORDING_MAX_SECONDS`) and whether it is transcribed (`TRANSCRIBE_RECORDINGS`).
    ///
    /// # Errors
    /// [`InvalidVoiceSettings`] when Twilio would not take one of them.
    pub fn new(
        tts_voice: &str,
        tts_language: &str,
        recording_max_seconds: u32,
        transcribe_recordings: bool,
    ) -> Result<Self, InvalidVoiceSettings> {
        let tts_voice = Voice::try_from(tts_voice).map_err(|_| InvalidVoiceSettings::Voice)?;
        let tts_language =
            Language::try_from(tts_language).map_err(|_| InvalidVoiceSettings::Language)?;
        let range = Self::MIN_RECORDING_SECONDS..=Self::MAX_RECORDING_SECONDS;
        if !range.contains(&recording_max_seconds) {
            return Err(InvalidVoiceSettings::RecordingMaxSeconds);
        }
        Ok(Self {
            tts_voice: tts_voice.as_str().to_owned(),
            tts_language: tts_language.as_str().to_owned(),
            recording_max_seconds,
            transcribe_recordings,
        })
    }

    /// The voice of `<Say>`.
    #[must_use]
    pub fn tts_voice(&self) -> &str {
        &self.tts_voice
    }

    /// The language of `<Say>`.
    #[must_use]
    pub fn tts_language(&self) -> &str {
        &self.tts_language
    }

    /// Whether recordings are transcribed.
    #[must_use]
    pub const fn transcribe_recordings(&self) -> bool {
        self.transcribe_recordings
    }

    /// The `maxLength` of `<Record>`, in seconds: as configured, but at most 119 while recordings
    /// are transcribed.
    #[must_use]
    pub fn record_max_length_seconds(&self) -> u32 {
        if self.transcribe_recordings {
            self.recording_max_seconds
                .min(Self::MAX_TRANSCRIBED_SECONDS)
        } else {
            self.recording_max_seconds
        }
    }
}

impl Default for VoiceSettings {
    /// `alice`, `en-US`, an hour, transcribed.
    fn default() -> Self {
        Self {
            tts_voice: "alice".to_owned(),
            tts_language: "en-US".to_owned(),
            recording_max_seconds: 3600,
            transcribe_recordings: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_that_are_transcribed_stay_below_two_minutes() {
        let seconds = |limit, transcribe| {
            VoiceSettings::new("alice", "en-US", limit, transcribe)
                .unwrap()
                .record_max_length_seconds()
        };
        assert_eq!(seconds(3600, true), 119);
        assert_eq!(seconds(60, true), 60);
        assert_eq!(seconds(3600, false), 3600);
    }

    #[test]
    fn settings_that_twilio_would_not_take_are_refused() {
        let refusal = |voice, language, seconds| {
            VoiceSettings::new(voice, language, seconds, true).unwrap_err()
        };
        assert_eq!(refusal("", "en", 60), InvalidVoiceSettings::Voice);
        assert_eq!(refusal("alice", "e n", 60), InvalidVoiceSettings::Language);
        for seconds in [0, 1, 14_401] {
            assert_eq!(
                refusal("alice", "en", seconds),
                InvalidVoiceSettings::RecordingMaxSeconds
            );
        }
    }
}
