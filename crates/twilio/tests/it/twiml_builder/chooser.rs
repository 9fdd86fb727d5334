//! Choices among valid values, made from any numbers.

use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::sid::CallSid;
use atlas_twilio::twiml::{Auto, Key};

/// How deep elements are nested in speech.
const DEPTH: usize = 5;

/// The keys that may end a recording.
pub(super) const KEYS: [Key; 2] = [Key::HASH, Key::STAR];

/// What every text is made of: markup, white space, characters XML treats in its own way or forbids.
const PIECES: &[&str] = &[
    "a", "Z", "0", " ", "\t", "\n", "\r", "\r\n", "&", "<", ">", "\"", "'", "]]>", "<!--", "&#0;",
    "é", "🎉", "\u{85}", "\u{a0}", "\u{2028}", "\u{fffd}", "\u{fffe}", "\0", "\u{1b}", ",", "true",
];

/// Numbers that decide, over and over.
pub(super) struct Chooser {
    numbers: Vec<u16>,
    next: usize,
    depth: usize,
}

impl Chooser {
    pub(super) fn new(numbers: Vec<u16>) -> Self {
        Self {
            numbers,
            next: 0,
            depth: 0,
        }
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        let number = usize::from(self.numbers[self.next % self.numbers.len()]);
        self.next += 1;
        // The same numbers, the next time around, decide in another way.
        (number + self.next / self.numbers.len()) % limit
    }

    /// Runs this up to three times, unless it is already deep inside of itself.
    pub(super) fn some_times(&mut self, mut run: impl FnMut(&mut Self)) {
        if self.depth == DEPTH {
            return;
        }
        self.depth += 1;
        for _ in 0..self.below(4) {
            run(self);
        }
        self.depth -= 1;
    }

    pub(super) fn flag(&mut self) -> bool {
        self.below(2) == 0
    }

    /// A number in its range, often the least or the greatest.
    pub(super) fn number(&mut self, least: u32, greatest: u32) -> u32 {
        match self.below(4) {
            0 => least,
            1 => greatest,
            _ => least + u32::try_from(self.below(1000)).unwrap() % (greatest - least),
        }
    }

    pub(super) fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    /// None up to three of them, with repetitions.
    pub(super) fn some<T: Copy>(&mut self, values: &[T]) -> Vec<T> {
        (0..self.below(4)).map(|_| self.pick(values)).collect()
    }

    /// A text of more than white space that fits into this many characters.
    pub(super) fn text(&mut self, greatest: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.below(8) {
            let piece = self.pick(PIECES);
            if text.chars().count() + piece.chars().count() < greatest {
                text.push_str(piece);
            }
        }
        if self.flag() {
            text.push('x');
        } else {
            text.insert(0, 'x');
        }
        text
    }

    pub(super) fn url(&mut self) -> String {
        let start = [
            "https://example.com/",
            "http://é.example:8080?",
            "//h/",
            "../",
            "a",
            "?",
        ];
        let end = [
            "x",
            "x?a=1&b=\"2\"#c",
            "x'<>%20é🎉",
            "x\u{fffe}\u{1}",
            "x;:@,$",
        ];
        [self.pick(&start), self.pick(&end)].concat()
    }

    pub(super) fn wait_url(&mut self) -> String {
        if self.flag() {
            String::new()
        } else {
            self.url()
        }
    }

    pub(super) fn stream_url(&mut self) -> &'static str {
        self.pick(&["wss://example.com/audio", "WSS://é.example:8443/a&b"])
    }

    pub(super) fn method(&mut self) -> HttpMethod {
        self.pick(&[HttpMethod::Get, HttpMethod::Post])
    }

    pub(super) fn language(&mut self) -> &'static str {
        self.pick(&["en-US", "yue", "cmn-Hans-CN", "es-419", "multi"])
    }

    pub(super) fn voice(&mut self) -> &'static str {
        self.pick(&[
            "man",
            "alice",
            "Polly.Joanna-Neural",
            "Google.en-US-Chirp3-HD-Aoede",
        ])
    }

    pub(super) fn address(&mut self) -> &'static str {
        self.pick(&[
            "+14155550123",
            "client:alice",
            "sip:a@b?X-A=\"1\"&c",
            "whatsapp:+14155550123",
        ])
    }

    pub(super) fn phone_number(&mut self) -> &'static str {
        self.pick(&["+14155550123", "(415) 555-0123", " 415.555.0123 "])
    }

    pub(super) fn sip_uri(&mut self) -> &'static str {
        self.pick(&[
            "sip:alice@example.com",
            "SIPS:é@[::1]:5061;transport=tls?X-A=1&X-B=<2>",
        ])
    }

    pub(super) fn tones(&mut self) -> &'static str {
        self.pick(&["1", "ww12#", "0123456789ABCD*#wW"])
    }

    pub(super) fn hints(&mut self) -> [&'static str; 2] {
        [
            self.pick(&["one", " two & three ", "\"é\""]),
            self.pick(&["four\tfive", "$OOV"]),
        ]
    }

    pub(super) fn auto(&mut self) -> Auto<u32> {
        if self.flag() {
            Auto::Auto
        } else {
            Auto::Exactly(self.number(0, u32::MAX))
        }
    }

    pub(super) fn one_key(&mut self) -> Option<Key> {
        self.pick(&[None, Some(Key::HASH), Some(Key::STAR), Key::new('7').ok()])
    }

    pub(super) fn call_sid(&mut self) -> CallSid {
        "CA0123456789abcdef0123456789abcdef".parse().unwrap()
    }
}

/// Sets each attribute or leaves it out.
macro_rules! dress {
    (
        $s:ident, $element:ident,
        $(set { $($set:ident($value:expr);)* })?
        $(checked { $($checked:ident($argument:expr);)* })?
    ) => {
        $($(
            if $s.flag() {
                $element = $element.$set($value);
            }
        )*)?
        $($(
            if $s.flag() {
                $element = $element.$checked($argument).unwrap();
            }
        )*)?
    };
}

/// Adds up to three children.
macro_rules! with_some {
    ($s:ident, $element:ident: $child:ident) => {
        let mut children = Vec::new();
        $s.some_times(|s| children.push($child(s)));
        $element = $element.with_all(children);
    };
}

pub(super) use {dress, with_some};
