//! The TwiML documents that somebody hears who is rung about a task.

use atlas_application::NotificationAnswer;
use atlas_domain::call::KeyPress;
use atlas_domain::{DialReference, TaskTitle};
use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::twiml::{Gather, Hangup, Redirect, Response, Say, TwimlError};

use super::sentences;
use crate::callback_urls::KeyQuestion;
use crate::twilio_webhooks::{MAX_TRIES, apology, come_again, hang_up, spoken};
use crate::{ApiSettings, CallbackUrls, callback_urls};

/// How long the phone waits for a key after the words, in seconds.
const KEY_TIMEOUT_SECONDS: u32 = 10;

/// Makes the documents of one service.
pub(super) struct Documents<'settings> {
    settings: &'settings ApiSettings,
    urls: CallbackUrls,
}

impl<'settings> Documents<'settings> {
    pub(super) fn new(settings: &'settings ApiSettings) -> Self {
        Self {
            settings,
            urls: callback_urls(&settings.base_url),
        }
    }

    /// What a leg that was answered is to hear.
    pub(super) fn answer(&self, answer: &NotificationAnswer) -> Result<Response, TwimlError> {
        match answer {
            NotificationAnswer::Prompt { title, dial } => self.prompts(dial, title, 1),
            NotificationAnswer::MachineMessage { title, dial } => self.machine_message(dial, title),
            NotificationAnswer::AlreadyAcknowledged => {
                self.goodbye(sentences::ALREADY_ACKNOWLEDGED)
            }
            NotificationAnswer::Canceled => self.goodbye(sentences::CANCELED),
            NotificationAnswer::Unknown => self.goodbye(sentences::UNKNOWN),
            NotificationAnswer::HangUp => Ok(hang_up()),
        }
    }

    /// The prompts from this one on, as many as there are, then that nobody acknowledged.
    pub(super) fn prompts(
        &self,
        dial: &DialReference,
        title: &TaskTitle,
        first: u32,
    ) -> Result<Response, TwimlError> {
        let notifications = &self.settings.notifications;
        let words = sentences::prompt(notifications.sender_name(), title.as_str());
        let mut document = Response::new();
        for ask in first..=notifications.repeats() {
            document = document.with(self.gather(dial, KeyQuestion::Prompt(ask), &words)?);
        }
        self.ending(document, sentences::NOT_ACKNOWLEDGED)
    }

    /// The message for a machine. Who presses a key all the same is asked once more.
    pub(super) fn machine_message(
        &self,
        dial: &DialReference,
        title: &TaskTitle,
    ) -> Result<Response, TwimlError> {
        let sender = self.settings.notifications.sender_name();
        let words = sentences::machine_message(sender, title.as_str());
        let gather = self.gather(dial, self.last_prompt(), &words)?;
        Ok(Response::new().with(gather).with(Hangup::new()))
    }

    /// Asks once more, since a machine was thought to be there.
    pub(super) fn ask_once_more(&self, dial: &DialReference) -> Result<Response, TwimlError> {
        let gather = self.gather(dial, KeyQuestion::Machine, sentences::ONCE_MORE)?;
        self.ending(Response::new().with(gather), sentences::NOT_ACKNOWLEDGED)
    }

    /// Asks for patience and comes again with the press; after some times, the last words.
    pub(super) fn hold(
        &self,
        dial: &DialReference,
        question: KeyQuestion,
        press: &KeyPress,
        earlier_tries: u32,
    ) -> Result<Response, TwimlError> {
        if earlier_tries >= MAX_TRIES {
            return self.goodbye(sentences::NOT_CONFIRMED);
        }
        let tries = earlier_tries + 1;
        let again = self.urls.notification_held(dial, question, press, tries);
        Ok(Response::new()
            .with(self.say(sentences::HOLD)?)
            .with(Redirect::new(&again)?))
    }

    /// A pause, after which Twilio asks again; after some times, an apology. `again` makes the URL
    /// of a request about this dial before which there were so many.
    pub(super) fn come_again(
        &self,
        dial: Option<&DialReference>,
        earlier_tries: u32,
        again: impl FnOnce(&CallbackUrls, &DialReference, u32) -> String,
    ) -> Result<Response, TwimlError> {
        match dial {
            Some(dial) if earlier_tries < MAX_TRIES => {
                come_again(&again(&self.urls, dial, earlier_tries + 1))
            }
            Some(_) | None => apology(&self.settings.voice),
        }
    }

    /// A sentence, and the end.
    pub(super) fn goodbye(&self, sentence: &str) -> Result<Response, TwimlError> {
        self.ending(Response::new(), sentence)
    }

    /// The question after which no prompt is left.
    const fn last_prompt(&self) -> KeyQuestion {
        KeyQuestion::Prompt(self.settings.notifications.repeats())
    }

    fn gather(
        &self,
        dial: &DialReference,
        question: KeyQuestion,
        words: &str,
    ) -> Result<Gather, TwimlError> {
        let gather = Gather::new(&self.urls.notification_gather(dial, question))?
            .digits(1)?
            .timeout_seconds(KEY_TIMEOUT_SECONDS)
            .method(HttpMethod::Post);
        Ok(gather.with(self.say(words)?))
    }

    fn ending(&self, document: Response, sentence: &str) -> Result<Response, TwimlError> {
        Ok(document.with(self.say(sentence)?).with(Hangup::new()))
    }

    fn say(&self, words: &str) -> Result<Say, TwimlError> {
        spoken(&self.settings.voice, Say::new(words)?)
    }
}
