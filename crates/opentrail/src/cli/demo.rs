//! `opentrail demo`

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use wire::sigv4::Credentials;
use wire::{Members, Value};

use super::client::Client;
use super::env;
use super::find::FilterArgs;
use super::out;
use super::table::Table;
use super::up::bind;
use crate::boot::{self, Opened};
use crate::config::{Config, LogLevel, default_data_folder};
use crate::founding::{CUSTOMER_ID, LICENSE_ARN, PRODUCT_CODE, SELLER};
use crate::running::Running;
use crate::world::World;

/// Start the demo world, make some calls and show the events they left
///
/// A few dozen really signed calls of Metering, Catalog and License Manager, by a user, by root, by
/// an assumed role and by an auditor who may only read. Then it stays up, so that you can try your
/// own; Ctrl-C ends it, and 'opentrail up --demo' goes on with the same world.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Demo {
    /// The data folder
    #[arg(long, value_name = "DIR", env = "OPENTRAIL_DATA")]
    data: Option<PathBuf>,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4580")]
    listen: SocketAddr,
    /// End when the events are shown
    #[arg(long)]
    exit: bool,
}

impl Demo {
    pub(super) fn run(self) -> Result<ExitCode> {
        let data = self.data.clone().unwrap_or_else(default_data_folder);
        let config =
            Config { listen: self.listen, data, log_level: LogLevel::Warn, ..Config::default() };
        crate::logs::begin(&config);
        let listener = bind(config.listen)?;
        let world = Arc::new(World::new());
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let opened = boot::open(&config, true, &world, &runtime)?;
        runtime.block_on(self.serve(opened, listener, config, world))?;
        Ok(ExitCode::SUCCESS)
    }

    async fn serve(
        self,
        opened: Opened,
        listener: std::net::TcpListener,
        config: Config,
        world: Arc<World>,
    ) -> Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let data = config.data.clone();
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        boot::announce(&data, address)?;
        let running = Running::start(opened, config, world, address).await?;
        let story = async {
            if let Err(error) = Box::pin(self.tell(&data, address)).await {
                eprintln!("opentrail: {error:#}");
            }
            if !self.exit {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            }
        };
        Ok(Box::pin(running.serve(listener, story)).await?)
    }

    async fn tell(&self, data: &Path, address: SocketAddr) -> Result<()> {
        let endpoint = format!("http://{address}");
        out::server_line(format!("listening on {endpoint}"));
        let people = People::gather(data, &endpoint).await?;
        let (calls, refused) = people.call().await;
        out::server_line(format!(
            "made {calls} signed calls, {refused} of them refused on purpose; they left:\n"
        ));
        people.show().await?;
        out::server_line(what_next(data, self.exit.then_some(self.listen)));
        Ok(())
    }
}

/// Who calls in the demo.
struct People {
    seller: Client,
    root: Client,
    auditor: Client,
    role: Client,
}

