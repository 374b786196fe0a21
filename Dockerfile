# Shelftalk in a small image: the first stage builds the wheel, the second holds nothing but what runs.
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY config config
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && python -m venv /opt/shelftalk \
    && /opt/shelftalk/bin/pip install --no-cache-dir /wheels/*.whl

FROM python:3.12-slim
# A fixed number, so that files on a mounted folder keep their owner from one image to the next.
RUN useradd --system --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin shelftalk \
    && install --directory --owner=shelftalk --group=shelftalk --mode=0750 /data
COPY --from=build /opt/shelftalk /opt/shelftalk
ENV PATH=/opt/shelftalk/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SHELFTALK_DATABASE__PATH=/data/shelftalk.db \
    SHELFTALK_FILES__EXPORTS=/data/exports
USER 10001
# A shelftalk.toml in the volume is read, since the bot is started there.
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["shelftalk", "doctor", "--health"]
CMD ["shelftalk", "run"]
