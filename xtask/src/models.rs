//! `cargo xtask models`: botocore's service models into our compact tables.

mod amend;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use wire::model::table::{MemberTable, OperationTable, ServiceTable, ShapeTable};

use crate::Failure;

/// The services that are served now: botocore's folders.
const SERVED: &[&str] = &[
    "cloudtrail",
    "cloudtrail-data",
    "iam",
    "license-manager",
    "marketplace-agreement",
    "marketplace-catalog",
    "marketplace-entitlement",
    "meteringmarketplace",
    "organizations",
    "s3",
    "sns",
    "sqs",
    "sts",
];

const TABLES: &str = "crates/wire/models";

/// Writes the tables, or with `check` compares them with what is committed.
pub(crate) fn run(botocore: &Path, check: bool) -> Result<(), Failure> {
    for service in SERVED {
        let text = table_text(&read_model(&botocore.join("data").join(service))?, service)?;
        let path = PathBuf::from(TABLES).join(format!("{service}.json"));
        if check {
            if fs::read_to_string(&path)? != text {
                return Err(format!(
                    "{} differs from botocore's model: run `cargo xtask models`",
                    path.display()
                )
                .into());
            }
        } else {
            fs::write(&path, text)?;
        }
    }
    println!("models: {} tables {}", SERVED.len(), if check { "unchanged" } else { "written" });
    Ok(())
}

/// Prints what the tables of all of botocore's services would weigh.
pub(crate) fn weigh(botocore: &Path) -> Result<(), Failure> {
    let (mut services, mut operations, mut bytes, mut packed) = (0, 0, 0, 0);
    let mut folders: Vec<_> = fs::read_dir(botocore.join("data"))?.collect::<Result<_, _>>()?;
    folders.sort_by_key(fs::DirEntry::file_name);
    for folder in folders.iter().filter(|entry| entry.path().is_dir()) {
        let name = folder.file_name().to_string_lossy().into_owned();
        let Ok(model) = read_model(&folder.path()) else { continue };
        let text = table_text(&model, &name)?;
        services += 1;
        operations += model.get("operations").and_then(Value::as_object).map_or(0, Map::len);
        bytes += text.len();
        packed += gzip_size(&text)?;
    }
    println!(
        "{services} services, {operations} operations: {bytes} bytes as tables, {packed} gzipped"
    );
    Ok(())
}

fn gzip_size(text: &str) -> Result<usize, Failure> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes())?;
    Ok(encoder.finish()?.len())
}

/// Reads the newest API version below a service's folder.
fn read_model(folder: &Path) -> Result<Value, Failure> {
    let mut versions: Vec<_> = fs::read_dir(folder)?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("service-2.json.gz"))
        .filter(|path| path.exists())
        .collect();
    versions.sort();
    let path = versions.pop().ok_or_else(|| format!("no model below {}", folder.display()))?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(path)?).read_to_string(&mut text)?;
    Ok(serde_json::from_str(&text)?)
}

/// Renders one table, a line for each operation and shape.
fn table_text(model: &Value, name: &str) -> Result<String, Failure> {
    let mut table = table(model, name)?;
    amend::amend(&mut table)?;
    let mut head = serde_json::to_value(&table)?;
    let head = head.as_object_mut().ok_or("a table is an object")?;
    head.retain(|key, _| key != "operations" && key != "shapes");
    let head = serde_json::to_string(head)?;
    let mut text = head.trim_end_matches('}').to_owned();
    text.push_str(",\n\"operations\":{\n");
    text.push_str(&lines(&table.operations)?);
    text.push_str("},\n\"shapes\":{\n");
    text.push_str(&lines(&table.shapes)?);
    text.push_str("}}\n");
    Ok(text)
}

