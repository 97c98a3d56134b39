//! `BatchMeterUsage`.

use wire::{Call, Done, Fault, Members, Value};

use super::allocation::{Allocation, split};
use super::ledger::{self, Key, Row, Scope, hour_of};
use super::seller::Seller;
use super::usage_record::UsageRecord;
use super::window::Window;
use crate::market::{Agreement, Product};
use crate::{Change, Settings, State};

/// Takes up to 25 usage records of one product.
///
/// A fault anywhere refuses the whole request. What passes is answered record by record: taken, a
/// repetition of what was taken before, a contradiction to it, or usage of somebody who is not
/// subscribed. Checks go in AWS's presumed order, each over all records before the next begins:
///
/// ```text
/// constraints ▶ product, license ▶ buyer ▶ dimension ▶ allocations ▶ time ║ subscribed? ▶ known?
///                        the whole request                                ║     each record
/// ```
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    settings: &Settings,
) -> Result<Done<Change>, Fault> {
    let seller = Seller::of(call.account, &state.market, call.now, settings);
    let records =
        input.maps("UsageRecords").map(UsageRecord::read).collect::<Result<Vec<_>, _>>()?;
    let mut usages = address(&seller, input, records)?;
    check(&seller, &mut usages, settings)?;
    let window = Window::at(call.now, settings);
    usages.iter().try_for_each(|usage| usage.check_time(&window))?;

    let product_code = usages.first().map(|usage| usage.product.product_code.clone());
    let done = answer(&state.metering, usages, call, settings);
    Ok(match product_code {
        Some(product_code) => done.about("AWS::Marketplace::Product", product_code),
        None => done,
    })
}

/// A record with what the market knows about it.
struct Usage<'a> {
    record: UsageRecord<'a>,
    product: &'a Product,
    scope: Scope<&'a str>,
    /// The agreement under which it is taken; none when the buyer is not subscribed.
    agreement: Option<&'a Agreement>,
    allocations: Vec<Allocation>,
    /// Whether the product declares the dimension; else it is answered well and forgotten.
    declared: bool,
}

/// Finds what each record is about: the request's product, or the one behind its license.
fn address<'a>(
    seller: &Seller<'a>,
    input: &'a Members,
    records: Vec<UsageRecord<'a>>,
) -> Result<Vec<Usage<'a>>, Fault> {
    let product_code = input.string("ProductCode").filter(|code| !code.is_empty());
    let named = product_code.map(|code| seller.product(code)).transpose()?;
    let mut usages: Vec<Usage<'a>> = Vec::with_capacity(records.len());
    for record in records {
        let same = named.or_else(|| usages.first().map(|usage| usage.product));
        usages.push(match record.license_arn {
            Some(license_arn) => by_license(seller, record, license_arn, same)?,
            None => by_product_code(seller, record, named)?,
        });
    }
    Ok(usages)
}

fn by_license<'a>(
    seller: &Seller<'a>,
    record: UsageRecord<'a>,
    license_arn: &'a str,
    same: Option<&Product>,
) -> Result<Usage<'a>, Fault> {
    let agreement = seller.licensed(&record, license_arn)?;
    if same.is_some_and(|product| product.product_code != agreement.product_code) {
        return Err(Fault::new(
            "InvalidLicenseException",
            format!("the license {license_arn} is for another product than the request"),
        ));
    }
    Ok(Usage {
        record,
        product: seller.product(&agreement.product_code)?,
        scope: Scope::License(license_arn),
        agreement: Some(agreement).filter(|agreement| seller.takes_records(agreement)),
        allocations: Vec::new(),
        declared: true,
    })
}

fn by_product_code<'a>(
    seller: &Seller<'a>,
    record: UsageRecord<'a>,
    named: Option<&'a Product>,
) -> Result<Usage<'a>, Fault> {
    let product = named.ok_or_else(|| {
        Fault::new(
            "InvalidProductCodeException",
            "send a ProductCode, or a LicenseArn with every usage record",
        )
    })?;
    Ok(Usage {
        record,
        product,
        scope: Scope::ProductCode(&product.product_code),
        agreement: seller.subscription(&record, product),
        allocations: Vec::new(),
        declared: true,
    })
}

/// Checks buyers, then dimensions, then allocations.
fn check(seller: &Seller<'_>, usages: &mut [Usage<'_>], settings: &Settings) -> Result<(), Fault> {
    usages.iter().try_for_each(|usage| seller.check_customer(usage.record.customer))?;
    for usage in &mut *usages {
        usage.declared = usage.check_dimension(settings)?;
    }
    for usage in usages {
        usage.allocations = split(usage.record.sent, usage.record.amount)?;
    }
    Ok(())
}

