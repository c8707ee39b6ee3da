# The service alone: no training, no compiler, no right to write. Models are mounted.
#
#   docker build -t supine .
#   docker run --read-only --tmpfs /tmp --cap-drop ALL -p 8000:8000 \
#       -e API_KEY=... -v "$PWD/models:/models:ro" supine

FROM python:3.13-slim AS libraries
COPY service/requirements.lock /requirements.lock
RUN python -m venv /opt/supine \
    && /opt/supine/bin/python -m pip install --no-cache-dir --require-hashes -r /requirements.lock

FROM python:3.13-slim
RUN useradd --system --no-create-home --uid 10001 supine
COPY --from=libraries /opt/supine /opt/supine
WORKDIR /app
COPY data/ data/
COPY models/*.py models/
COPY service/ service/
ENV HOST=0.0.0.0 \
    PORT=8000 \
    MODELS=/models \
    PYTHONDONTWRITEBYTECODE=1
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/opt/supine/bin/python", "-c", \
    "import os, urllib.request as ask; ask.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/livez\")"]
CMD ["/opt/supine/bin/python", "-m", "service"]