fn lines<T: serde::Serialize>(entries: &BTreeMap<&str, T>) -> Result<String, Failure> {
    let rows = entries
        .iter()
        .map(|(name, entry)| Ok(format!("\"{name}\":{}", serde_json::to_string(entry)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    Ok(rows.join(",\n") + "\n")
}

fn table<'a>(model: &'a Value, name: &'a str) -> Result<ServiceTable<'a>, Failure> {
    let metadata = &model["metadata"];
    let shapes = object(model, "shapes")?;
    let operations: BTreeMap<_, _> = object(model, "operations")?
        .iter()
        .filter(|(_, operation)| !is_replaced(name, operation))
        .map(|(name, operation)| Ok((name.as_str(), operation_table(operation)?)))
        .collect::<Result<_, Failure>>()?;
    let used = reachable(&operations, shapes);
    Ok(ServiceTable {
        name,
        api_version: word(metadata, "apiVersion")?,
        service_id: word(metadata, "serviceId")?,
        endpoint_prefix: word(metadata, "endpointPrefix")?,
        signing_name: text(metadata, "signingName").unwrap_or(word(metadata, "endpointPrefix")?),
        protocols: match metadata["protocols"].as_array() {
            Some(names) => names.iter().filter_map(Value::as_str).collect(),
            None => vec![word(metadata, "protocol")?],
        },
        json_version: text(metadata, "jsonVersion"),
        target_prefix: text(metadata, "targetPrefix"),
        xml_namespace: text(metadata, "xmlNamespace"),
        query_compatible: metadata.get("awsQueryCompatible").is_some(),
        operations,
        shapes: shapes
            .iter()
            .filter(|(name, _)| used.contains(name.as_str()))
            .map(|(name, shape)| Ok((name.as_str(), shape_table(shape)?)))
            .collect::<Result<_, Failure>>()?,
    })
}

fn operation_table(operation: &Value) -> Result<OperationTable<'_>, Failure> {
    Ok(OperationTable {
        http: (word(&operation["http"], "method")?, word(&operation["http"], "requestUri")?),
        input: text(&operation["input"], "shape"),
        output: text(&operation["output"], "shape"),
        wrapper: text(&operation["output"], "resultWrapper"),
        status: answer_status(operation),
        root: None,
        unwrapped: false,
        errors: array(operation, "errors").filter_map(|error| text(error, "shape")).collect(),
    })
}

/// Returns whether an operation of S3 is deprecated: another one answers at its very place.
fn is_replaced(service: &str, operation: &Value) -> bool {
    service == "s3" && flag(operation, "deprecated")
}

fn answer_status(operation: &Value) -> Option<u16> {
    let code = operation["http"]["responseCode"].as_u64().filter(|code| *code != 200)?;
    code.try_into().ok()
}

/// Returns the shapes that some operation can reach; botocore keeps others too.
fn reachable<'a>(
    operations: &BTreeMap<&str, OperationTable<'a>>,
    shapes: &'a Map<String, Value>,
) -> BTreeSet<&'a str> {
    let mut used = BTreeSet::new();
    let mut open: Vec<&'a str> = operations
        .values()
        .flat_map(|operation| {
            operation.input.into_iter().chain(operation.output).chain(operation.errors.clone())
        })
        .collect();
    while let Some(name) = open.pop() {
        if used.insert(name)
            && let Some(shape) = shapes.get(name)
        {
            let parts = ["member", "key", "value"].into_iter().map(|part| &shape[part]);
            let members = shape["members"].as_object().into_iter().flat_map(Map::values);
            open.extend(parts.chain(members).filter_map(|part| text(part, "shape")));
        }
    }
    used
}

fn shape_table(shape: &Value) -> Result<ShapeTable<'_>, Failure> {
    let document = flag(shape, "document");
    Ok(ShapeTable {
        t: if document { "document" } else { base_type(word(shape, "type")?) },
        m: members(shape)?,
        payload: text(shape, "payload"),
        union: flag(shape, "union"),
        flat: flag(shape, "flattened"),
        sparse: flag(shape, "sparse"),
        secret: flag(shape, "sensitive"),
        values: array(shape, "enum").filter_map(Value::as_str).collect(),
        min: shape["min"].as_f64(),
        max: shape["max"].as_f64(),
        pattern: text(shape, "pattern").map(str::to_owned),
        format: text(shape, "timestampFormat"),
        status: status(shape),
        exception: flag(shape, "exception"),
        code: text(&shape["error"], "code"),
    })
}

fn base_type(word: &str) -> &str {
    match word {
        "byte" | "short" => "integer",
        "character" => "string",
        other => other,
    }
}

fn status(shape: &Value) -> Option<u16> {
    let modelled = shape["error"]["httpStatusCode"].as_u64().and_then(|code| code.try_into().ok());
    modelled.or(flag(shape, "fault").then_some(500))
}

fn members(shape: &Value) -> Result<Vec<MemberTable<'_>>, Failure> {
    let required: BTreeSet<_> = array(shape, "required").filter_map(Value::as_str).collect();
    let parts = ["member", "key", "value"]
        .into_iter()
        .filter(|part| shape.get(part).is_some())
        .map(|part| member("", &shape[part], false));
    let members = shape["members"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, part)| member(name, part, required.contains(name.as_str())));
    parts.chain(members).collect()
}

fn member<'a>(name: &'a str, part: &'a Value, required: bool) -> Result<MemberTable<'a>, Failure> {
    Ok(MemberTable {
        n: name,
        s: word(part, "shape")?,
        w: text(part, "locationName").filter(|wire_name| *wire_name != name),
        q: None,
        l: text(part, "location"),
        r: required,
        flat: flag(part, "flattened"),
        attr: flag(part, "xmlAttribute"),
        token: flag(part, "idempotencyToken"),
        format: text(part, "timestampFormat"),
    })
}

fn object<'a>(value: &'a Value, key: &str) -> Result<&'a Map<String, Value>, Failure> {
    value[key].as_object().ok_or_else(|| format!("{key} is missing").into())
}

fn array<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn word<'a>(value: &'a Value, key: &str) -> Result<&'a str, Failure> {
    text(value, key).ok_or_else(|| format!("{key} is missing in {value}").into())
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value[key].as_str()
}

fn flag(value: &Value, key: &str) -> bool {
    value[key].as_bool().unwrap_or(false)
}
