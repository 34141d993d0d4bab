# The suite with its software, in the versions of requirements.lock. The pocket tier needs no network:
#   docker build --tag deep-learning-history .
#   docker run --rm --network none --user "$(id -u):$(id -g)" --volume "$PWD:/work" deep-learning-history
# Results go to results/ in the folder that is mounted. What follows the image's name goes to Snakemake:
#   docker run ... deep-learning-history --config entries=perceptron_1958 seeds=6
FROM python:3.12-slim-bookworm

# git says in every record which commit was run.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git=1:2.39.* \
    && rm -rf /var/lib/apt/lists/*

RUN pip install --no-cache-dir uv==0.13.9
COPY requirements.lock /tmp/requirements.lock
RUN uv venv /opt/suite \
    && uv pip sync --no-cache --python /opt/suite/bin/python --require-hashes /tmp/requirements.lock

COPY . /suite

# Another user, as given by --user, has neither a name nor a home: /tmp serves.
ENV PATH=/opt/suite/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1 TF_CPP_MIN_LOG_LEVEL=3
RUN useradd --no-log-init --uid 1000 suite && install --directory --owner suite /work
USER 1000
WORKDIR /work
ENTRYPOINT ["snakemake", "--snakefile", "/suite/Snakefile"]
