//! The curl examples of the README answer as printed there.

use serde_json::Value;

use crate::support::{Setup, TestAtlas};

const README: &str = include_str!("../../../../README.md");

/// Something a reader types, and what the README says is printed then.
struct Example {
    typed: String,
    printed: String,
}

/// The examples of all `console` blocks, in order.
fn examples() -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut inside = false;
    for line in README.lines() {
        match (inside, line) {
            (_, line) if line.starts_with("```") => inside = line == "```console",
            (true, line) if line.starts_with("$ ") => {
                let typed = line.trim_start_matches("$ ").to_owned();
                examples.push(Example {
                    typed,
                    printed: String::new(),
                });
            }
            (true, line) => {
                if let Some(example) = examples.last_mut() {
                    // A line that ends in a backslash goes on in the next one.
                    match example.typed.strip_suffix('\\') {
                        Some(typed) => example.typed = format!("{typed}{}", line.trim_start()),
                        None => example.printed.push_str(line),
                    }
                }
            }
            (false, _) => {}
        }
    }
    examples
}

/// The words of a shell line: single quotes keep blanks together, and a pipe ends the command.
fn words(typed: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for char in typed.chars() {
        match char {
            '\'' => quoted = !quoted,
            '|' if !quoted => break,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Does what `curl` would do with these words, `$CALL` and `$TASK` standing for an id.
async fn curl(atlas: &TestAtlas, typed: &str, id: &str) -> String {
    let mut words = words(typed).into_iter();
    assert_eq!(words.next().as_deref(), Some("curl"), "{typed}");
    let (mut method, mut path, mut body, mut headers) = (None, None, None, Vec::new());
    while let Some(word) = words.next() {
        match word.as_str() {
            "-s" => {}
            "-X" => method = words.next(),
            "-d" => body = words.next(),
            "-H" => headers.push(words.next().unwrap()),
            url => {
                path = url
                    .strip_prefix("localhost:8000")
                    .map(|path| path.replace("$CALL", id).replace("$TASK", id))
            }
        }
    }
    let default = if body.is_some() { "POST" } else { "GET" };
    let path = path.unwrap_or_else(|| panic!("no URL in {typed}"));
    let mut request = atlas
        .client
        .request(method.as_deref().unwrap_or(default), &path);
    for header in headers {
        let (name, value) = header.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    if let Some(body) = body {
        request = request.body(body);
    }
    atlas.client.send(request).await.text()
}

/// Whether `text` is what was printed, `…` standing for anything.
fn is_as_printed(text: &str, printed: &str) -> bool {
    let mut pieces = printed.split('…');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
        last = Some(piece);
    }
    match last {
        None => rest.is_empty(),
        Some(last) => text.ends_with(last),
    }
}

#[tokio::test]
async fn the_examples_of_the_readme_answer_as_printed_there() {
    let atlas = Setup::stepped().start().await;
    let examples = examples();
    assert!(examples.len() >= 8, "the README has lost its examples");
    let (mut id, mut last_answer) = (String::new(), String::new());
    for Example { typed, printed } in examples {
        let field = match typed.split_once('=') {
            Some(("CALL", _)) => Some("call_id"),
            Some(("TASK", _)) => Some("notification_id"),
            _ => None,
        };
        if let Some(field) = field {
            let answer: Value = serde_json::from_str(&last_answer).unwrap();
            id = answer[field].as_str().unwrap().to_owned();
            atlas.advance(60).await;
            continue;
        }
        last_answer = curl(&atlas, &typed, &id).await;
        assert!(
            is_as_printed(&last_answer, &printed),
            "{typed}\nprinted:  {printed}\nanswered: {last_answer}"
        );
    }
    atlas.finish(3).await;
}
