//! Aggregates that give maps: `map_agg`, `multimap_agg`, `histogram`.

use crate::trino_type;
use arrow::array::{Array, ArrayRef, AsArray, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use std::collections::HashMap;
use std::sync::Arc;

/// What the map's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Gathers {
    /// The first value of each key.
    First,
    /// All values of each key.
    All,
    /// How often each key was.
    Count,
}

/// An aggregate that gives a map.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct MapAggregate {
    name: &'static str,
    gathers: Gathers,
    signature: Signature,
}

/// The aggregates of this page.
pub(crate) fn all() -> Vec<MapAggregate> {
    let make = |name, gathers, count| {
        let signature = Signature::any(count, Volatility::Immutable);
        MapAggregate { name, gathers, signature }
    };
    vec![
        make("map_agg", Gathers::First, 2),
        make("multimap_agg", Gathers::All, 2),
        make("histogram", Gathers::Count, 1),
    ]
}

impl MapAggregate {
    fn value_type(&self, types: &[DataType]) -> DataType {
        match self.gathers {
            Gathers::Count => DataType::Int64,
            _ => types.get(1).cloned().unwrap_or(DataType::Null),
        }
    }
}

impl AggregateUDFImpl for MapAggregate {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        let key = types.first().cloned().unwrap_or(DataType::Null);
        let value = self.value_type(types);
        Ok(match self.gathers {
            Gathers::All => trino_type::map(key, trino_type::list(value)),
            _ => trino_type::map(key, value),
        })
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let types: Vec<_> = args.input_fields.iter().map(|f| f.data_type().clone()).collect();
        let key = types.first().cloned().unwrap_or(DataType::Null);
        let list = |part: &str, element| {
            Arc::new(Field::new(format!("{}[{part}]", args.name), trino_type::list(element), true))
        };
        Ok(vec![list("keys", key), list("values", self.value_type(&types))])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let types: Vec<_> = args.expr_fields.iter().map(|f| f.data_type().clone()).collect();
        Ok(Box::new(Gathered {
            gathers: self.gathers,
            key_type: types.first().cloned().unwrap_or(DataType::Null),
            value_type: self.value_type(&types),
            gives: args.return_field.data_type().clone(),
            index: HashMap::new(),
            entries: Vec::new(),
            bytes: 0,
        }))
    }
}

/// The keys so far in the order they came, each with its values.
#[derive(Debug)]
struct Gathered {
    gathers: Gathers,
    key_type: DataType,
    value_type: DataType,
    gives: DataType,
    index: HashMap<ScalarValue, usize>,
    entries: Vec<(ScalarValue, Vec<ScalarValue>, i64)>,
    bytes: usize,
}

impl Gathered {
    fn add(&mut self, key: ScalarValue, value: Option<ScalarValue>, count: i64) {
        let next = self.entries.len();
        if let Some(at) = self.index.get(&key) {
            let Some((_, values, total)) = self.entries.get_mut(*at) else { return };
            *total += count;
            if self.gathers == Gathers::All {
                self.bytes += value.as_ref().map_or(0, ScalarValue::size);
                values.extend(value);
            }
            return;
        }
        self.bytes += 2 * key.size() + value.as_ref().map_or(0, ScalarValue::size);
        self.index.insert(key.clone(), next);
        self.entries.push((key, value.into_iter().collect(), count));
    }

    /// Keys and values one beside the other, a key as often as it has values.
    fn pairs(&self) -> Result<(ArrayRef, ArrayRef)> {
        let (mut keys, mut all) = (Vec::new(), Vec::new());
        for (key, values, count) in &self.entries {
            let counted = [ScalarValue::Int64(Some(*count))];
            let values =
                if self.gathers == Gathers::Count { counted.as_slice() } else { values.as_slice() };
            for value in values {
                keys.push(key.clone());
                all.push(value.clone());
            }
        }
        Ok((array(keys, &self.key_type)?, array(all, &self.value_type)?))
    }
}

fn array(values: Vec<ScalarValue>, data_type: &DataType) -> Result<ArrayRef> {
    if values.is_empty() {
        return Ok(arrow::array::new_empty_array(data_type));
    }
    ScalarValue::iter_to_array(values)
}

fn one_list(values: ArrayRef) -> ScalarValue {
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths([values.len()]);
    ScalarValue::List(Arc::new(ListArray::new(field, offsets, values, None)))
}

impl Accumulator for Gathered {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let Some(keys) = columns.first() else { return Ok(()) };
        for row in 0..keys.len() {
            if keys.is_null(row) {
                continue;
            }
            let value = match (self.gathers, columns.get(1)) {
                (Gathers::Count, _) | (_, None) => None,
                (_, Some(values)) => Some(ScalarValue::try_from_array(values, row)?),
            };
            self.add(ScalarValue::try_from_array(keys, row)?, value, 1);
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let (keys, values) = self.pairs()?;
        Ok(vec![one_list(keys), one_list(values)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [keys, values] = states else { return exec_err!("a map's state has two parts") };
        let (keys, values) = (keys.as_list::<i32>(), values.as_list::<i32>());
        for row in 0..keys.len() {
            if keys.is_null(row) {
                continue;
            }
            let (keys, values) = (keys.value(row), values.value(row));
            for at in 0..keys.len() {
                let key = ScalarValue::try_from_array(&keys, at)?;
                let value = ScalarValue::try_from_array(&values, at)?;
                match (self.gathers, value) {
                    (Gathers::Count, ScalarValue::Int64(Some(count))) => self.add(key, None, count),
                    (_, value) => self.add(key, Some(value), 1),
                }
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if self.entries.is_empty() {
            return ScalarValue::try_from(&self.gives);
        }
        let keys =
            array(self.entries.iter().map(|(key, ..)| key.clone()).collect(), &self.key_type)?;
        let values = match self.gathers {
            Gathers::All => {
                let lengths = self.entries.iter().map(|(_, values, _)| values.len());
                let offsets = OffsetBuffer::from_lengths(lengths);
                let all = self.entries.iter().flat_map(|(_, values, _)| values.clone()).collect();
                let field = Arc::new(Field::new_list_field(self.value_type.clone(), true));
                let all = array(all, &self.value_type)?;
                Arc::new(ListArray::try_new(field, offsets, all, None)?)
            }
            _ => self.pairs()?.1,
        };
        let offsets = OffsetBuffer::from_lengths([keys.len()]);
        let map = super::map::build(&self.gives, offsets, vec![keys, values], None)?;
        ScalarValue::try_from_array(&map, 0)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.bytes + self.entries.capacity() * 64
    }
}
