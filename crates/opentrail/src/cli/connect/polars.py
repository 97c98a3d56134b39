# pip install polars deltalake
import polars

events = polars.scan_delta(TABLE)
print(events.group_by("eventname").len().sort("len", descending=True).head(10).collect())
