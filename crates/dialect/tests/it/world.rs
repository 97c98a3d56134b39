//! A catalog of a few events in two Parquet files, and the rows of an answer as text.

use arrow::array::{
    Array, ArrayRef, BooleanArray, Int32Array, Int64Array, ListArray, StringArray, StructArray,
    TimestampMicrosecondArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use dialect::{Catalog, DataFile, Limits, SqlError, Statistics, Table, View};
use parquet::arrow::ArrowWriter;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// The event data store's id, as FROM names it.
pub(crate) const STORE: &str = "0a1b2c3d-1111-4222-8333-444455556666";
/// 2026-11-20 12:00:00
pub(crate) const NOW: i64 = 1_795_176_000_000_000;

type Text = Option<&'static str>;

/// One event, as far as these tests look at it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Event {
    pub(crate) time: i64,
    pub(crate) source: &'static str,
    pub(crate) name: &'static str,
    pub(crate) region: &'static str,
    pub(crate) ip: Text,
    pub(crate) agent: Text,
    pub(crate) error: Text,
    pub(crate) id: &'static str,
    pub(crate) read_only: bool,
    pub(crate) kind: &'static str,
    pub(crate) principal: Text,
    pub(crate) arn: Text,
    pub(crate) user: Text,
    pub(crate) issuer: Text,
    pub(crate) parameters: Text,
    pub(crate) response: Text,
    pub(crate) extra: Text,
    pub(crate) resources: Option<&'static [(&'static str, &'static str)]>,
    pub(crate) tls: Text,
    pub(crate) account: &'static str,
}

const SECOND: i64 = 1_000_000;
/// 2026-11-20 00:00:00
const DAY: i64 = 1_795_132_800 * SECOND;

