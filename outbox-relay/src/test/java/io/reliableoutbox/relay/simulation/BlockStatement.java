package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Block;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Blocks what stands behind a parked row, which it locks {@code for share}. */
class BlockStatement implements Statement<Integer> {
  private final World world;
  private final int relay;
  private final Block block;
  private final int atMost;
  private final List<Row> parked = new ArrayList<>();
  private final List<Row> behind = new ArrayList<>();
  private @Nullable Row first;

  BlockStatement(World world, int relay, Block block, int atMost) {
    this.world = world;
    this.relay = relay;
    this.block = block;
    this.atMost = atMost;
  }

  @Override
  public double slowness(Plan plan) {
    return plan.slowBlock;
  }

  @Override
  public void begin() {
    if (lease().isHeld(relay, block.epoch())) {
      for (Row row : world.database.ofKey(block.aggregateKey())) {
        if (row.isVisible() && row.state == State.PARKED) {
          parked.add(row);
        } else if (row.isVisible() && row.state.isOnItsWay()) {
          behind.add(row);
        }
      }
    }
    if (!parked.isEmpty()) {
      world.operators.parked(parked.get(0).event);
    }
  }

  @Override
  public void lock() {
    if (!lease().isHeld(relay, block.epoch())) {
      return;
    }
    for (Row row : parked) {
      if (isStillParked(row)) {
        first = row;
        row.shared++;
        lease().shared++;
        return;
      }
    }
    if (!parked.isEmpty()) {
      world.saw(Situation.BLOCK_CAME_TOO_LATE);
    }
  }

  /** What the lock is for: an operator may have been first. */
  boolean isStillParked(Row row) {
    return row.state == State.PARKED;
  }

  @Override
  public Integer commit() {
    if (first == null) {
      return 0;
    }
    int blocked = 0;
    for (Row row : behind) {
      if (row.event.position > first.event.position && row.state.isOnItsWay() && blocked < atMost) {
        row.state = State.BLOCKED;
        row.nextAttemptAt = Row.NEVER;
        row.check();
        blocked++;
        world.saw(Situation.BLOCKED);
        world.say(() -> "relay " + relay + " blocks " + row);
      }
    }
    first.shared--;
    lease().shared--;
    world.database.flushed();
    return blocked;
  }

  private Lease lease() {
    return world.database.leases.get(block.bucket());
  }
}
