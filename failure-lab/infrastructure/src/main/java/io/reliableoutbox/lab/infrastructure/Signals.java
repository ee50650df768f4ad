package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/** Signals that Java can't send. A process that is gone is not an error: it may just have ended. */
final class Signals {
  private Signals() {}

  static void send(String signal, long pid) {
    try {
      // The shell's own kill: small images have no /bin/kill.
      new ProcessBuilder("sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal, Long.toString(pid))
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new InfrastructureException("Can't run sh, which this needs.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
