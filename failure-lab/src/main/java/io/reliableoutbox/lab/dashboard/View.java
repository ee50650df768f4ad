package io.reliableoutbox.lab.dashboard;

import io.reliableoutbox.lab.system.Component;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * What the dashboard looks at.
 *
 * @param title what runs, in one line
 * @param mails counts of captured mails, empty where unknown
 * @param load the load generator's counts, empty where there is none
 */
public record View(
    String title,
    DataSource inspector,
    List<Component> components,
    OrderButton orders,
    Supplier<Map<String, Object>> mails,
    Supplier<Map<String, Object>> load) {
  /** Places an order without waiting for the answer. */
  @FunctionalInterface
  public interface OrderButton {
    void place();
  }
}
