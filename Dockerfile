# One image for Dagster, Spark's master and workers, and (target `notebook`) Jupyter: driver and executors must have the
# same minor version of Python, the same Java and the same jars.
#
#   docker build --target pipeline .        docker build --target notebook .

# The Python, Debian and Java that the tests run on. Java comes from Debian, for amd64 and arm64 alike.
FROM python:3.11.15-slim-bookworm AS base
# hadolint ignore=DL3008  # Debian keeps only the newest build of a package: a pin would break the next security fix
RUN apt-get update \
    && apt-get install --yes --no-install-recommends openjdk-17-jre-headless \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s "$(dirname "$(dirname "$(readlink -f /usr/bin/java)")")" /opt/java
ENV JAVA_HOME=/opt/java \
    PATH=/opt/venv/bin:$PATH

FROM base AS dependencies
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN python -m venv /opt/venv
WORKDIR /build
COPY .ci/image/pipeline.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement pipeline.lock
# Spark's jars for S3 and ClickHouse, downloaded by PySpark's Ivy; each is verified against its checksum.
COPY shop_assets/embedded/downloads/ivy_files/spark.xml shop_assets/embedded/downloads/jars.lock ./
RUN java -cp "$(python -c 'import pyspark; print(pyspark.__path__[0])')/jars/*" org.apache.ivy.Main \
        -cache /tmp/ivy -ivy spark.xml -confs default -types jar bundle maven-plugin eclipse-plugin \
        -retrieve "/opt/spark-jars/[artifact]-[revision](-[classifier]).[ext]" \
    && sed -n 's#  spark/#  /opt/spark-jars/#p' jars.lock > wanted \
    && sha256sum --check --strict --quiet wanted \
    && test "$(wc -l < wanted)" -eq "$(find /opt/spark-jars -type f | wc -l)" \
    && rm -rf /tmp/ivy
COPY pyproject.toml README.md LICENSE ./
COPY shop_assets shop_assets
COPY sql sql
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

FROM dependencies AS notebook-dependencies
COPY .ci/image/notebook.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement notebook.lock

FROM base AS runtime
# The folders that volumes are mounted on belong to the user who writes there. A tmpfs keeps the mode of its folder, and
# belongs to root: everyone may write to /scratch.
RUN useradd --uid 10001 --create-home shop \
    && install --directory --owner shop --group shop /app /scratch /var/lib/dagster \
    && chmod 1777 /scratch \
    && install --directory --owner 1000 --group 1000 --mode 0700 /s3-security
ENV HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    SHOP_SPARK_JARS=/opt/spark-jars
WORKDIR /app
USER 10001

FROM runtime AS notebook
COPY --from=notebook-dependencies /opt/venv /opt/venv
COPY --from=notebook-dependencies /opt/spark-jars /opt/spark-jars

FROM runtime AS pipeline
COPY --from=dependencies /opt/venv /opt/venv
COPY --from=dependencies /opt/spark-jars /opt/spark-jars
