# The image of the GitHub Action, and dimorder's command line for whoever has a container engine and no Python.
#
#   docker build -t dimorder .                  target `action`: proofs by dimorder's own engine on numpy
#   docker build -t dimorder --target full .    and with real Keras 3 on jax as second referee (about 600 MB more)
#
# It starts as root, as GitHub requires of actions; whatever opens a file drops that in a process of its own.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS system
# A base that brings all of it is taken as it is, so that the image can be built without a mirror of Debian.
RUN { command -v git && command -v git-lfs && command -v python3 && test -s /etc/ssl/certs/ca-certificates.crt; } >/dev/null \
    || { apt-get update \
         && apt-get install -y --no-install-recommends ca-certificates git git-lfs python3 \
         && rm -rf /var/lib/apt/lists/*; }

FROM system AS build
RUN python3 -c 'import ensurepip, venv' 2>/dev/null \
    || { apt-get update && apt-get install -y --no-install-recommends python3-venv; }
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
RUN python3 -m venv /opt/dimorder && python3 -m venv /opt/build
COPY requirements/build.txt requirements/image.txt /source/requirements/
RUN /opt/build/bin/pip install --quiet --require-hashes -r /source/requirements/build.txt \
    && /opt/dimorder/bin/pip install --quiet --require-hashes -r /source/requirements/image.txt
COPY pyproject.toml README.md LICENSE /source/
COPY bot /source/bot
# Wheels are built by a folder of their own, so that setuptools is in no image.
RUN /opt/build/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheels /source \
    && /opt/dimorder/bin/pip install --quiet --no-deps --no-index /wheels/*.whl

FROM build AS with-keras
COPY requirements/keras.txt /source/requirements/
RUN /opt/dimorder/bin/pip install --quiet --require-hashes -r /source/requirements/keras.txt \
    && /opt/dimorder/bin/pip uninstall --quiet --yes pip

FROM build AS lean
# What no program reads: the libraries' own tests, and pip, which would only serve an intruder.
RUN /opt/dimorder/bin/pip uninstall --quiet --yes pip setuptools \
    && find /opt/dimorder -type d \( -name tests -o -name test \) -prune -exec rm -rf {} + \
    && find /opt/dimorder -name '*.pyi' -delete

FROM system AS full
COPY --from=with-keras /opt/dimorder /opt/dimorder
ENV PATH=/opt/dimorder/bin:$PATH
ENTRYPOINT ["/opt/dimorder/bin/python", "-I", "-m", "dimorder.action"]

# The last one is what GitHub builds for `uses:`, which knows no targets.
FROM system AS action
COPY --from=lean /opt/dimorder /opt/dimorder
ENV PATH=/opt/dimorder/bin:$PATH
ENTRYPOINT ["/opt/dimorder/bin/python", "-I", "-m", "dimorder.action"]
