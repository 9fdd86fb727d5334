//! What is logged at the default level, and what never is.

use serde_json::{Value, json};
use twilio_sim::{Simulator, SimulatorConfig};

use crate::support::{Served, TestStore, free_port, key_line};

const NUMBER: &str = "+15550100042";

#[tokio::test]
async fn no_number_no_text_and_no_secret_is_logged_but_who_called_which_route_is() {
    let sim = Simulator::start(SimulatorConfig::stepped())
        .await
        .expect("a simulated Twilio");
    let store = TestStore::fresh();
    let keys = key_line("crm", "the-secret-key");
    let served = Served::start_with(&sim, &store, free_port(), &[("API_KEYS", &keys)]).await;
    let send = async |method: &str, path: &str, body: &Value| {
        let request = served
            .client
            .request(method, path)
            .bearer_auth("the-secret-key")
            .header("x-request-id", "request-4711")
            .json(body);
        served.client.send(request).await
    };
    let user = json!({"name": "Ann Secretname", "email": "secret.mail@example.com", "phone_number": NUMBER,
        "external_id": "secret-external"});
    let user = send("POST", "/users", &user).await.expect(201);
    let call = json!({"to": NUMBER, "user_id": user["id"], "script": "A secretscript."});
    let call = send("POST", "/calls/outbound", &call).await.expect(201);
    let path = format!("/calls/{}", call["call_id"].as_str().unwrap());
    send(
        "POST",
        "/calls/outbound",
        &json!({"to": "+15005550001", "user_external_id": "x"}),
    )
    .await
    .expect(400);
    send(
        "POST",
        "/calls/outbound",
        &json!({"to": "+15005550003", "user_external_id": "x"}),
    )
    .await
    .expect(503);
    send("GET", "/calls?to=%2B15550100042", &Value::Null)
        .await
        .expect(200);
    send(
        "PATCH",
        &format!("{path}/feedback"),
        &json!({"call_quality": 9, "notes": "secretnotes"}),
    )
    .await
    .expect(400);
    let wrong = served
        .client
        .request("GET", "/calls")
        .bearer_auth("a-wrong-key");
    served.client.send(wrong).await.expect(401);
    sim.clock()
        .advance(std::time::Duration::from_secs(120))
        .await;
    assert!(send("GET", &path, &Value::Null).await.expect(200)["transcription_text"].is_string());

    served.program.terminate().await;
    let ended = served.program.end().await;
    let logged = format!("{}{}", ended.stderr, ended.stdout);
    let token = secrecy::ExposeSecret::expose_secret(&sim.config().auth_token).to_owned();
    let secrets = [
        "15550100042",
        "15005550001",
        "15005550003",
        "15005550006",
        "ecretname",
        "secret.mail",
        "secret-external",
        "secretscript",
        "secretnotes",
        "the-secret-key",
        "a-wrong-key",
        token.as_str(),
        keys.split_once(':').unwrap().1,
        "simulated person",
    ];
    for secret in secrets {
        assert!(!logged.contains(secret), "{secret} is logged: {logged}");
    }
    let lines: Vec<Value> = ended
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    let finished: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == "request finished")
        .collect();
    let placed = finished
        .iter()
        .find(|line| line["span"]["route"] == "/calls/outbound")
        .expect("the request");
    assert_eq!(placed["span"]["request.id"], "request-4711");
    assert_eq!(placed["span"]["api_key"], "crm");
    assert_eq!(placed["span"]["method"], "POST");
    assert_eq!(placed["span"]["status"], 201);
    assert!(placed["span"]["latency_ms"].is_u64(), "{placed}");
    let refused = finished
        .iter()
        .find(|line| line["span"]["status"] == 401)
        .expect("the refused one");
    assert_eq!(refused["span"].get("api_key"), None, "{refused}");
    sim.shutdown().await;
}
