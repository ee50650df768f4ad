package io.reliableoutbox.lab.dashboard;

import io.reliableoutbox.lab.system.Component;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Everything that the page shows, as JSON. Thread-safe. */
final class State {
  private static final long PROBE_NANOS = 900_000_000L;

  private final JsonMapper json = JsonMapper.builder().build();
  private final View view;
  private final CachedInspection inspection;
  private volatile Probed probed = new Probed(List.of(), System.nanoTime() - PROBE_NANOS);

  /** The components as they were a moment ago. */
  private record Probed(List<Map<String, Object>> components, long at) {}

  State(View view) {
    this.view = view;
    inspection = new CachedInspection(view.inspector());
  }

  String json() {
    var state = new LinkedHashMap<String, Object>();
    state.put("time", Instant.now().toString());
    state.put("title", view.title());
    state.put("components", components());
    state.putAll(inspection.get());
    state.put("mails", view.mails().get());
    state.put("load", view.load().get());
    return json.writeValueAsString(state);
  }

  private List<Map<String, Object>> components() {
    var last = probed;
    if (System.nanoTime() - last.at() < PROBE_NANOS) {
      return last.components();
    }
    // A frozen process makes its probe wait; together they wait only once.
    var now = view.components().parallelStream().map(State::describe).toList();
    probed = new Probed(now, System.nanoTime());
    return now;
  }

  private static Map<String, Object> describe(Component component) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("name", component.name());
    entry.put("state", component.state());
    entry.put("pid", component.pid());
    entry.put("url", String.valueOf(component.url()));
    entry.put("controllable", component.controllable());
    return entry;
  }
}
