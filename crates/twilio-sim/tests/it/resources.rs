//! What the REST API offers of calls beside their state: deletion, events, notifications, XML, API keys.

use std::time::Duration;

use serde_json::Value;
use twilio_sim::{ApiKey, SimulatorConfig};

use crate::app::{Bench, FROM};

async fn json(request: reqwest::RequestBuilder) -> Value {
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_finished_call_can_be_deleted_and_an_unfinished_one_cannot() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    let sid = bench.call("+15550100004").await;
    let tail = format!("Calls/{sid}.json");
    assert_eq!(bench.error_of(bench.delete(&tail)).await, (409, 20009));
    bench.sim.run_until_idle().await;
    let deleted = bench.delete(&tail).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    assert_eq!(deleted.text().await.unwrap(), "");
    for gone in [
        bench.get(&tail),
        bench.delete(&tail),
        bench.post(&tail, &[("Status", "completed")]),
        bench.get(&format!("Calls/{sid}/Events.json")),
        bench.get(&format!("Calls/{sid}/Notifications.json")),
    ] {
        assert_eq!(bench.error_of(gone).await, (404, 20404));
    }
    let list = json(bench.get("Calls.json")).await;
    assert_eq!(list["calls"], serde_json::json!([]));
    assert!(bench.sim.call(&sid).is_some(), "what happened is on record");
}

#[tokio::test]
async fn events_list_each_request_and_its_answer_from_15_minutes_after_the_end() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let sid = bench.call("+15550100042").await;
    bench.sim.run_until_idle().await;
    let tail = format!("Calls/{sid}/Events.json");
    assert_eq!(
        json(bench.get(&tail)).await["events"],
        serde_json::json!([])
    );
    bench
        .sim
        .clock()
        .advance(Duration::from_secs(15 * 60))
        .await;
    let body = json(bench.get(&tail)).await;
    let events = body["events"].as_array().unwrap();
    assert_eq!(events.len(), bench.sim.deliveries().len());
    let last = &events[0];
    assert_eq!(last["request"]["method"], "POST");
    assert_eq!(last["request"]["parameters"]["call_status"], "completed");
    assert_eq!(last["response"]["response_code"], 204);
    let voice = bench.app.at("/voice?call=7");
    let fetched: Vec<&Value> = events
        .iter()
        .filter(|event| event["request"]["url"] == *voice)
        .collect();
    assert_eq!(fetched.len(), 1);
    assert!(
        fetched[0]["response"]["response_body"]
            .as_str()
            .unwrap()
            .contains("<Say>Hello</Say>")
    );
}

