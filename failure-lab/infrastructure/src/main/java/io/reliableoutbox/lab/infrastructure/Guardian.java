package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Sees to it that no child process and no file outlives this JVM, whatever ends it: a shell that is
 * told every child's process id, and waits for the end of its standard input. The kernel closes
 * that pipe when the JVM is gone, even by SIGKILL; then the shell kills the children and removes
 * the scratch folder. It runs in a session of its own, so that Ctrl-C doesn't reach it.
 *
 * <p>Not covered: a child between its fork and the line that reports it, a few microseconds.
 */
final class Guardian {
  /** Removal is tried repeatedly: a dying process may still be writing. */
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=' '
      while IFS= read -r line; do
        pid=${line#?}
        case $line in
          +*) pids="$pids$pid " ;;
          -*) case $pids in *" $pid "*) pids="${pids%% $pid *} ${pids#* $pid }" ;; esac ;;
        esac
      done
      for pid in $pids; do kill -9 "-$pid"; kill -9 "$pid"; done 2>/dev/null
      for attempt in 1 2 3 4 5 6 7 8 9 10; do
        rm -rf "$1" 2>/dev/null
        [ -e "$1" ] || break
        sleep 0.3
      done
      """;

  private final Process shell;
  private final Writer pipe;

  Guardian(Path scratch) {
    var command = Launch.inOwnSession("sh", "-c", SCRIPT, "outbox-guardian", scratch.toString());
    try {
      shell =
          new ProcessBuilder(command)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new InfrastructureException("Can't run sh, which this needs (Linux or macOS).", e);
    }
    pipe = shell.outputWriter(StandardCharsets.US_ASCII);
  }

  /** Throws where it has already finished: the child is then on its own, and has to be killed. */
  void watch(Process child) throws IOException {
    tell("+" + child.pid());
    // A dead child's number may soon belong to a stranger.
    var unused = child.onExit().thenRun(() -> forget(child));
  }

  /** Kills what is left, removes the scratch folder, and waits until that is done. */
  void finish() {
    try {
      synchronized (pipe) {
        pipe.close();
      }
      if (!shell.waitFor(10, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void forget(Process child) {
    try {
      tell("-" + child.pid());
    } catch (IOException e) {
      // It has finished.
    }
  }

  private void tell(String line) throws IOException {
    synchronized (pipe) {
      pipe.write(line + "\n");
      pipe.flush();
    }
  }
}
