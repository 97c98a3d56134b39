# pip install duckdb deltalake
import duckdb
from deltalake import DeltaTable

files = DeltaTable(TABLE).file_uris()
duckdb.sql(f"CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM read_parquet({files})")
print(duckdb.sql("SELECT eventname, count(*) AS n FROM events GROUP BY 1 ORDER BY 2 DESC LIMIT 10"))
# DuckDB's own delta extension, which it downloads, reads the log itself: SELECT * FROM delta_scan(…)
