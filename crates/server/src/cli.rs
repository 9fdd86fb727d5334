//! The command line.

use std::error::Error;
use std::process::ExitCode;

use atlas_application::system::SystemClock;
use clap::{Args, Parser, Subcommand};
use secrecy::ExposeSecret as _;

use crate::copy::Place;
use crate::health::Probe;
use crate::keys::NewKey;
use crate::settings::{Listening, Settings, StoreSettings, Variables};
use crate::wiring::Migrations;

/// A self-hosted call service for Twilio: places calls, speaks, records, redials.
///
/// Settings come from the environment and from `.env`; the README lists them.
#[derive(Debug, Parser)]
#[command(name = "atlas-server", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service (the default)
    Serve(ServeArguments),
    /// Bring the database up to date, and say what was done
    Migrate,
    /// Tell a whole story on a temporary database and the simulated Twilio
    #[cfg(feature = "simulator")]
    Demo,
    /// Ask the server on this machine whether it runs; fails when it does not
    Health {
        /// Ask whether calls can be stored, too
        #[arg(long)]
        ready: bool,
    },
    /// Copy everything in one database to another, and compare both; run it again to go on
    ///
    /// A PLACE is sqlite:PATH, mongodb://… or mongodb+srv://…, or the word settings for the database
    /// that serve would use, which keeps its password out of the list of processes.
    ///
    /// Stop every Atlas on either of them first, and afterwards start it on one of them only: calls
    /// that are to be redialled are so in both. The exit status is 0 when both hold the same, and 1
    /// when they do not or the copy could not be made.
    Copy(CopyArguments),
    /// Print the OpenAPI document of the HTTP interface
    Openapi,
    /// Make API keys
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Make secrets that sign webhooks
    WebhookSecret {
        #[command(subcommand)]
        command: WebhookSecretCommand,
    },
}

#[derive(Debug, Default, Args)]
struct ServeArguments {
    /// Serve a MongoDB database in the shape it has, without bringing it up to date first
    #[arg(long)]
    no_migrate: bool,
}

#[derive(Debug, Args)]
struct CopyArguments {
    /// Where everything is; only read
    #[arg(long, value_name = "PLACE")]
    from: String,
    /// Where everything is to be; made or brought up to date first
    #[arg(long, value_name = "PLACE")]
    to: String,
    /// The database of --from, in place of the one in its connection string [default: atlas]
    #[arg(long, value_name = "NAME")]
    from_database: Option<String>,
    /// The database of --to, in place of the one in its connection string [default: atlas]
    #[arg(long, value_name = "NAME")]
    to_database: Option<String>,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Print a fresh key, once, and its line for API_KEYS
    Create {
        /// The client's name, shown in logs
        #[arg(long, value_parser = key_name)]
        name: String,
    },
}

#[derive(Debug, Subcommand)]
enum WebhookSecretCommand {
    /// Print a fresh secret for ACKNOWLEDGEMENT_WEBHOOK_SECRET, once
    Create,
}

/// A client's name as `API_KEYS` allows it.
fn key_name(text: &str) -> Result<String, &'static str> {
    atlas_api::ApiKey::new(text, [0; 32])
        .map(|key| key.name().to_owned())
        .map_err(|_| "must be 1 to 64 letters, digits, dots, dashes or underscores")
}

/// Runs the program with the process's arguments and settings.
#[must_use]
pub fn run() -> ExitCode {
    let command = CommandLine::parse()
        .command
        .unwrap_or_else(|| Command::Serve(ServeArguments::default()));
    let done = match command {
        Command::Serve(arguments) => serve(&arguments),
        Command::Migrate => migrate(),
        #[cfg(feature = "simulator")]
        Command::Demo => demo(),
        Command::Health { ready } => ask_health(ready),
        Command::Copy(arguments) => copy(&arguments),
        Command::Openapi => print_openapi(),
        Command::Keys {
            command: KeysCommand::Create { name },
        } => {
            print_key(&NewKey::create(&name));
            Ok(ExitCode::SUCCESS)
        }
        Command::WebhookSecret {
            command: WebhookSecretCommand::Create,
        } => print_webhook_secret(),
    };
    done.unwrap_or_else(|error| {
        print_error(error.as_ref());
        ExitCode::FAILURE
    })
}

type Done = Result<ExitCode, Box<dyn Error>>;

fn serve(arguments: &ServeArguments) -> Done {
    let settings = Settings::from_environment()?;
    crate::logs::start(&settings);
    let migrations = if arguments.no_migrate {
        Migrations::Skip
    } else {
        Migrations::Apply
    };
    runtime()?.block_on(crate::serve::serve(settings, migrations))?;
    Ok(ExitCode::SUCCESS)
}

#[expect(
    clippy::print_stdout,
    reason = "what was done is what one wants to know"
)]
fn migrate() -> Done {
    let store = StoreSettings::from_variables(&Variables::from_environment()?)?;
    for line in runtime()?.block_on(crate::migrate::migrate(&store))? {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(feature = "simulator")]
fn demo() -> Done {
    let as_it_should = runtime()?.block_on(crate::demo::run())?;
    Ok(if as_it_should {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn ask_health(ready: bool) -> Done {
    let listening = Listening::from_variables(&Variables::from_environment()?)?;
    let probe = if ready {
        Probe::Readiness
    } else {
        Probe::Liveness
    };
    runtime()?.block_on(crate::health::ask(&listening, probe))?;
    Ok(ExitCode::SUCCESS)
}

fn copy(arguments: &CopyArguments) -> Done {
    let variables = Variables::from_environment()?;
    let place = |argument, text, database: &Option<String>| {
        Place::parse(argument, text, database.as_deref(), &variables)
    };
    let from = place("--from", &arguments.from, &arguments.from_database)?;
    let to = place("--to", &arguments.to, &arguments.to_database)?;
    let same = runtime()?.block_on(crate::copy::copy(&from, &to, &SystemClock))?;
    Ok(if same {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[expect(
    clippy::print_stdout,
    reason = "the document is what the command is for"
)]
fn print_openapi() -> Done {
    println!("{}", atlas_api::openapi().to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the key is shown once, here")]
fn print_key(key: &NewKey) {
    println!(
        "The key, for the client (shown only now):\n\n  {}\n\nIts line for API_KEYS:\n\n  {}",
        key.secret(),
        key.line()
    );
}

/// Prints the secret alone on standard output, so that a shell can put it into a variable.
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the secret is shown once, here"
)]
fn print_webhook_secret() -> Done {
    let secret = crate::webhook_secret::create()?.to_text();
    eprintln!("For ACKNOWLEDGEMENT_WEBHOOK_SECRET and for the receiver (shown only now):");
    println!("{}", secret.expose_secret());
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stderr, reason = "logs may not have started")]
fn print_error(error: &dyn Error) {
    eprint!("atlas-server: {error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        eprint!(": {source}");
        cause = source.source();
    }
    eprintln!();
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}
