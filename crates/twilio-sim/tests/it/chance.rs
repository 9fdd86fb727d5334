//! Documents, callees and updates at random: the same ones for one seed.

use std::fmt::Write as _;

/// A throw decides over each document.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to below `end` (splitmix64).
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let end = u64::try_from(end).unwrap();
        usize::try_from((bits ^ (bits >> 31)) % end).unwrap()
    }

    pub(crate) fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    /// Somebody of every kind who can be called; people included, who do nothing by themselves.
    pub(crate) fn number(&mut self) -> String {
        let (one, two) = (self.below(10), self.below(40));
        match self.below(16) {
            0 => "+15550100001".to_owned(),
            1 => "+15550100003".to_owned(),
            2 => "+15550100004".to_owned(),
            3 => "+15550100005".to_owned(),
            4 => "+15550100006".to_owned(),
            5 => format!("+155501001{two:02}"),
            6 => format!("+155501002{two:02}"),
            7 => format!("+155501004{two:02}"),
            8 => format!("+155501006{two:02}"),
            9 => format!("+1555010070{one}"),
            10 => format!("+1555010074{one}"),
            11 => "+15550100711".to_owned(),
            12 => format!("+155501008{two:02}"),
            13 => format!("+155501009{two:02}"),
            14 => "+15550103404".to_owned(),
            _ => format!("+15550107{one}12"),
        }
    }

    /// The path of one of so many documents.
    pub(crate) fn path(&mut self, documents: usize) -> String {
        format!("/document/{}", self.below(documents))
    }

    /// One to four verbs, which lead to other documents of so many.
    pub(crate) fn document(&mut self, documents: usize) -> String {
        let mut verbs = String::new();
        for _ in 0..=self.below(4) {
            verbs.push_str(&self.verb(documents));
        }
        verbs
    }

    fn action(&mut self, documents: usize) -> String {
        match self.below(3) {
            0 => String::new(),
            _ => format!(" action=\"{}\"", self.path(documents)),
        }
    }

    fn verb(&mut self, documents: usize) -> String {
        let action = self.action(documents);
        let path = self.path(documents);
        let seconds = self.below(9) + 1;
        match self.below(20) {
            0 => format!("<Say>These are {seconds} words.</Say>"),
            1 => "<Play>/sound.wav</Play>".to_owned(),
            2 => "<Play digits=\"1w2\"/>".to_owned(),
            3 => format!("<Pause length=\"{seconds}\"/>"),
            4 | 5 => {
                let input = self.one_of(&["dtmf", "speech", "dtmf speech"]);
                let digits = self.below(3) + 1;
                format!(
                    "<Gather input=\"{input}\" timeout=\"{seconds}\" numDigits=\"{digits}\" actionOnEmptyResult=\"{}\"{action}>\
                     <Say>Press or say something</Say></Gather>",
                    self.one_of(&["true", "false"])
                )
            }
            6 | 7 => format!(
                "<Record maxLength=\"{}\" timeout=\"{}\" transcribe=\"{}\" transcribeCallback=\"/text\" \
                 recordingStatusCallback=\"/recording\" recordingStatusCallbackEvent=\"in-progress completed absent\"{action}/>",
                seconds * 2,
                self.below(5),
                self.one_of(&["true", "false"])
            ),
            8..=10 => self.dial(documents, &action),
            11 => format!(
                "<Dial timeout=\"{}\" timeLimit=\"200\"{action}><Queue url=\"{path}\">q{}</Queue></Dial>",
                seconds + 4,
                self.below(2)
            ),
            12 => {
                let wait = self.one_of(&["", " waitUrl=\"\"", " waitUrl=\"/wait\""]);
                let (start, end) = (self.below(3) > 0, self.below(3) == 0);
                let record = self.one_of(&["do-not-record", "record-from-start"]);
                format!(
                    "<Dial timeLimit=\"200\"{action}><Conference{wait} startConferenceOnEnter=\"{start}\" \
                     endConferenceOnExit=\"{end}\" record=\"{record}\" statusCallback=\"/conference\" \
                     statusCallbackEvent=\"start end join leave\">room</Conference></Dial>"
                )
            }
            13 => {
                let wait = self.one_of(&["", " waitUrl=\"/wait\"", " waitUrl=\"/leave\""]);
                let size = self.below(4) + 1;
                format!(
                    "<Enqueue{wait} maxQueueSize=\"{size}\"{action}>q{}</Enqueue>",
                    self.below(2)
                )
            }
            14 => "<Leave/>".to_owned(),
            15 => format!("<Redirect>{path}</Redirect>"),
            16 => self.one_of(&["<Hangup/>", "<Reject/>", "<Dance/>"]).to_owned(),
            17 => "<Start><Recording recordingStatusCallback=\"/recording\"/></Start>".to_owned(),
            18 => "<Start><Stream name=\"s\" url=\"wss://stream.example.com/\" statusCallback=\"/stream\"/></Start>"
                .to_owned(),
            _ => "<Stop><Recording/><Stream name=\"s\"/></Stop>".to_owned(),
        }
    }

    fn dial(&mut self, documents: usize, action: &str) -> String {
        let mut callees = String::new();
        for _ in 0..=self.below(3) {
            let whisper = match self.below(3) {
                0 => format!(" url=\"{}\"", self.path(documents)),
                _ => String::new(),
            };
            let callee = self.number();
            let _ = write!(
                callees,
                "<Number{whisper} statusCallback=\"/child\" \
                 statusCallbackEvent=\"initiated ringing answered completed\">{callee}</Number>"
            );
        }
        let record = self.one_of(&[
            "do-not-record",
            "record-from-answer",
            "record-from-ringing-dual",
        ]);
        format!(
            "<Dial timeout=\"{}\" timeLimit=\"200\" sequential=\"{}\" hangupOnStar=\"{}\" record=\"{record}\" \
             recordingStatusCallback=\"/recording\"{action}>{callees}</Dial>",
            self.below(20) + 5,
            self.one_of(&["true", "false"]),
            self.one_of(&["true", "false"])
        )
    }
}
