# hideseek in a container. Without a command it runs the demo, and then serves the page with what has been learned:
#
#   docker build --tag hideseek .
#   docker run --init --rm --publish 127.0.0.1:8421:8421 hideseek
#   docker run --init --rm --volume hideseek:/data hideseek hideseek train quadrant --time-limit 1h --out runs/first
#
# The first starts the page at the address that it prints last. Whatever is kept lies in /data, where commands start.
FROM python:3.12-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends ffmpeg make \
    && rm -rf /var/lib/apt/lists/*

# Libraries first: they stay as they are when only the source changes.
WORKDIR /opt/hideseek
COPY constraints.txt pyproject.toml README.md LICENSE ./
RUN mkdir -p src/hideseek && touch src/hideseek/__init__.py \
    && pip install --no-cache-dir --constraint constraints.txt '.[all]' \
    && rm -r build src
COPY src src
RUN pip install --no-cache-dir --no-deps --force-reinstall .
COPY Makefile ./

RUN useradd --create-home hideseek && install --directory --owner hideseek --mode 1777 /data
USER hideseek
WORKDIR /data
VOLUME /data
EXPOSE 8421
# BIN and INSTALLED: pip has installed already what make would install into .venv.
CMD make -C /opt/hideseek demo BIN=/usr/local/bin INSTALLED= DEMO=/data/demo \
    && exec hideseek watch /data/demo/run --host 0.0.0.0 --no-browser
