//! Functions that take a lambda: `transform`, `filter`, `any_match`, `reduce` and their like.

mod reduce;

pub(crate) use self::reduce::Reduce;

use super::map::range;
use crate::trino_type;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBuilder, ListArray, UInt64Array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{filter, take, take_arrays};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature,
    HigherOrderUDFImpl, LambdaParametersProgress, ValueOrLambda, Volatility,
};
use std::sync::Arc;

/// What is done with the lambda's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Does {
    Transform,
    Filter,
    AnyMatch,
    AllMatch,
    NoneMatch,
    ZipWith,
    MapFilter,
    TransformKeys,
    TransformValues,
}

/// A function of one lambda over the elements of arrays or the entries of a map.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Lambda {
    name: &'static str,
    does: Does,
    signature: HigherOrderSignature,
}

/// The names of the functions of this page.
pub(crate) const NAMES: &[&str] = &[
    "transform",
    "filter",
    "any_match",
    "all_match",
    "none_match",
    "zip_with",
    "map_filter",
    "transform_keys",
    "transform_values",
];

/// The functions of this page.
pub(crate) fn all() -> Vec<Lambda> {
    [
        ("transform", Does::Transform),
        ("filter", Does::Filter),
        ("any_match", Does::AnyMatch),
        ("all_match", Does::AllMatch),
        ("none_match", Does::NoneMatch),
        ("zip_with", Does::ZipWith),
        ("map_filter", Does::MapFilter),
        ("transform_keys", Does::TransformKeys),
        ("transform_values", Does::TransformValues),
    ]
    .into_iter()
    .map(|(name, does)| Lambda { name, does, signature: signature(does) })
    .collect()
}

fn signature(does: Does) -> HigherOrderSignature {
    let mut takes = vec![ValueOrLambda::Value(())];
    if does == Does::ZipWith {
        takes.push(ValueOrLambda::Value(()));
    }
    takes.push(ValueOrLambda::Lambda(()));
    HigherOrderSignature::exact(takes, Volatility::Immutable)
}

/// The type of an array's elements.
pub(crate) fn element(name: &str, found: &DataType) -> Result<FieldRef> {
    match found {
        DataType::List(field) => Ok(Arc::clone(field)),
        other => plan_err!("{name} expects an array, not {}", trino_type::name(other)),
    }
}

/// Turns every kind of array into the one that is computed with.
pub(crate) fn as_list(found: &DataType) -> DataType {
    match found {
        DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _) => DataType::List(Arc::clone(field)),
        DataType::Null => trino_type::list(DataType::Null),
        other => other.clone(),
    }
}

fn entry(name: &str, found: &DataType) -> Result<(FieldRef, FieldRef)> {
    if let DataType::Map(entries, _) = found
        && let DataType::Struct(fields) = entries.data_type()
        && let [key, value] = fields.as_ref()
    {
        return Ok((Arc::clone(key), Arc::clone(value)));
    }
    plan_err!("{name} expects a map, not {}", trino_type::name(found))
}

impl HigherOrderUDFImpl for Lambda {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &HigherOrderSignature {
        &self.signature
    }

    fn coerce_value_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.iter().map(as_list).collect())
    }

    fn lambda_parameters(
        &self,
        _: usize,
        fields: &[ValueOrLambda<FieldRef, Option<FieldRef>>],
    ) -> Result<LambdaParametersProgress> {
        let mut parameters = Vec::new();
        for field in fields {
            let ValueOrLambda::Value(field) = field else { continue };
            if matches!(self.does, Does::MapFilter | Does::TransformKeys | Does::TransformValues) {
                let (key, value) = entry(self.name, field.data_type())?;
                parameters.extend([key, value]);
            } else {
                let found = element(self.name, field.data_type())?;
                parameters.push(Arc::new(found.as_ref().clone().with_nullable(true)));
            }
        }
        Ok(LambdaParametersProgress::Complete(vec![parameters]))
    }

    fn return_field_from_args(&self, args: HigherOrderReturnFieldArgs) -> Result<FieldRef> {
        let first = args.arg_fields.iter().find_map(|field| match field {
            ValueOrLambda::Value(field) => Some(field.data_type().clone()),
            ValueOrLambda::Lambda(_) => None,
        });
        let answer = args.arg_fields.iter().find_map(|field| match field {
            ValueOrLambda::Lambda(field) => Some(field.data_type().clone()),
            ValueOrLambda::Value(_) => None,
        });
        let (Some(first), Some(answer)) = (first, answer) else {
            return plan_err!("{} expects a lambda like x -> x + 1", self.name);
        };
        self.check(&answer)?;
        let gives = match self.does {
            Does::Transform | Does::ZipWith => trino_type::list(answer),
            Does::Filter | Does::MapFilter => first,
            Does::AnyMatch | Does::AllMatch | Does::NoneMatch => DataType::Boolean,
            Does::TransformKeys => {
                trino_type::map(answer, entry(self.name, &first)?.1.data_type().clone())
            }
            Does::TransformValues => {
                trino_type::map(entry(self.name, &first)?.0.data_type().clone(), answer)
            }
        };
        Ok(Arc::new(Field::new("", gives, true)))
    }

    fn invoke_with_args(&self, args: HigherOrderFunctionArgs) -> Result<ColumnarValue> {
        Ok(ColumnarValue::Array(self.invoke(&args)?))
    }
}

