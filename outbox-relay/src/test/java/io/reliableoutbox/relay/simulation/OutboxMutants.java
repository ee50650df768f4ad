package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Candidate;
import io.reliableoutbox.relay.core.LoadedRow;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Reach;
import io.reliableoutbox.relay.core.Scans;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Mistakes in finding and loading rows. */
final class OutboxMutants {
  private OutboxMutants() {}

  static List<Mutant> all() {
    return List.of(
        mutant("several of an aggregate in flight", Rule.ORDER, SeveralInFlight::new),
        mutant("pages without a look at the aggregate", Rule.ORDER, PagesOnly::new),
        mutant("a cursor over positions", Rule.PROGRESS, Cursor::new),
        mutant("a floor and no sweep", Rule.PROGRESS, FloorWithoutSweep::new),
        mutant("a floor above open transactions", Rule.SOON, HighFloor::new),
        mutant("looks back too seldom", Rule.PROGRESS, LooksBackSeldom::new),
        new Mutant("two relays with skip locked", Rule.ORDER, new SkipLocked()));
  }

  private static Mutant mutant(String name, Rule rule, Function<World, ModelOutbox> outbox) {
    return new Mutant(
        name,
        rule,
        new Variant() {
          @Override
          ModelOutbox outbox(World world) {
            return outbox.apply(world);
          }
        });
  }

  /** Each row is a lane of its own. */
  private static final class SeveralInFlight extends ModelOutbox {
    SeveralInFlight(World world) {
      super(world);
    }

    @Override
    List<LoadedRow> load(int relay, List<Long> keys, int rowsEach, long maxBytes) {
      List<LoadedRow> loaded = new ArrayList<>();
      for (LoadedRow row : super.load(relay, keys, rowsEach, maxBytes)) {
        loaded.add(new LoadedRow(withKey(row.row()), row.due(), row.parked()));
      }
      return loaded;
    }

    private static OutboxRow withKey(OutboxRow row) {
      return new OutboxRow(
          row.position(),
          row.copy(),
          row.tombstone(),
          row.id(),
          row.bucket(),
          100_000 + row.position(),
          row.attempts(),
          row.failingForNanos(),
          row.bytes(),
          row.message());
    }
  }

  /** Sends what a page shows, whatever stands before it. */
  private static final class PagesOnly extends ModelOutbox {
    private final Map<Long, Long> found = new HashMap<>();

    PagesOnly(World world) {
      super(world);
    }

    @Override
    List<Candidate> find(int relay, List<Scans.Page> pages, int retries) {
      List<Candidate> candidates = super.find(relay, pages, retries);
      found.clear();
      candidates.forEach(c -> found.putIfAbsent(c.aggregateKey(), c.position()));
      return candidates;
    }

    @Override
    List<Row> firstUnsettled(long key, int rowsEach) {
      List<Row> rows = new ArrayList<>(super.firstUnsettled(key, Integer.MAX_VALUE));
      rows.removeIf(row -> row.event.position < found.getOrDefault(key, 0L));
      return rows.subList(0, Math.min(rowsEach, rows.size()));
    }
  }

  /** Never looks at a position below one that it has seen. */
  private static final class Cursor extends ModelOutbox {
    private final Map<String, Long> cursors = new HashMap<>();

    Cursor(World world) {
      super(world);
    }

    @Override
    List<Candidate> find(int relay, List<Scans.Page> pages, int retries) {
      List<Candidate> found = super.find(relay, pages, retries);
      found.removeIf(c -> c.position() < cursor(relay, c) && c.page() != Candidate.RETRY);
      found.forEach(c -> cursors.merge(relay + "/" + c.bucket(), c.position(), Math::max));
      return found;
    }

    private long cursor(int relay, Candidate candidate) {
      return cursors.getOrDefault(relay + "/" + candidate.bucket(), 0L);
    }
  }

  private static final class FloorWithoutSweep extends ModelOutbox {
    FloorWithoutSweep(World world) {
      super(world);
    }

    @Override
    List<Candidate> find(int relay, List<Scans.Page> pages, int retries) {
      List<Candidate> found = super.find(relay, pages, retries);
      found.removeIf(c -> c.page() != Candidate.RETRY && !pages.get(c.page()).tail());
      return found;
    }
  }

  private static final class HighFloor extends ModelOutbox {
    HighFloor(World world) {
      super(world);
    }

    @Override
    Reach reach() {
      return new Reach(super.reach().end(), Set.of());
    }
  }

  private static final class LooksBackSeldom extends ModelOutbox {
    private int searches;

    LooksBackSeldom(World world) {
      super(world);
    }

    @Override
    List<Candidate> find(int relay, List<Scans.Page> pages, int retries) {
      List<Candidate> found = super.find(relay, pages, retries);
      if (++searches % 20 != 0) {
        found.removeIf(c -> c.page() != Candidate.RETRY && !pages.get(c.page()).tail());
      }
      return found;
    }
  }
}
