//! Words that are seen in callbacks first of all.

use std::fmt;

open_vocabulary!(
    /// How the leg ended that a `<Dial>` made (<https://www.twilio.com/docs/voice/twiml/dial#dialcallstatus>).
    DialCallStatus {
        /// Answered and ended.
        Completed = "completed",
        /// The call was connected to a conference.
        Answered = "answered",
        /// A busy signal.
        Busy = "busy",
        /// The ring timeout passed.
        NoAnswer = "no-answer",
        /// It could not be connected.
        Failed = "failed",
        /// Ended before an answer.
        Canceled = "canceled",
    }
);

open_vocabulary!(
    /// What happened in a conference (<https://www.twilio.com/docs/voice/twiml/conference>).
    ConferenceEvent {
        /// It began.
        ConferenceStart = "conference-start",
        /// It ended.
        ConferenceEnd = "conference-end",
        /// Somebody joined.
        ParticipantJoin = "participant-join",
        /// Somebody left.
        ParticipantLeave = "participant-leave",
        /// Somebody is not heard any more.
        ParticipantMute = "participant-mute",
        /// Somebody is heard again.
        ParticipantUnmute = "participant-unmute",
        /// Somebody was put on hold.
        ParticipantHold = "participant-hold",
        /// Somebody was taken off hold.
        ParticipantUnhold = "participant-unhold",
        /// The settings of a participant changed.
        ParticipantModify = "participant-modify",
        /// Somebody began to speak.
        ParticipantSpeechStart = "participant-speech-start",
        /// Somebody stopped speaking.
        ParticipantSpeechStop = "participant-speech-stop",
        /// An announcement was played to its end.
        AnnouncementEnd = "announcement-end",
        /// An announcement could not be played.
        AnnouncementFail = "announcement-fail",
    }
);

open_vocabulary!(
    /// How a call left its queue (<https://www.twilio.com/docs/voice/twiml/enqueue#attributes-action>).
    QueueResult {
        /// It was connected, and that connection is over.
        Bridged = "bridged",
        /// It is being connected.
        BridgingInProcess = "bridging-in-process",
        /// The document was wrong.
        Error = "error",
        /// The caller hung up.
        Hangup = "hangup",
        /// `<Leave>` ended the wait.
        Leave = "leave",
        /// It was redirected while it waited.
        Redirected = "redirected",
        /// It was redirected while it was connected.
        RedirectedFromBridged = "redirected-from-bridged",
        /// The queue took nobody more.
        QueueFull = "queue-full",
        /// Twilio failed.
        SystemError = "system-error",
    }
);

open_vocabulary!(
    /// What happened to a media stream (<https://www.twilio.com/docs/voice/twiml/stream#statuscallback>).
    StreamEvent {
        /// It began.
        Started = "stream-started",
        /// It ended.
        Stopped = "stream-stopped",
        /// It failed.
        Error = "stream-error",
    }
);

open_vocabulary!(
    /// A side of a call whose audio is streamed
    /// (<https://www.twilio.com/docs/voice/media-streams/websocket-messages>).
    StreamTrack {
        /// What Twilio hears from the call.
        Inbound = "inbound",
        /// What Twilio plays to the call.
        Outbound = "outbound",
    }
);

open_vocabulary!(
    /// The status of a message (<https://www.twilio.com/docs/messaging/api/message-resource#message-status-values>).
    MessageStatus {
        /// Taken, with the sender still to be chosen.
        Accepted = "accepted",
        /// To be sent later.
        Scheduled = "scheduled",
        /// Waiting for its turn.
        Queued = "queued",
        /// On its way to the carrier.
        Sending = "sending",
        /// With the carrier.
        Sent = "sent",
        /// Not sent, for a reason that the error code tells.
        Failed = "failed",
        /// With the recipient.
        Delivered = "delivered",
        /// Not delivered, for a reason that the error code tells.
        Undelivered = "undelivered",
        /// Inbound, being taken.
        Receiving = "receiving",
        /// Inbound, taken.
        Received = "received",
        /// Called back before it was sent.
        Canceled = "canceled",
        /// Read by the recipient, on channels that tell it.
        Read = "read",
        /// Only a part of it arrived.
        PartiallyDelivered = "partially_delivered",
    }
);

open_vocabulary!(
    /// The choice a recipient made with a keyword, of Advanced Opt-Out
    /// (<https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out>).
    OptOut {
        /// No messages any more.
        Stop = "STOP",
        /// Messages again.
        Start = "START",
        /// Asks for help.
        Help = "HELP",
    }
);