impl Lambda {
    /// A predicate answers with a truth value.
    fn check(&self, answer: &DataType) -> Result<()> {
        let predicate = !matches!(
            self.does,
            Does::Transform | Does::ZipWith | Does::TransformKeys | Does::TransformValues
        );
        if predicate && !matches!(answer, DataType::Boolean | DataType::Null) {
            return plan_err!(
                "the lambda of {} gives {}, not boolean",
                self.name,
                trino_type::name(answer)
            );
        }
        Ok(())
    }

    fn invoke(&self, args: &HigherOrderFunctionArgs) -> Result<ArrayRef> {
        let mut values = Vec::new();
        for arg in &args.args {
            if let ValueOrLambda::Value(value) = arg {
                values.push(value.to_array(args.number_rows)?);
            }
        }
        let Some(ValueOrLambda::Lambda(lambda)) = args.args.last() else {
            return exec_err!("{} lacks its lambda", self.name);
        };
        let flat = Flat::of(&values)?;
        let columns = &flat.columns;
        let parameters: Vec<_> =
            columns.iter().map(|column| move || Ok(Arc::clone(column))).collect();
        let parameters: Vec<&dyn Fn() -> Result<ArrayRef>> =
            parameters.iter().map(|p| p as &dyn Fn() -> Result<ArrayRef>).collect();
        let answers = lambda
            .evaluate(&parameters, |captures| Ok(take_arrays(captures, &flat.rows, None)?))?
            .into_array(flat.rows.len())?;
        self.gather(&flat, &answers, args.return_field.data_type())
    }

    fn gather(&self, flat: &Flat, answers: &ArrayRef, gives: &DataType) -> Result<ArrayRef> {
        match self.does {
            Does::Transform | Does::ZipWith => {
                let DataType::List(field) = gives else { return exec_err!("no array is given") };
                let (offsets, nulls) = (flat.offsets.clone(), flat.nulls.clone());
                let list =
                    ListArray::try_new(Arc::clone(field), offsets, Arc::clone(answers), nulls)?;
                Ok(Arc::new(list))
            }
            Does::Filter => {
                let DataType::List(field) = gives else { return exec_err!("no array is given") };
                let (offsets, mut columns) = flat.kept(&truths(answers)?)?;
                let Some(values) = columns.pop() else { return exec_err!("no elements") };
                Ok(Arc::new(ListArray::try_new(
                    Arc::clone(field),
                    offsets,
                    values,
                    flat.nulls.clone(),
                )?))
            }
            Does::MapFilter => {
                let (offsets, columns) = flat.kept(&truths(answers)?)?;
                super::map::build(gives, offsets, columns, flat.nulls.clone())
            }
            Does::TransformKeys | Does::TransformValues => {
                let [keys, values] = flat.columns.as_slice() else { return exec_err!("no map") };
                let columns = match self.does {
                    Does::TransformKeys => vec![Arc::clone(answers), Arc::clone(values)],
                    _ => vec![Arc::clone(keys), Arc::clone(answers)],
                };
                super::map::build(gives, flat.offsets.clone(), columns, flat.nulls.clone())
            }
            Does::AnyMatch | Does::AllMatch | Does::NoneMatch => {
                Ok(Arc::new(self.matches(flat, &truths(answers)?)))
            }
        }
    }

