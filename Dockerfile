# One file for every app. Maven builds the jars before: ./mvnw package
#   docker build --build-arg APP=order-app -t reliable-outbox/order-app .
FROM eclipse-temurin:17-jre

# db, order-app, outbox-relay, consumer-app or failure-lab
ARG APP

LABEL org.opencontainers.image.title="reliable-outbox ${APP}" \
      org.opencontainers.image.description="Reliable publishing from PostgreSQL to RabbitMQ: transactional outbox, relay, inbox." \
      org.opencontainers.image.licenses="Apache-2.0"

# Only failure-lab has libraries beside its jar. LICENSE goes with them, because COPY fails when
# nothing matches.
COPY LICENSE ${APP}/target/lib* /app/lib/
COPY ${APP}/target/${APP}.jar /app/app.jar

# The heap may take half of the container's memory: the rest is for classes, threads and buffers.
# Out of memory ends the process, so that the restart policy sees it.
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData"

USER 10001:10001
WORKDIR /app

# No shell around Java: SIGTERM has to reach it.
ENTRYPOINT ["java", "-jar", "/app/app.jar"]