fn events() -> [Event; 6] {
    let own = Event { account: "111122223333", region: "us-east-1", ..Event::default() };
    let alice = Some("arn:aws:iam::111122223333:user/alice");
    [
        Event {
            time: DAY + 27_062 * SECOND,
            source: "s3.amazonaws.com",
            name: "CreateBucket",
            ip: Some("203.0.113.5"),
            agent: Some("aws-cli/2.15"),
            id: "e1",
            kind: "IAMUser",
            principal: Some("AIDA1"),
            arn: alice,
            user: Some("alice"),
            parameters: Some(
                r#"{"bucketName":"logs","Host":["s3.amazonaws.com"],"acl":null,"n":5,"nested":{"k":"v"}}"#,
            ),
            resources: Some(&[("AWS::S3::Bucket", "arn:aws:s3:::logs")]),
            tls: Some("TLSv1.3"),
            ..own
        },
        Event {
            time: DAY + 28_800 * SECOND + 250_000,
            source: "iam.amazonaws.com",
            name: "CreateUser",
            ip: Some("203.0.113.5"),
            agent: Some("console.amazonaws.com"),
            error: Some("AccessDenied"),
            id: "e2",
            kind: "IAMUser",
            principal: Some("AIDA2"),
            arn: Some("arn:aws:iam::111122223333:user/bob"),
            user: Some("bob"),
            parameters: Some(r#"{"userName":"eve"}"#),
            tls: Some("TLSv1.2"),
            ..own
        },
        Event {
            time: DAY + 29_700 * SECOND,
            source: "s3.amazonaws.com",
            name: "GetObject",
            region: "eu-west-1",
            ip: Some("198.51.100.7"),
            agent: Some("Boto3/1.34"),
            id: "e3",
            read_only: true,
            kind: "AssumedRole",
            principal: Some("AROAX:User@example.com"),
            arn: Some("arn:aws:sts::111122223333:assumed-role/TEAM/User@example.com"),
            issuer: Some("arn:aws:iam::111122223333:role/TEAM"),
            parameters: Some(r#"{"bucketName":"logs","key":"a/b.txt"}"#),
            resources: Some(&[
                ("AWS::S3::Object", "arn:aws:s3:::logs/a/b.txt"),
                ("AWS::S3::Bucket", "arn:aws:s3:::logs"),
            ]),
            tls: Some("TLSv1.3"),
            ..own
        },
        Event {
            time: DAY - 1000,
            source: "sts.amazonaws.com",
            name: "AssumeRole",
            id: "e4",
            read_only: true,
            kind: "AWSService",
            resources: Some(&[]),
            ..own
        },
        Event {
            time: 1_790_812_800 * SECOND,
            source: "signin.amazonaws.com",
            name: "ConsoleLogin",
            ip: Some("192.0.2.1"),
            id: "e5",
            kind: "IAMUser",
            principal: Some("AIDA1"),
            arn: alice,
            user: Some("alice"),
            response: Some(r#"{"ConsoleLogin":"Success"}"#),
            extra: Some(r#"{"MFAUsed":"Yes","LoginTo":"https://console.aws.amazon.com/a?b=c"}"#),
            ..own
        },
        Event {
            time: DAY + 32_400 * SECOND,
            source: "secretsmanager.amazonaws.com",
            name: "GetSecretValue",
            region: "us-east-1",
            id: "f1",
            kind: "IAMUser",
            user: Some("mallory"),
            parameters: Some("FOREIGN-SECRET"),
            account: "444455556666",
            ..Event::default()
        },
    ]
}

fn texts(values: impl Iterator<Item = Text>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn times(values: Vec<Option<i64>>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"))
}

fn rows(columns: Vec<(&str, ArrayRef)>) -> StructArray {
    let field =
        |(name, column): &(&str, ArrayRef)| Field::new(*name, column.data_type().clone(), true);
    let fields: Fields = columns.iter().map(field).collect();
    StructArray::new(fields, columns.into_iter().map(|(_, column)| column).collect(), None)
}

fn identity(events: &[Event]) -> ArrayRef {
    let none = || texts(events.iter().map(|_| None));
    let text = |f: fn(&Event) -> Text| texts(events.iter().map(f));
    let issuer = rows(vec![
        ("type", text(|e| e.issuer.map(|_| "Role"))),
        ("principalid", none()),
        ("arn", text(|e| e.issuer)),
        ("accountid", none()),
        ("username", text(|e| e.issuer.map(|_| "TEAM"))),
    ]);
    let created = events.iter().map(|e| e.issuer.map(|_| e.time - 60 * SECOND)).collect();
    let attributes = rows(vec![("creationdate", times(created)), ("mfaauthenticated", none())]);
    let session = rows(vec![
        ("attributes", Arc::new(attributes)),
        ("sessionissuer", Arc::new(issuer)),
        ("sourceidentity", none()),
    ]);
    Arc::new(rows(vec![
        ("type", text(|e| Some(e.kind))),
        ("principalid", text(|e| e.principal)),
        ("arn", text(|e| e.arn)),
        ("accountid", text(|e| Some(e.account))),
        ("accesskeyid", none()),
        ("username", text(|e| e.user)),
        ("sessioncontext", Arc::new(session)),
        ("invokedby", none()),
    ]))
}

fn resources(events: &[Event]) -> ArrayRef {
    let all = || events.iter().flat_map(|e| e.resources.unwrap_or(&[]));
    let values = rows(vec![
        ("accountid", texts(all().map(|_| Some("111122223333")))),
        ("type", texts(all().map(|(kind, _)| Some(*kind)))),
        ("arn", texts(all().map(|(_, arn)| Some(*arn)))),
        ("arnprefix", texts(all().map(|_| None))),
    ]);
    let field = Arc::new(Field::new("element", values.data_type().clone(), true));
    let lengths = events.iter().map(|e| e.resources.map_or(0, <[_]>::len));
    let nulls: NullBuffer = events.iter().map(|e| e.resources.is_some()).collect::<Vec<_>>().into();
    Arc::new(ListArray::new(
        field,
        OffsetBuffer::from_lengths(lengths),
        Arc::new(values),
        Some(nulls),
    ))
}

fn batch(events: &[Event]) -> RecordBatch {
    let text = |f: fn(&Event) -> Text| texts(events.iter().map(f));
    let none = || texts(events.iter().map(|_| None));
    let truth = |f: fn(&Event) -> bool| -> ArrayRef {
        Arc::new(events.iter().map(|e| Some(f(e))).collect::<BooleanArray>())
    };
    let tls = rows(vec![
        ("tlsversion", text(|e| e.tls)),
        ("ciphersuite", none()),
        ("clientprovidedhostheader", none()),
    ]);
    let json: Vec<String> = events.iter().map(|e| format!(r#"{{"eventID":"{}"}}"#, e.id)).collect();
    let json = json.iter().map(|text| Some(text.as_str())).collect::<StringArray>();
    let numbers = 0..i64::try_from(events.len()).unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("eventversion", text(|_| Some("1.11"))),
        ("eventtime", times(events.iter().map(|e| Some(e.time)).collect())),
        ("eventsource", text(|e| Some(e.source))),
        ("eventname", text(|e| Some(e.name))),
        ("awsregion", text(|e| Some(e.region))),
        ("sourceipaddress", text(|e| e.ip)),
        ("useragent", text(|e| e.agent)),
        ("errorcode", text(|e| e.error)),
        ("errormessage", none()),
        ("requestid", none()),
        ("eventid", text(|e| Some(e.id))),
        ("eventtype", text(|_| Some("AwsApiCall"))),
        ("readonly", truth(|e| e.read_only)),
        ("managementevent", truth(|_| true)),
        ("recipientaccountid", text(|e| Some(e.account))),
        ("requestparameters", text(|e| e.parameters)),
        ("responseelements", text(|e| e.response)),
        ("additionaleventdata", text(|e| e.extra)),
        ("useridentity", identity(events)),
        ("resources", resources(events)),
        ("tlsdetails", Arc::new(tls)),
        ("eventjson", Arc::new(json)),
        ("opentrail_account", text(|e| Some(e.account))),
        ("opentrail_sequence", Arc::new(numbers.map(Some).collect::<Int64Array>())),
        ("opentrail_nth", Arc::new(events.iter().map(|_| Some(0)).collect::<Int32Array>())),
    ];
    let field =
        |(name, column): &(&str, ArrayRef)| Field::new(*name, column.data_type().clone(), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    RecordBatch::try_new(schema, columns.into_iter().map(|(_, column)| column).collect()).unwrap()
}

/// Writes events into a file and says what it holds.
pub(crate) fn write(folder: &Path, name: &str, events: &[Event]) -> (DataFile, Arc<Schema>) {
    let batch = batch(events);
    let schema = batch.schema();
    (write_batch(folder, name, &batch, events), schema)
}

/// Writes all events into a file that lacks a column.
pub(crate) fn write_without(folder: &Path, name: &str, column: &str) -> DataFile {
    let events = events();
    let batch = batch(&events);
    let mut kept: Vec<usize> = (0..batch.num_columns()).collect();
    kept.remove(batch.schema().index_of(column).unwrap());
    write_batch(folder, name, &batch.project(&kept).unwrap(), &events)
}

fn write_batch(folder: &Path, name: &str, batch: &RecordBatch, events: &[Event]) -> DataFile {
    let path = folder.join(name);
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    let first = events.iter().map(|e| e.time).min().unwrap();
    let last = events.iter().map(|e| e.time).max().unwrap();
    let rows = u64::try_from(events.len()).unwrap();
    DataFile { path, bytes, rows, times: Some((first, last)) }
}

/// The world of these tests.
pub(crate) struct World {
    pub(crate) catalog: Catalog,
    pub(crate) limits: Limits,
    _folder: tempfile::TempDir,
}

impl World {
    /// A store and `events` over the same two files, Athena's view, and a table of one kind.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let all = events();
        let (one, schema) =
            write(folder.path(), "a file with spaces.parquet", &[all[0], all[1], all[2], all[5]]);
        let (two, _) = write(folder.path(), "two.parquet", &[all[3], all[4]]);
        let hidden = ["opentrail_account", "opentrail_sequence", "opentrail_nth"];
        let table = Table {
            name: STORE.to_owned(),
            schema: Arc::clone(&schema),
            files: vec![one, two],
            rows: Some("opentrail_account = '111122223333'".to_owned()),
            computed: vec![(
                "eventjsonchecksum".to_owned(),
                "to_base64(sha256(to_utf8(eventjson)))".to_owned(),
            )],
            hidden: hidden.map(str::to_owned).to_vec(),
            time: Some("eventtime".to_owned()),
        };
        let events = Table { name: "Events".to_owned(), ..table.clone() };
        let open = Table { name: "open".to_owned(), rows: None, ..table.clone() };
        let view = View {
            name: "cloudtrail_logs".to_owned(),
            query: "SELECT eventversion, useridentity, to_iso8601(eventtime) AS eventtime, \
                    eventsource, eventname, requestparameters, CAST(readonly AS varchar) AS \
                    readonly, resources FROM events"
                .to_owned(),
        };
        Self {
            catalog: Catalog { tables: vec![table, events, open], views: vec![view], now: NOW },
            limits: Limits::default(),
            _folder: folder,
        }
    }

    /// Runs a query; gives its rows as text, and what it cost.
    pub(crate) fn run(&self, sql: &str) -> Result<(Vec<Vec<String>>, Statistics), SqlError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut rows = Vec::new();
        let sink = |batch: RecordBatch| {
            for row in 0..batch.num_rows() {
                let cell = |column: &ArrayRef| {
                    dialect::text(column, row).unwrap_or_else(|| "null".to_owned())
                };
                rows.push(batch.columns().iter().map(cell).collect());
            }
            ControlFlow::Continue(())
        };
        let (catalog, sql) = (self.catalog.clone(), sql.to_owned());
        let result = runtime.block_on(dialect::run(catalog, sql, self.limits, |_| {}, sink))?;
        Ok((rows, result))
    }

    /// Runs a query; gives its rows, cells with ` | ` between.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        match self.run(sql) {
            Ok((rows, _)) => rows.into_iter().map(|row| row.join(" | ")).collect(),
            Err(error) => vec![format!("ERROR {error}")],
        }
    }

    /// Runs queries, each with the rows it must give, and names all that do not.
    pub(crate) fn expect(&self, cases: &[(&str, &[&str])]) {
        let mut wrong = Vec::new();
        for (sql, expected) in cases {
            let sql = sql.replace("<eds>", STORE);
            let found = self.rows(&sql);
            if found != *expected {
                wrong.push(format!("{sql}\n    expected {expected:?}\n    found    {found:?}"));
            }
        }
        assert!(wrong.is_empty(), "{} of {} wrong\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    }
}

/// The type of the files' times, which queries never see with its zone.
pub(crate) fn zoned() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}