#[tokio::test]
async fn notifications_are_the_alerts_of_a_call() {
    let bench = Bench::fast().await;
    bench.app.answer("/voice", 500, "text/plain", "oh no");
    bench.app.answer("/status", 404, "text/plain", "");
    let sid = bench.call("+15550100042").await;
    bench.sim.run_until_idle().await;
    let tail = format!("Calls/{sid}/Notifications.json");
    let codes = async |query: &str| -> Vec<String> {
        let body = json(bench.get(&format!("{tail}?{query}"))).await;
        let listed = body["notifications"].as_array().unwrap();
        listed
            .iter()
            .map(|row| row["error_code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        codes("").await,
        ["15003", "11200", "15003", "15003", "15003"]
    );
    assert_eq!(codes("Log=0").await, ["11200"]);
    assert_eq!(codes("Log=1").await.len(), 4);
    assert_eq!(codes("MessageDate%3C=2001-01-01").await.len(), 0);

    let list = json(bench.get(&format!("{tail}?Log=0"))).await;
    let row = &list["notifications"][0];
    assert_eq!(row["call_sid"], *sid);
    assert_eq!(row["request_method"], "POST");
    assert_eq!(row["request_url"], *bench.app.at("/voice?call=7"));
    assert!(
        row.get("response_body").is_none(),
        "lists leave the answer out"
    );
    let path = row["uri"].as_str().unwrap();
    let (_, one) = path.split_once("/Calls/").unwrap();
    let whole = json(bench.get(&format!("Calls/{one}"))).await;
    assert_eq!(whole["response_body"], "oh no");
    assert!(
        whole["request_variables"]
            .as_str()
            .unwrap()
            .contains(&format!("CallSid={sid}"))
    );
    let unknown = bench.get(&format!("Calls/{sid}/Notifications/NO1.json"));
    assert_eq!(bench.error_of(unknown).await, (404, 20404));
}

#[tokio::test]
async fn pages_lead_forth_and_back_also_when_the_filter_fits_other_calls_meanwhile() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    let mut sids = Vec::new();
    for _ in 0..5 {
        sids.push(bench.call("+15550100042").await);
    }
    sids.reverse();
    let page = async |uri: &str| {
        let (_, tail) = uri.split_once("/Calls.json").unwrap();
        let body = json(bench.get(&format!("Calls.json{tail}"))).await;
        let calls = body["calls"].as_array().unwrap().clone();
        let shown: Vec<String> = calls
            .iter()
            .map(|call| call["sid"].as_str().unwrap().to_owned())
            .collect();
        (body, shown)
    };
    let (first, shown) = page("/Calls.json?Status=queued&PageSize=2").await;
    assert_eq!(shown, sids[..2]);
    assert_eq!(first["previous_page_uri"], Value::Null);
    let (second, shown) = page(first["next_page_uri"].as_str().unwrap()).await;
    assert_eq!(shown, sids[2..4]);
    assert_eq!(second["page"], 1);
    assert_eq!((&second["start"], &second["end"]), (&2.into(), &3.into()));
    let (again, shown) = page(second["previous_page_uri"].as_str().unwrap()).await;
    assert_eq!(shown, sids[..2]);
    assert_eq!(again["page"], 0);
    // The calls that end the first page are no longer queued when the second one is asked for.
    for sid in &sids[..2] {
        let canceled = bench.post(&format!("Calls/{sid}.json"), &[("Status", "canceled")]);
        assert_eq!(canceled.send().await.unwrap().status(), 200);
    }
    let (_, shown) = page(first["next_page_uri"].as_str().unwrap()).await;
    assert_eq!(shown, sids[2..4]);
}

#[tokio::test]
async fn without_json_in_the_path_the_answer_is_xml() {
    let bench = Bench::fast().await;
    let sid = bench.call("+15550100004").await;
    let account = bench.sim.config().account_sid.clone();
    for (tail, status, expected) in [
        (format!("Calls/{sid}"), 200, format!("<Sid>{sid}</Sid>")),
        (format!("Calls/{sid}.xml"), 200, "<Call>".to_owned()),
        ("Calls".to_owned(), 200, "<Calls end=\"0\"".to_owned()),
        (
            "Calls/CA1".to_owned(),
            404,
            "<RestException><Code>20404</Code>".to_owned(),
        ),
        (
            "Calls?PageSize=0".to_owned(),
            400,
            "<Code>20001</Code>".to_owned(),
        ),
    ] {
        let answer = bench.get(&tail).send().await.unwrap();
        assert_eq!(answer.status(), status, "{tail}");
        assert_eq!(answer.headers()["content-type"], "application/xml");
        let text = answer.text().await.unwrap();
        assert!(text.contains(&expected), "{tail}: {text}");
    }
    let url = bench.resource("").trim_end_matches('/').to_owned();
    let answer = bench
        .client
        .get(url)
        .basic_auth(&account, Some(twilio_sim::DEFAULT_AUTH_TOKEN));
    let text = answer.send().await.unwrap().text().await.unwrap();
    assert!(text.contains("<Account>"), "{text}");
}

#[tokio::test]
async fn api_keys_open_the_api_and_standard_ones_all_but_the_account() {
    let (main, standard) = (format!("SK{:032}", 1), format!("SK{:032}", 2));
    let keys = [format!("{main}:one"), format!("{standard}:two:standard")];
    let config = SimulatorConfig {
        api_keys: keys.map(|key| key.parse::<ApiKey>().unwrap()).into(),
        ..SimulatorConfig::fast()
    };
    let bench = Bench::start(config).await;
    let account = bench.resource("").trim_end_matches('/').to_owned() + ".json";
    let calls = bench.resource("Calls.json");
    for (sid, secret, url, expected) in [
        (&main, "one", &calls, 200),
        (&main, "one", &account, 200),
        (&standard, "two", &calls, 200),
        (&standard, "two", &account, 403),
        (&standard, "one", &calls, 401),
        (&main, "", &calls, 401),
    ] {
        let request = bench.client.get(url).basic_auth(sid, Some(secret));
        let status = request.send().await.unwrap().status();
        assert_eq!(status, expected, "{sid} {url}");
    }
    let form = [
        ("To", "+15550100004"),
        ("From", FROM),
        ("Twiml", "<Response/>"),
    ];
    let request = bench.client.post(&calls).basic_auth(&main, Some("one"));
    assert_eq!(
        request.form(&form).send().await.unwrap().status(),
        201,
        "the path still names the account"
    );
}

#[tokio::test]
async fn lookup_tells_valid_numbers_from_others() {
    let bench = Bench::fast().await;
    let lookup = async |tail: &str| {
        let config = bench.sim.config();
        let request = bench
            .client
            .get(format!("{}/v2/PhoneNumbers/{tail}", bench.sim.url()))
            .basic_auth(&config.account_sid, Some(twilio_sim::DEFAULT_AUTH_TOKEN));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()
    };
    let number = lookup("%2B14159929960").await;
    assert_eq!(number["valid"], true);
    assert_eq!(number["national_format"], "(415) 992-9960");
    assert_eq!(number["line_type_intelligence"], Value::Null);
    assert_eq!(lookup("+14159929960").await, number);
    let typed = lookup("4159929960?Fields=line_type_intelligence").await;
    assert_eq!(typed["line_type_intelligence"]["type"], "mobile");
    assert_eq!(typed["phone_number"], "+14159929960");
    let short = lookup("%2B1415").await;
    assert_eq!(short["valid"], false);
    assert_eq!(short["validation_errors"], serde_json::json!(["TOO_SHORT"]));
}

#[tokio::test]
async fn an_update_replaces_the_callbacks_of_a_call() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Pause length=\"9\"/>");
    bench.app.answer("/broken", 500, "text/plain", "");
    bench.app.twiml("/fallback", "<Say>Instead</Say>");
    let sid = bench.call("+15550100042").await;
    let tail = format!("Calls/{sid}.json");
    let (broken, fallback, news) = (
        bench.app.at("/broken"),
        bench.app.at("/fallback"),
        bench.app.at("/news"),
    );
    for (name, value, code) in [
        ("FallbackUrl", "nowhere", 21205),
        ("StatusCallback", "nowhere", 21609),
        ("StatusCallbackMethod", "PUT", 21209),
    ] {
        let refused = bench.post(&tail, &[(name, value)]);
        assert_eq!(bench.error_of(refused).await, (400, code), "{name}");
    }
    bench.sim.clock().advance(Duration::from_secs(4)).await;
    let change = [
        ("Url", broken.as_str()),
        ("FallbackUrl", &fallback),
        ("FallbackMethod", "GET"),
        ("StatusCallback", &news),
    ];
    let changed = bench.post(&tail, &change).send().await.unwrap();
    assert_eq!(changed.status(), 200);
    bench.sim.run_until_idle().await;
    assert_eq!(bench.sim.call(&sid).unwrap().said(), ["Instead"]);
    assert_eq!(bench.app.received("/fallback")[0].method, "GET");
    let news = bench.app.received("/news");
    assert_eq!(news.len(), 1);
    assert_eq!(news[0].param("CallStatus"), "completed");
}
