//! `reduce(array, start, (state, x) -> …, state -> …)`.

use super::{as_list, element};
use crate::functions::map::range;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt64Array};
use arrow::compute::{interleave, nullif, take, take_arrays};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature,
    HigherOrderUDFImpl, LambdaArgument, LambdaParametersProgress, ValueOrLambda, Volatility,
};
use std::sync::Arc;

/// Folds an array: all rows take their first step together, then their second, and so on.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reduce {
    signature: HigherOrderSignature,
}

impl Default for Reduce {
    fn default() -> Self {
        let value = ValueOrLambda::Value(());
        let lambda = ValueOrLambda::Lambda(());
        let takes = vec![value.clone(), value, lambda.clone(), lambda];
        Self { signature: HigherOrderSignature::exact(takes, Volatility::Immutable) }
    }
}

impl HigherOrderUDFImpl for Reduce {
    fn name(&self) -> &'static str {
        "reduce"
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
        use ValueOrLambda::{Lambda, Value};
        let [Value(list), Value(start), Lambda(step), Lambda(_)] = fields else {
            return plan_err!("reduce expects an array, a start and two lambdas");
        };
        let found = element("reduce", list.data_type())?;
        Ok(match step {
            None => LambdaParametersProgress::Partial(vec![
                Some(vec![nullable(start), nullable(&found)]),
                None,
            ]),
            Some(state) => {
                let state = nullable(state);
                LambdaParametersProgress::Complete(vec![
                    vec![Arc::clone(&state), nullable(&found)],
                    vec![state],
                ])
            }
        })
    }

    fn coerce_values_for_lambdas(
        &self,
        fields: &[ValueOrLambda<DataType, DataType>],
    ) -> Result<Option<Vec<DataType>>> {
        use ValueOrLambda::{Lambda, Value};
        Ok(match fields {
            [Value(list), Value(_), Lambda(state), ..] => Some(vec![list.clone(), state.clone()]),
            _ => None,
        })
    }

    fn return_field_from_args(&self, args: HigherOrderReturnFieldArgs) -> Result<FieldRef> {
        if let Some(ValueOrLambda::Lambda(answer)) = args.arg_fields.last() {
            return Ok(Arc::new(Field::new("", answer.data_type().clone(), true)));
        }
        plan_err!("reduce expects a lambda last, like s -> s")
    }

    fn invoke_with_args(&self, args: HigherOrderFunctionArgs) -> Result<ColumnarValue> {
        use ValueOrLambda::{Lambda, Value};
        let [Value(lists), Value(start), Lambda(step), Lambda(finish)] = args.args.as_slice()
        else {
            return exec_err!("reduce expects an array, a start and two lambdas");
        };
        let lists = lists.to_array(args.number_rows)?;
        let mut state = start.to_array(args.number_rows)?;
        let longest = (0..lists.len()).map(|row| length(&lists, row)).max().unwrap_or(0);
        for turn in 0..longest {
            state = take_turn(&lists, &state, step, turn)?;
        }
        let answer = finish
            .evaluate(&[&|| Ok(Arc::clone(&state))], |captures| Ok(captures.to_vec()))?
            .into_array(args.number_rows)?;
        let absent: BooleanArray = (0..lists.len()).map(|row| Some(lists.is_null(row))).collect();
        Ok(ColumnarValue::Array(nullif(&answer, &absent)?))
    }
}

fn nullable(field: &FieldRef) -> FieldRef {
    Arc::new(field.as_ref().clone().with_nullable(true))
}

fn length(lists: &ArrayRef, row: usize) -> u64 {
    if lists.is_null(row) {
        return 0;
    }
    let range = range(lists.as_list(), row);
    range.end - range.start
}

/// Steps once in each row that has an element left.
fn take_turn(
    lists: &ArrayRef,
    state: &ArrayRef,
    step: &LambdaArgument,
    turn: u64,
) -> Result<ArrayRef> {
    let active: Vec<usize> = (0..lists.len()).filter(|row| length(lists, *row) > turn).collect();
    let place = |row: &usize| range(lists.as_list(), *row).start + turn;
    let places: UInt64Array = active.iter().map(place).collect();
    let rows: UInt64Array = active.iter().filter_map(|row| u64::try_from(*row).ok()).collect();
    let elements = take(lists.as_list::<i32>().values(), &places, None)?;
    let before = take(state, &rows, None)?;
    let after = step
        .evaluate(&[&|| Ok(Arc::clone(&before)), &|| Ok(Arc::clone(&elements))], |captures| {
            Ok(take_arrays(captures, &rows, None)?)
        })?
        .into_array(active.len())?;
    let after = arrow::compute::cast(&after, state.data_type())?;
    let mut source: Vec<(usize, usize)> = (0..lists.len()).map(|row| (0, row)).collect();
    for (index, row) in active.iter().enumerate() {
        if let Some(source) = source.get_mut(*row) {
            *source = (1, index);
        }
    }
    Ok(interleave(&[state.as_ref(), after.as_ref()], &source)?)
}
