package io.reliableoutbox.db;

/** The migrator can't do its work; the message is one sentence for the person who started it. */
final class MigratorFailure extends RuntimeException {
  MigratorFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
