//! The TwiML that answers an inbound message: Message, Redirect and nothing else.

use roxmltree::Node;

use crate::callbacks::HttpMethod;

/// One reply.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) to: Option<String>,
    pub(super) from: Option<String>,
    pub(super) body: String,
    pub(super) media_urls: Vec<String>,
    pub(super) status_callback: Option<String>,
    pub(super) action: Option<(String, HttpMethod)>,
}

/// Something a document says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Message(Reply),
    Redirect(String, HttpMethod),
    /// Nothing of messaging TwiML.
    Unknown(String),
}

/// Why a document is of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum DocumentError {
    #[error("document is not well-formed")]
    Xml(#[from] roxmltree::Error),
    #[error("root element is not Response")]
    Root,
}

impl DocumentError {
    /// Source: Twilio, "Error and Warning Dictionary", 12100 and 12102.
    pub(super) const fn code(&self) -> u32 {
        match self {
            Self::Xml(_) => 12100,
            Self::Root => 12102,
        }
    }
}

/// Reads a document. Source: Twilio, "TwiML for Programmable Messaging".
pub(super) fn parse(text: &str) -> Result<Vec<Verb>, DocumentError> {
    let document = roxmltree::Document::parse(text)?;
    let root = document.root_element();
    if root.tag_name().name() != "Response" {
        return Err(DocumentError::Root);
    }
    let verbs = root.children().filter(Node::is_element).map(|node| {
        match node.tag_name().name() {
            // Sms is the old name of Message.
            "Message" | "Sms" => Verb::Message(read_message(node)),
            "Redirect" => Verb::Redirect(text_of(node), method(node)),
            other => Verb::Unknown(other.to_owned()),
        }
    });
    Ok(verbs.collect())
}

fn read_message(node: Node<'_, '_>) -> Reply {
    let attribute = |name: &str| node.attribute(name).map(ToOwned::to_owned);
    let children = |name: &'static str| {
        node.children()
            .filter(move |child| child.has_tag_name(name))
            .map(text_of)
    };
    let own_text: String = node
        .children()
        .filter(Node::is_text)
        .filter_map(|child| child.text())
        .collect();
    let body = children("Body").next();
    Reply {
        to: attribute("to"),
        from: attribute("from"),
        body: body.unwrap_or_else(|| own_text.trim().to_owned()),
        media_urls: children("Media").collect(),
        status_callback: attribute("statusCallback"),
        action: attribute("action").map(|url| (url, method(node))),
    }
}

fn method(node: Node<'_, '_>) -> HttpMethod {
    node.attribute("method")
        .and_then(HttpMethod::parse)
        .unwrap_or(HttpMethod::Post)
}

fn text_of(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read_with_text_or_body_and_media() {
        let verbs = parse(
            "<Response><Message to=\"+15550100042\" action=\"/a\" method=\"GET\">Hi</Message>\
             <Message><Body>Two</Body><Media>http://a.example/x.png</Media></Message>\
             <Redirect>/next</Redirect><Dial/></Response>",
        )
        .unwrap();
        let first = Reply {
            to: Some("+15550100042".to_owned()),
            body: "Hi".to_owned(),
            action: Some(("/a".to_owned(), HttpMethod::Get)),
            ..Reply::default()
        };
        let second = Reply {
            body: "Two".to_owned(),
            media_urls: vec!["http://a.example/x.png".to_owned()],
            ..Reply::default()
        };
        let expected = vec![
            Verb::Message(first),
            Verb::Message(second),
            Verb::Redirect("/next".to_owned(), HttpMethod::Post),
            Verb::Unknown("Dial".to_owned()),
        ];
        assert_eq!(verbs, expected);
        assert_eq!(parse("<Answer/>").unwrap_err().code(), 12102);
        assert_eq!(parse("<Response>").unwrap_err().code(), 12100);
    }
}
