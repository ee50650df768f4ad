package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.system.Component;
import io.reliableoutbox.lab.system.LabSystem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Asks each part of the system how it is, again and again, so that nobody waits for an answer. */
final class States implements AutoCloseable {
  private static final long PERIOD_MILLIS = 700;
  private final List<Component> components;
  private final Map<String, String> states = new ConcurrentHashMap<>();
  private final ScheduledExecutorService clock;

  States(LabSystem system) {
    components = system.components();
    clock = Executors.newScheduledThreadPool(components.size());
    for (var component : components) {
      var unused =
          clock.scheduleWithFixedDelay(
              () -> states.put(component.name(), state(component)),
              0,
              PERIOD_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  /** Those that are not up: {@code broker down; relay-1, relay-2 not ready}. */
  String notUp() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (var component : components) {
      var state = states.getOrDefault(component.name(), "up");
      if (!state.equals("up")) {
        names.computeIfAbsent(state, none -> new ArrayList<>()).add(component.name());
      }
    }
    return names.entrySet().stream()
        .map(entry -> String.join(", ", entry.getValue()) + " " + entry.getKey())
        .collect(Collectors.joining("; "));
  }

  private static String state(Component component) {
    var state = component.state();
    // Alive, and says itself that it can't work now, or says nothing.
    return state.equals("starting") ? "not ready" : state;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
