//! Documents of every element with every attribute, made from the tables, for the test that writer and
//! reader agree.

use super::element::{Child, Value};

/// Texts of which every value takes at least one.
const TEXTS: &[&str] = &[
    "a & <b> \"c\" 'd' é 🎉 ]]>",
    " line\n\ttab\r ",
    "true",
    "false",
    "5",
    "30",
    "150",
    "1500",
    "3000",
    "8000",
    "auto",
    "https://example.com/a?b=1&c=\"2\"#d",
    "../relative",
    "wss://example.com/audio",
    "wss://example.com/audio?a=b",
    "en-US",
    "Polly.Joanna-Neural",
    "#",
    "",
    "*9",
    "ww12#",
    "+14155550123",
    "(415) 555-0123",
    "sip:alice@example.com?X-Id=1",
    "CA0123456789abcdef0123456789abcdef",
    "1.5s",
    "one, two three, four",
];

/// How deep elements are nested.
const DEPTH: usize = 6;

/// Something that can be made from any numbers.
pub(super) trait Sample: Sized {
    fn sample(source: &mut Source) -> Self;
}

/// Numbers that decide, over and over.
pub(super) struct Source {
    numbers: Vec<usize>,
    next: usize,
    depth: usize,
}

impl Source {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let number = self.numbers[self.next % self.numbers.len()];
        self.next += 1;
        // The same numbers, the next time around, decide in another way.
        (number + self.next / self.numbers.len()) % limit
    }

    /// A value, or none where there need not be one.
    pub(super) fn value<V: Value>(&mut self, required: bool) -> Option<V> {
        if !required && self.below(2) == 0 {
            return None;
        }
        Some(self.any_value(|_| true))
    }

    /// A text that is more than white space, or none where there need not be one.
    pub(super) fn text<V: Value>(&mut self, required: bool) -> Option<V> {
        if !required && self.below(2) == 0 {
            return None;
        }
        Some(self.any_value(|text| !text.trim().is_empty()))
    }

    /// Up to three children.
    pub(super) fn children<C: Child + Sample>(&mut self, children: &mut Vec<C>) {
        if self.depth == DEPTH {
            return;
        }
        self.depth += 1;
        for _ in 0..self.below(4) {
            let child = C::sample(self);
            // Two values without anything between them are one to a reader.
            if !child.is_text() || !children.last().is_some_and(C::is_text) {
                child.push(children);
            }
        }
        self.depth -= 1;
    }

    fn any_value<V: Value>(&mut self, taken: impl Fn(&str) -> bool) -> V {
        let words = V::words();
        let texts: Vec<&str> = words.iter().copied().chain(TEXTS.iter().copied()).collect();
        let first = self.below(texts.len());
        (0..texts.len())
            .map(|index| texts[(first + index) % texts.len()])
            .filter(|text| taken(text))
            .find_map(|text| V::read(text).ok())
            .expect("a text that is such a value")
    }
}

mod tests {
    use proptest::prelude::*;

    use super::super::element::Element;
    use super::super::read::{Consequence, read};
    use super::super::write::Writer;
    use super::super::{MessagingResponse, Response};
    use super::*;

    fn written(document: &impl Element) -> String {
        let mut out = Writer::new();
        document.write(&mut out);
        out.into_document()
    }

    fn check<T: Element + Sample + PartialEq + std::fmt::Debug>(
        numbers: Vec<usize>,
    ) -> Result<(), TestCaseError> {
        let mut source = Source {
            numbers,
            next: 0,
            depth: 0,
        };
        let document = T::sample(&mut source);
        let xml = written(&document);
        let read = read::<T>(xml.as_bytes()).unwrap();
        // What stands together is left to chance, therefore rules about that may be broken.
        let ignored: Vec<_> = read
            .warnings
            .iter()
            .filter(|warning| warning.consequence != Consequence::Kept)
            .collect();
        prop_assert!(ignored.is_empty(), "{ignored:?} in {xml}");
        prop_assert_eq!(written(&read.document), xml);
        prop_assert_eq!(read.document, document);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn every_document_is_read_as_it_was_written(numbers in prop::collection::vec(any::<u16>(), 1..200)) {
            check::<Response>(numbers.into_iter().map(usize::from).collect())?;
        }

        #[test]
        fn every_reply_to_a_message_is_read_as_it_was_written(numbers in prop::collection::vec(any::<u16>(), 1..100)) {
            check::<MessagingResponse>(numbers.into_iter().map(usize::from).collect())?;
        }
    }
}
