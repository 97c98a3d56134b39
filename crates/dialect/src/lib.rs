//! Trino SELECT over tables of Parquet files.
