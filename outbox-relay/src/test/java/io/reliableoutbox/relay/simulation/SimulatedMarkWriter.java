package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.Mark;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** As {@code MarkWriter}: writes what the dispatcher decided, beside the loop. */
class SimulatedMarkWriter {
  static final long DELAY = 10 * Timeline.MILLI;
  private static final int BLOCKED_A_TURN = 3;
  private static final int BLOCKS_A_TURN = 2;
  final Dispatcher dispatcher;
  private final World world;
  private final SimulatedRelay relay;
  private List<Block> blockable = List.of();
  private long waitingSince;

  SimulatedMarkWriter(World world, SimulatedRelay relay) {
    this.world = world;
    this.relay = relay;
    this.dispatcher = relay.dispatcher;
  }

  void write(boolean now) {
    if (!dispatcher.hasMarks()) {
      waitingSince = relay.process.nanoTime();
    }
    if (!relay.marking.isFree()) {
      return;
    }
    if (!blockable.isEmpty()) {
      block();
    } else if (isDue(now)) {
      mark();
    }
  }

  private boolean isDue(boolean now) {
    boolean waitedEnough = relay.process.nanoTime() - waitingSince >= DELAY;
    return dispatcher.hasBlocks()
        || (dispatcher.hasMarks() && (now || waitedEnough || dispatcher.hasManyMarks()));
  }

  void mark() {
    List<Mark> all = dispatcher.marks();
    List<Block> blocks = dispatcher.blocks().stream().limit(BLOCKS_A_TURN).toList();
    world.marking.marks(relay, all);
    relay.marking.begin(work(all, blocks));
  }

  SimulatedErrand.Work work(List<Mark> all, List<Block> blocks) {
    List<Mark> refused = all.stream().filter(m -> !(m instanceof Mark.Published)).toList();
    List<Mark> published = all.stream().filter(m -> m instanceof Mark.Published).toList();
    return (done, failed) ->
        write(
            published,
            () -> write(refused, () -> done.accept(() -> marked(all, blocks)), failed),
            failed);
  }

  void marked(List<Mark> all, List<Block> blocks) {
    dispatcher.marked(all);
    blockable = blocks;
    waitingSince = relay.process.nanoTime();
  }

  private void write(List<Mark> marks, Runnable then, Runnable failed) {
    if (marks.isEmpty()) {
      then.run();
    } else {
      relay
          .markingSession()
          .call(world.marks.write(relay.id(), marks), applied -> then.run(), failed);
    }
  }

  private void block() {
    List<Block> blocks = blockable;
    blockable = List.of();
    relay.marking.begin(
        (done, failed) -> block(blocks.iterator(), new ArrayList<>(), done, failed));
  }

  private void block(
      Iterator<Block> blocks, List<Block> ended, Consumer<Runnable> done, Runnable failed) {
    if (!blocks.hasNext()) {
      done.accept(() -> ended.forEach(dispatcher::blocked));
      return;
    }
    Block block = blocks.next();
    relay
        .markingSession()
        .call(
            world.marks.block(relay.id(), block, BLOCKED_A_TURN),
            blocked -> {
              if (blocked < BLOCKED_A_TURN) {
                ended.add(block);
              }
              block(blocks, ended, done, failed);
            },
            failed);
  }
}
