package io.reliableoutbox.lab.dashboard;

import io.reliableoutbox.lab.system.Component;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code POST /api/components/NAME/kill}, {@code /stop} and {@code /start}. Thread-safe. */
record Buttons(View view) {
  private static final Pattern PATH =
      Pattern.compile("/api/components/([a-z0-9-]+)/(kill|stop|start)");

  boolean known(String path) {
    return path.equals("/api/orders") || PATH.matcher(path).matches();
  }

  void placeOrder() {
    view.orders().place();
  }

  Reply press(String path) {
    var match = PATH.matcher(path);
    if (!match.matches()) {
      return Reply.text(404, "Nothing here.");
    }
    return component(match.group(1))
        .map(component -> press(component, match.group(2)))
        .orElseGet(() -> Reply.text(404, "No component " + match.group(1) + "."));
  }

  private static Reply press(Component component, String button) {
    if (!component.controllable()) {
      return Reply.text(409, component.name() + " was not started here.");
    }
    switch (button) {
      case "kill" -> component.kill();
      case "stop" -> component.stop();
      default -> component.start();
    }
    return Reply.text(200, component.name() + ": " + button + " done.");
  }

  private Optional<Component> component(String name) {
    return view.components().stream()
        .filter(component -> component.name().equals(name))
        .findFirst();
  }
}
