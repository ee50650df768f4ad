package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.lab.infrastructure.ChildProcess;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that ends by itself when all is published and confirmed. */
record ChildPublishing(ChildProcess process) implements Publishing {
  private static final Duration END = Duration.ofSeconds(20);

  @Override
  public List<Long> pids() {
    return List.of(process.pid());
  }

  @Override
  public void check() {
    if (!process.alive() && process.process().exitValue() != 0) {
      throw new InfrastructureException("The publisher failed: " + process.lastLine());
    }
  }

  @Override
  public void end() {
    try {
      if (process.process().waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
        check();
        return;
      }
      process.stop("TERM", END);
      throw new InfrastructureException("All has arrived, and the publisher doesn't end.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }
}
