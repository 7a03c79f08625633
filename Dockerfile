# Mashinani in a container. SQLite on the volume /data unless GATEWAY_DATABASE_URL says PostgreSQL;
# the key file on the volume /keys, which should not be the disk of the data. First make the key:
#   docker run --rm -v keys:/keys mashinani gateway keys new
# then start, with your own channels and their secrets:
#   docker run -p 8000:8000 -v data:/data -v keys:/keys -v ./config:/app/config:ro \
#     --env-file config/gateway.env mashinani

FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv /opt/venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY gateway gateway
RUN /opt/venv/bin/pip install --no-cache-dir --constraint constraints.txt --editable ".[postgres]"

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /app gateway \
    && mkdir /data /keys \
    && chown gateway /data /keys
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY flows flows
COPY config config
COPY migrations migrations
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    GATEWAY_DATABASE_URL=sqlite:////data/gateway.db \
    GATEWAY_KEY_FILE=/keys/gateway.key
USER gateway
VOLUME ["/data", "/keys"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["sh", "-c", "gateway db upgrade && exec gateway serve --host 0.0.0.0 --port 8000"]