impl People {
    async fn gather(data: &Path, endpoint: &str) -> Result<Self> {
        let client = |name: &str| Client::new(endpoint, "us-east-1", env::credentials(data, name)?);
        let seller = client("seller")?;
        let form = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=nightly-billing\
             &RoleArn=arn:aws:iam::{SELLER}:role/DemoSeller"
        );
        let answer = seller.call_query("sts", &form).await?;
        let session = session(&answer).context("AssumeRole answers credentials")?;
        Ok(Self {
            root: client("root")?,
            auditor: client("auditor")?,
            role: Client::new(endpoint, "us-east-1", session)?,
            seller,
        })
    }

    /// Makes the calls; returns how many, and how many of them were refused.
    async fn call(&self) -> (usize, usize) {
        let now = World::new().wall();
        let mut tally = (1, 0);
        let mut count = |result: Result<Members>| {
            tally.0 += 1;
            tally.1 += usize::from(result.is_err());
            result.ok()
        };
        for hour in 1..=6 {
            let time = now - jiff::SignedDuration::from_hours(hour);
            for (who, dimension, quantity) in
                [(&self.seller, "requests", 900 + hour), (&self.role, "gb", 10 + hour)]
            {
                let input = usage(dimension, quantity, time);
                count(who.call("meteringmarketplace", "BatchMeterUsage", &input).await);
            }
        }
        let wrong = usage("no-such-dimension", 1, now);
        count(self.role.call("meteringmarketplace", "BatchMeterUsage", &wrong).await);
        count(self.auditor.call("meteringmarketplace", "BatchMeterUsage", &wrong).await);
        for (number, who) in [&self.seller, &self.root, &self.role].into_iter().enumerate() {
            let output = count(
                who.call("license-manager", "CreateLicenseConfiguration", &seats(number)).await,
            );
            let arn = output.as_ref().and_then(|output| output.string("LicenseConfigurationArn"));
            let named = Members::new().with("LicenseConfigurationArn", arn.map(Value::from));
            count(who.call("license-manager", "GetLicenseConfiguration", &named).await);
            count(self.auditor.call("license-manager", "DeleteLicenseConfiguration", &named).await);
            count(who.call("license-manager", "DeleteLicenseConfiguration", &named).await);
        }
        for who in [&self.seller, &self.root, &self.role, &self.auditor] {
            let list = Members::new()
                .with("Catalog", Value::from("AWSMarketplace"))
                .with("EntityType", Value::from("SaaSProduct"));
            count(who.call("marketplace-catalog", "ListEntities", &list).await);
        }
        tally
    }

    async fn show(&self) -> Result<()> {
        let filter = FilterArgs::default().members();
        let input =
            Members::new().with("Filter", Value::from(filter)).with("MaxResults", Value::from(40));
        let source = &self.root;
        // the index follows the journal within milliseconds: a live view waits for it
        let here = source.call("opentrail", "TailEvents", &Members::new()).await?;
        let wait = Members::new()
            .with("AfterSequence", Value::from(here.integer("LastSequence").unwrap_or(0)))
            .with("WaitSeconds", Value::from(2));
        source.call("opentrail", "TailEvents", &wait).await?;
        let found = source.call("opentrail", "FindEvents", &input).await?;
        let mut table = Table::new();
        for event in found.maps("Events").filter(|event| !super::tail::is_tail(event)) {
            table.print(event);
        }
        Ok(())
    }
}

fn usage(dimension: &str, quantity: i64, time: jiff::Timestamp) -> Members {
    let record = Members::new()
        .with("Timestamp", Value::from(time))
        .with("CustomerIdentifier", Value::from(CUSTOMER_ID))
        .with("Dimension", Value::from(dimension))
        .with("Quantity", Value::from(quantity));
    Members::new()
        .with("UsageRecords", Value::from(vec![record]))
        .with("ProductCode", Value::from(PRODUCT_CODE))
}

fn seats(number: usize) -> Members {
    Members::new()
        .with("Name", Value::from(format!("database-cores-{number}")))
        .with("LicenseCountingType", Value::from("vCPU"))
        .with("LicenseCount", Value::from(64))
}

fn what_next(data: &Path, start_on: Option<SocketAddr>) -> String {
    let start = start_on.map_or_else(String::new, |address| {
        format!("\n  opentrail up --demo --data '{}' --listen {address} &", data.display())
    });
    format!(
        "\nTry next, in another shell:{start}
  eval \"$(opentrail env seller --data '{}')\"
  aws cloudtrail lookup-events --lookup-attributes \\
      AttributeKey=EventSource,AttributeValue=metering-marketplace.amazonaws.com
  aws meteringmarketplace batch-meter-usage --usage-records \\
      \"Timestamp=$(date +%s),CustomerAWSAccountId=$OPENTRAIL_DEMO_BUYER_ACCOUNT,\\
LicenseArn={LICENSE_ARN},Dimension=gb,Quantity=3\"
  opentrail find --error '*' --from today
  opentrail tail",
        data.display()
    )
}

/// Returns the credentials in the answer of `AssumeRole`; none of them needs XML escapes.
fn session(answer: &str) -> Option<Credentials> {
    let text = |name: &str| {
        let (_, behind) = answer.split_once(&format!("<{name}>"))?;
        behind.split_once("</").map(|(text, _)| text.to_owned())
    };
    Some(Credentials {
        access_key_id: text("AccessKeyId")?,
        secret_access_key: text("SecretAccessKey")?,
        session_token: text("SessionToken"),
    })
}