    /// Three-valued: an unknown counts only when no known answer settles it.
    fn matches(&self, flat: &Flat, truths: &BooleanArray) -> BooleanArray {
        let mut answers = BooleanBuilder::new();
        for (row, bounds) in flat.offsets.windows(2).enumerate() {
            if flat.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                answers.append_null();
                continue;
            }
            let [start, end] = bounds else { continue };
            let places = usize::try_from(*start).unwrap_or(0)..usize::try_from(*end).unwrap_or(0);
            let settles = self.does != Does::AllMatch;
            let settled =
                places.clone().any(|at| truths.is_valid(at) && truths.value(at) == settles);
            let unknown = places.clone().any(|at| truths.is_null(at));
            answers.append_option(match (settled, unknown) {
                (true, _) => Some(self.does == Does::AnyMatch),
                (false, true) => None,
                (false, false) => Some(self.does != Does::AnyMatch),
            });
        }
        answers.finish()
    }
}

fn truths(answers: &ArrayRef) -> Result<BooleanArray> {
    let answers = arrow::compute::cast(answers, &DataType::Boolean)?;
    Ok(answers.as_boolean().clone())
}

/// The elements of all rows one after the other.
struct Flat {
    columns: Vec<ArrayRef>,
    /// Of which row each element is.
    rows: UInt64Array,
    offsets: OffsetBuffer<i32>,
    nulls: Option<arrow::buffer::NullBuffer>,
}

impl Flat {
    fn of(values: &[ArrayRef]) -> Result<Self> {
        let mut lists = Vec::new();
        for value in values {
            if let DataType::Map(..) = value.data_type() {
                let maps = value.as_map();
                for column in [maps.keys(), maps.values()] {
                    let field = Arc::new(Field::new_list_field(column.data_type().clone(), true));
                    let offsets = maps.offsets().clone();
                    let nulls = maps.nulls().cloned();
                    lists.push(ListArray::try_new(field, offsets, Arc::clone(column), nulls)?);
                }
            } else {
                lists.push(value.as_list::<i32>().clone());
            }
        }
        Self::of_lists(&lists)
    }

    /// Lays the lists side by side; shorter ones are filled up with nulls.
    fn of_lists(lists: &[ListArray]) -> Result<Self> {
        let nulls = lists.iter().fold(None, |nulls: Option<arrow::buffer::NullBuffer>, list| {
            arrow::buffer::NullBuffer::union(nulls.as_ref(), list.nulls())
        });
        let count = lists.first().map_or(0, Array::len);
        let mut places: Vec<Vec<Option<u64>>> = vec![Vec::new(); lists.len()];
        let (mut rows, mut lengths) = (Vec::new(), Vec::new());
        for row in 0..count {
            let valid = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            let lengths_of = lists.iter().map(|list| range(list, row)).map(|r| r.end - r.start);
            let length = if valid { lengths_of.max().unwrap_or(0) } else { 0 };
            for (list, places) in lists.iter().zip(&mut places) {
                let range = range(list, row);
                let at = |step| Some(range.start + step).filter(|place| *place < range.end);
                places.extend((0..length).map(at));
            }
            rows.extend(std::iter::repeat_n(u64::try_from(row).unwrap_or(0), {
                usize::try_from(length).unwrap_or(0)
            }));
            lengths.push(usize::try_from(length).unwrap_or(0));
        }
        let columns = lists.iter().zip(places);
        let columns = columns.map(|(l, p)| Ok(take(l.values(), &UInt64Array::from(p), None)?));
        Ok(Self {
            columns: columns.collect::<Result<_>>()?,
            rows: UInt64Array::from(rows),
            offsets: OffsetBuffer::from_lengths(lengths),
            nulls,
        })
    }

    /// Keeps the elements for which the answer is true.
    fn kept(&self, truths: &BooleanArray) -> Result<(OffsetBuffer<i32>, Vec<ArrayRef>)> {
        let is_true = |at: usize| truths.is_valid(at) && truths.value(at);
        let mask: BooleanArray = (0..truths.len()).map(|at| Some(is_true(at))).collect();
        let lengths = self.offsets.windows(2).map(|bounds| {
            let place =
                |at: usize| bounds.get(at).and_then(|o| usize::try_from(*o).ok()).unwrap_or(0);
            (place(0)..place(1)).filter(|at| is_true(*at)).count()
        });
        let offsets = OffsetBuffer::from_lengths(lengths);
        let columns = self.columns.iter().map(|column| Ok(filter(column, &mask)?));
        Ok((offsets, columns.collect::<Result<_>>()?))
    }
}
