# Built in two stages: wheels are made where a compiler may be needed, and run where there is none.
FROM python:3.13-slim AS build
WORKDIR /src
RUN pip install --no-cache-dir build
COPY pyproject.toml README.md ./
COPY publisher publisher
COPY templates templates
COPY feeds feeds
RUN python -m build --wheel --outdir /wheels \
    && pip wheel --no-cache-dir --wheel-dir /wheels /wheels/publisher-*.whl 'aiosmtplib>=4'

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home publisher \
    && install -d -o publisher -g publisher /site
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels 'publisher[mail]' && rm -rf /wheels
USER publisher
WORKDIR /site
VOLUME /site
ENV PUBLISHER_SITE=/site PUBLISHER_HOST=0.0.0.0 PUBLISHER_PORT=8080 PYTHONUNBUFFERED=1
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["publisher", "health", "--port", "8080"]
ENTRYPOINT ["publisher"]
CMD ["serve", "/site", "--init"]
