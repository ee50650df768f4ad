package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Mark;
import java.util.List;

/** What {@code Marks} writes. */
class ModelMarks {
  final World world;

  ModelMarks(World world) {
    this.world = world;
  }

  Statement<Integer> write(int relay, List<Mark> marks) {
    return new MarkStatement(world, relay, marks);
  }

  Statement<Integer> block(int relay, Block block, int atMost) {
    return new BlockStatement(world, relay, block, atMost);
  }
}
