package io.reliableoutbox.lab.infrastructure;

import org.jspecify.annotations.Nullable;

/** The environment can't do what was asked; the message is one sentence for the user. */
public final class InfrastructureException extends RuntimeException {
  public InfrastructureException(String message) {
    this(message, null);
  }

  public InfrastructureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
