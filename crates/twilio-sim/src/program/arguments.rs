//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use secrecy::SecretString;
use twilio_sim::{ApiKey, ClockMode, Limits, Scenario, SimulatorConfig, TestCredentials, Trial};

/// A simulated Twilio on loopback: it takes calls over the REST API and calls simulated people.
#[derive(Debug, Parser)]
#[command(name = "twilio-sim", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    #[command(flatten)]
    pub(crate) serve: Serve,

    /// What is logged, for example `warn,twilio_sim=debug`
    #[arg(
        long,
        global = true,
        env = "TWILIO_SIM_LOG",
        default_value = "warn,twilio_sim=info"
    )]
    pub(crate) log: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve until Ctrl-C; this is also what happens without a command
    Serve(Box<Serve>),
    /// Play a scenario file to its end and say what became of it
    Run(Run),
    /// Print the JSON Schema of scenario files
    Schema,
}

/// How to serve.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Loopback port to listen on; 0 takes a free one
    #[arg(long, env = "TWILIO_SIM_PORT", default_value_t = 8001)]
    port: u16,

    /// Scenario file to play; the options below win over what it says
    #[arg(long, env = "TWILIO_SIM_SCENARIO")]
    pub(crate) scenario: Option<PathBuf>,

    /// Address of the service under test, which takes the place of {app} in the scenario
    #[arg(long, env = "TWILIO_SIM_APP")]
    pub(crate) app: Option<String>,

    /// SID of the one account [default: the one in the manual]
    #[arg(long, env = "TWILIO_SIM_ACCOUNT_SID")]
    account_sid: Option<String>,

    /// Auth token of the account, which also signs callbacks [default: the one in the manual]
    #[arg(long, env = "TWILIO_SIM_AUTH_TOKEN", hide_env_values = true)]
    auth_token: Option<SecretString>,

    /// API keys, each `SK…:secret`, or `SK…:secret:standard`; repeat the option or separate them by commas
    #[arg(
        long = "api-key",
        env = "TWILIO_SIM_API_KEY",
        value_delimiter = ',',
        hide_env_values = true
    )]
    api_keys: Vec<ApiKey>,

    /// Test credentials, `AC…:token`
    #[arg(long, env = "TWILIO_SIM_TEST_CREDENTIALS", hide_env_values = true)]
    test_credentials: Option<TestCredentials>,

    /// Virtual milliseconds by which reads of calls lag behind [default: 0]
    #[arg(long, env = "TWILIO_SIM_CONSISTENCY_LAG_MS")]
    consistency_lag_ms: Option<u64>,

    /// How many calls are dialled in a second, 1 to 1000; others queue [default: no limit]
    #[arg(long, env = "TWILIO_SIM_CALLS_PER_SECOND")]
    calls_per_second: Option<u16>,

    /// How many requests are served at once; others are answered 429 [default: no limit]
    #[arg(long, env = "TWILIO_SIM_CONCURRENT_REQUESTS")]
    concurrent_requests: Option<usize>,

    /// Behave like a trial account
    #[arg(long, env = "TWILIO_SIM_TRIAL")]
    trial: bool,

    /// Numbers a trial account may reach; repeat the option or separate them by commas
    #[arg(
        long = "verified-number",
        env = "TWILIO_SIM_VERIFIED_NUMBER",
        value_delimiter = ',',
        requires = "trial"
    )]
    verified_numbers: Vec<String>,

    /// Numbers the account owns; repeat the option or separate them by commas [default: +15005550006]
    #[arg(
        long = "from-number",
        env = "TWILIO_SIM_FROM_NUMBER",
        value_delimiter = ','
    )]
    from_numbers: Option<Vec<String>>,

    /// URL to which messages from simulated people are posted
    #[arg(long, env = "TWILIO_SIM_MESSAGE_WEBHOOK")]
    message_webhook: Option<String>,

    /// How time moves: real, speed:N, fast or stepped [default: real]
    #[arg(long, env = "TWILIO_SIM_CLOCK")]
    clock: Option<ClockMode>,

    /// End a call as failed at the first alert about it
    #[arg(long, env = "TWILIO_SIM_STRICT")]
    strict: bool,

    /// What all random choices are made from [default: random]
    #[arg(long, env = "TWILIO_SIM_SEED")]
    seed: Option<u64>,
}

/// How to play a scenario.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The scenario file
    pub(crate) scenario: PathBuf,

    /// Address of the service under test, which takes the place of {app} in the scenario
    #[arg(long, env = "TWILIO_SIM_APP")]
    pub(crate) app: Option<String>,

    /// End a call at its first alert, and with exit code 1 when there was one
    #[arg(long)]
    pub(crate) strict: bool,

    /// What is printed at the end
    #[arg(long, value_enum, default_value_t = Print::Summary)]
    pub(crate) print: Print,

    /// What all random choices are made from, in place of the scenario's seed
    #[arg(long, env = "TWILIO_SIM_SEED")]
    pub(crate) seed: Option<u64>,

    /// Loopback port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
}

/// What is printed of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Print {
    /// What became of each call
    Summary,
    /// Everything that happened, a line of JSON for each thing
    Journal,
}

impl Serve {
    /// What to start with: the options, then the scenario, then the defaults.
    pub(crate) fn config(self, scenario: Option<&Scenario>) -> SimulatorConfig {
        let base = match scenario {
            Some(scenario) if scenario.names_a_clock() => scenario.config(),
            Some(scenario) => SimulatorConfig {
                clock: ClockMode::Real,
                ..scenario.config()
            },
            None => SimulatorConfig::default(),
        };
        SimulatorConfig {
            port: self.port,
            account_sid: self.account_sid.unwrap_or(base.account_sid),
            auth_token: self.auth_token.unwrap_or(base.auth_token),
            api_keys: if self.api_keys.is_empty() {
                base.api_keys
            } else {
                self.api_keys
            },
            test_credentials: self.test_credentials.or(base.test_credentials),
            limits: Limits {
                consistency_lag: self
                    .consistency_lag_ms
                    .map_or(base.limits.consistency_lag, Duration::from_millis),
                calls_per_second: self.calls_per_second.or(base.limits.calls_per_second),
                concurrent_requests: self.concurrent_requests.or(base.limits.concurrent_requests),
                trial: if self.trial {
                    Some(Trial {
                        verified_numbers: self.verified_numbers,
                    })
                } else {
                    base.limits.trial
                },
            },
            from_numbers: self.from_numbers.unwrap_or(base.from_numbers),
            message_webhook: self.message_webhook.or(base.message_webhook),
            clock: self.clock.unwrap_or(base.clock),
            strict: self.strict || base.strict,
            seed: self.seed.or(base.seed),
            ..base
        }
    }
}
