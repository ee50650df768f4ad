package io.reliableoutbox.relay.simulation;

import java.util.List;
import java.util.stream.Stream;

/**
 * A relay or a statement with a mistake in it, which some schedule has to bring to light.
 *
 * @param rule what must be seen to break
 */
record Mutant(String name, Rule rule, Variant variant) {
  static List<Mutant> all() {
    return Stream.of(LinkMutants.all(), LoopMutants.all(), OutboxMutants.all(), FenceMutants.all())
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
