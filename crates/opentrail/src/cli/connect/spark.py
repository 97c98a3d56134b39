# pip install pyspark delta-spark
from delta import configure_spark_with_delta_pip
from pyspark.sql import SparkSession

builder = (
    SparkSession.builder.appName("events")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
)
spark = configure_spark_with_delta_pip(builder).getOrCreate()
spark.read.format("delta").load(TABLE).createOrReplaceTempView("events")
spark.sql("SELECT eventname, count(*) AS n FROM events GROUP BY 1 ORDER BY 2 DESC LIMIT 10").show()
