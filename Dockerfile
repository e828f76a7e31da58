# The application and, as a second target, the connection pool before its database.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
# "prod s3" where media lie in S3.
ARG REQUIREMENTS=prod
COPY requirements/*.txt /tmp/requirements/
RUN for name in $REQUIREMENTS; do \
        /opt/venv/bin/pip install --require-hashes --no-deps -r /tmp/requirements/$name.txt || exit 1; \
    done


FROM debian:bookworm-slim AS pgbouncer
RUN apt-get update \
    && apt-get install -y --no-install-recommends pgbouncer postgresql-client \
    && rm -rf /var/lib/apt/lists/*
COPY docs/deploy/pgbouncer.ini docs/deploy/pgbouncer.sh /etc/pgbouncer/
USER postgres
EXPOSE 6432
HEALTHCHECK --interval=10s --timeout=3s --retries=3 CMD ["pg_isready", "-q", "-h", "127.0.0.1", "-p", "6432", "-U", "socialml", "-d", "socialml"]
CMD ["sh", "/etc/pgbouncer/pgbouncer.sh"]


FROM python:3.11-slim-bookworm AS app
RUN groupadd --gid 10001 socialml \
    && useradd --uid 10001 --gid socialml --no-create-home --shell /usr/sbin/nologin socialml \
    && install -d -o socialml -g socialml /var/lib/socialml /var/lib/socialml/media /var/lib/socialml/static
COPY --from=build /opt/venv /opt/venv
COPY . /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=socialml.settings \
    SOCIALML_ENV=production \
    SOCIALML_VAR=/var/lib/socialml
RUN python -m compileall -q /app
USER 10001:10001
EXPOSE 8000
# Who watches a container wants to know whether it serves, so not /health/live.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "2", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "20", \
     "--log-level", "warning", "socialml.wsgi:application"]
