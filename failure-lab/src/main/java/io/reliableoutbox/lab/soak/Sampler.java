package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.check.Timeline;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.system.LabSystem;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Looks once a second at how far everything is. While the database is away there is nothing. */
final class Sampler {
  private static final String EFFECTS = "select last_value from consuming.applied_seq";
  private static final String LOOK =
      "select (select pending + copies_pending from ordering.outbox_lag), (" + EFFECTS + ")";
  private static final Timeline.Sample NOTHING = new Timeline.Sample(0, 0, 0, 0);
  private final LabSystem system;
  private final LoadGenerator load;
  private final List<Timeline.Sample> samples = new ArrayList<>();
  private long effects;

  Sampler(LabSystem system, LoadGenerator load) {
    this.system = system;
    this.load = load;
  }

  void look(long atMillis) {
    var counts = load.counts();
    try (var connection = system.hasty().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(LOOK)) {
      row.next();
      samples.add(
          new Timeline.Sample(atMillis, counts.acknowledged(), row.getLong(1), row.getLong(2)));
    } catch (SQLException e) {
      // The gap in the line is what there is to see.
    }
  }

  /** How many there are, or were when last seen: asked alone, which a busy database answers too. */
  long effects() {
    try (var connection = system.superuser().getConnection();
        var statement = connection.createStatement()) {
      statement.setQueryTimeout(30);
      try (var row = statement.executeQuery(EFFECTS)) {
        row.next();
        effects = row.getLong(1);
      }
    } catch (SQLException e) {
      // What was seen before stands.
    }
    return effects;
  }

  /** The last that was seen; while the database is away, that is some time ago. */
  Timeline.Sample latest() {
    return samples.isEmpty() ? NOTHING : samples.get(samples.size() - 1);
  }

  List<Timeline.Sample> samples() {
    return List.copyOf(samples);
  }
}
