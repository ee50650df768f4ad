package io.reliableoutbox.lab.chaos;

import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.Nullable;

/** A decorator that can't be put where it belongs ends the process, and says why. */
final class Complaints extends AgentBuilder.Listener.Adapter {
  private static final int STATUS = 87;
  private final Notes notes;

  Complaints(Notes notes) {
    this.notes = notes;
  }

  @Override
  public void onError(
      String type,
      @Nullable ClassLoader loader,
      @Nullable JavaModule module,
      boolean loaded,
      Throwable failure) {
    if (!type.startsWith("io.reliableoutbox.") && !(failure instanceof IllegalStateException)) {
      return; // Some library's class whose supertypes are not on the class path.
    }
    notes.line("error " + type + ": " + failure);
    System.err.println("chaos: " + type + " can't be decorated: " + failure);
    Runtime.getRuntime().halt(STATUS);
  }
}