/// Judges each record in the order of the list, those before it included.
fn answer(
    ledger: &ledger::State,
    usages: Vec<Usage<'_>>,
    call: &mut Call<'_>,
    settings: &Settings,
) -> Done<Change> {
    let mut results = Vec::with_capacity(usages.len());
    let mut unprocessed = Vec::new();
    let mut changes = Vec::new();
    for (place, usage) in (1_u32..).zip(usages) {
        let sent = usage.record.sent;
        if settings.unprocessed_every.is_some_and(|every| place % every == 0) {
            unprocessed.push(sent.clone());
        } else {
            results.push(usage.judge(ledger, &mut changes, call).into_result(sent));
        }
    }
    let output = Members::with_capacity(2)
        .with("Results", Value::from(results))
        .with("UnprocessedRecords", Value::from(unprocessed));
    Done::changed(output, changes.into_iter().map(Change::Metering).collect())
}

impl Usage<'_> {
    /// Returns whether the product declares the dimension; fails where that must be so.
    fn check_dimension(&self, settings: &Settings) -> Result<bool, Fault> {
        let dimension = self.record.dimension;
        if self.product.meters(dimension) {
            return Ok(true);
        }
        let mut keys = self.product.metered_dimension_keys();
        if settings.silent_dimension_mismatch && keys.any(|key| key.eq_ignore_ascii_case(dimension))
        {
            return Ok(false);
        }
        Err(Fault::new(
            "InvalidUsageDimensionException",
            format!(
                "product {} has no externally metered dimension {dimension}",
                self.product.product_code
            ),
        ))
    }

    fn check_time(&self, window: &Window) -> Result<(), Fault> {
        let time = self.record.timestamp;
        let why = if !window.holds(time) {
            "is too old or too far ahead; nothing of this request was taken"
        } else if self.agreement.is_some_and(|agreement| time < agreement.started) {
            "is before the start of the buyer's agreement; nothing of this request was taken"
        } else {
            return Ok(());
        };
        Err(Fault::new("TimestampOutOfBoundsException", format!("the usage time {time} {why}")))
    }

    fn judge(
        self,
        ledger: &ledger::State,
        changes: &mut Vec<ledger::Change>,
        call: &mut Call<'_>,
    ) -> Outcome {
        let Some(agreement) = self.agreement else {
            return Outcome::CustomerNotSubscribed;
        };
        if !self.declared {
            return Outcome::Success(call.uuid());
        }
        let key = Key {
            scope: self.scope,
            buyer: agreement.buyer_account.as_str(),
            dimension: self.record.dimension,
            hour: hour_of(self.record.timestamp),
        };
        if let Some(first) = ledger.row(key).or_else(|| ledger::find(changes, key)) {
            return self.compare(first);
        }
        let metering_record_id = call.uuid();
        let row = Row {
            quantity: self.record.amount.quantity,
            allocations: self.allocations,
            metering_record_id: metering_record_id.clone(),
            recorded: call.now,
            billed: agreement.bills(self.record.dimension),
        };
        changes.push(ledger::Change::Meter(key.to_owned(), row));
        Outcome::Success(metering_record_id)
    }

    /// A repetition is told from a contradiction by value; the first row stays in either case.
    fn compare(&self, first: &Row) -> Outcome {
        let same =
            first.quantity == self.record.amount.quantity && first.allocations == self.allocations;
        if same {
            Outcome::Success(first.metering_record_id.clone())
        } else {
            Outcome::DuplicateRecord
        }
    }
}

/// What becomes of a record that the request's checks let pass.
enum Outcome {
    Success(String),
    CustomerNotSubscribed,
    DuplicateRecord,
}

impl Outcome {
    /// Returns the result for a record, which it repeats as sent.
    fn into_result(self, sent: &Members) -> Members {
        let (metering_record_id, status) = match self {
            Self::Success(metering_record_id) => (Some(metering_record_id), "Success"),
            Self::CustomerNotSubscribed => (None, "CustomerNotSubscribed"),
            Self::DuplicateRecord => (None, "DuplicateRecord"),
        };
        Members::with_capacity(3)
            .with("UsageRecord", Value::from(sent.clone()))
            .with("MeteringRecordId", metering_record_id.map(Value::from))
            .with("Status", Value::from(status))
    }
}
