package io.reliableoutbox.benchmark.stand;

import io.reliableoutbox.lab.infrastructure.ChildProcess;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** An app of the system that runs. */
public final class AppProcess implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(1);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(ANSWER).build();

  private final String name;
  private final ChildProcess process;
  private final int port;

  AppProcess(String name, ChildProcess process, int port) {
    this.name = name;
    this.process = process;
    this.port = port;
  }

  public long pid() {
    return process.pid();
  }

  public int port() {
    return port;
  }

  /** Fails where it has ended. */
  public void requireAlive() {
    if (!process.alive()) {
      throw new InfrastructureException(name + " ended: " + process.lastLine());
    }
  }

  public AppProcess awaitReady() {
    Pause.until(name + " is ready", START, this::ready);
    return this;
  }

  private boolean ready() {
    requireAlive();
    var uri = URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness");
    var request = HttpRequest.newBuilder(uri).timeout(ANSWER).build();
    try {
      return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }

  /** As a crash would end it. */
  public void kill() {
    process.kill();
  }

  /** As an administrator would end it; returns when it has ended. */
  @Override
  public void close() {
    process.stop("TERM", STOP);
  }
}
