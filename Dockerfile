# One image, two processes:
#   web         docker run … flightdeck                      (the default command)
#   scheduler   docker run … flightdeck python scheduler.py
#   migrate     docker run … flightdeck python -m core.store.migrate
# Settings come from the environment (.env.example); give each process only its own.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

# Names of orders come in any script: the PDF takes from these what Inter lacks.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends fonts-noto-cjk fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.txt constraints.txt ./
RUN pip install -r requirements.txt -c constraints.txt

RUN useradd --system --uid 10001 --no-create-home flightdeck \
    && install -d -o flightdeck -g flightdeck /data
COPY .streamlit ./.streamlit
COPY core ./core
COPY pages ./pages
COPY app.py scheduler.py ./

USER flightdeck
ENV FLIGHTDECK_HOME=/data HOME=/data
VOLUME /data
EXPOSE 8501

# The body is read: any unknown path of Streamlit's answers 200 with its HTML shell. In a scheduler's
# container, switch it off (--no-healthcheck): its life shows in the web's answer.
HEALTHCHECK --interval=30s --timeout=6s --start-period=40s --retries=3 \
    CMD ["python", "-c", "import json,sys,urllib.request as u; sys.exit(json.load(u.urlopen('http://127.0.0.1:8501/healthz', timeout=5))['state'] == 'failed')"]

CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501"]
