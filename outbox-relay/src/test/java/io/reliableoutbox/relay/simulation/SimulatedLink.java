package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Route;
import io.reliableoutbox.relay.rabbit.Answer;
import org.jspecify.annotations.Nullable;

/** As {@code Link}: the present connection to the broker, or none. */
class SimulatedLink {
  final World world;
  final Dispatcher dispatcher;
  private final SimulatedRelay relay;
  private final VirtualProcess process;
  private @Nullable ModelConnection generation;
  private long tryAgainAt;
  private long waitingSince;
  private boolean wasBlocked;
  private long usableAt;
  private int failures;

  SimulatedLink(World world, SimulatedRelay relay) {
    this.world = world;
    this.relay = relay;
    this.dispatcher = relay.dispatcher;
    this.process = relay.process;
    this.tryAgainAt = process.nanoTime();
    this.usableAt = process.nanoTime();
  }

  boolean isOpen() {
    return generation != null && generation.isOpen();
  }

  long unusableFor() {
    return process.nanoTime() - usableAt;
  }

  boolean isReady() {
    if (generation == null && process.nanoTime() - tryAgainAt >= 0) {
      generation = world.broker.connect(relay);
      if (generation == null) {
        pause();
      }
    }
    if (generation == null) {
      return false;
    }
    usableAt = process.nanoTime();
    return !generation.isBlocked();
  }

  boolean send(Route route, OutboxRow row) {
    if (generation == null) {
      return false;
    }
    ModelChannel channel = generation.channel(route);
    if (!channel.isOpen()) {
      return false;
    }
    Letter letter = (Letter) row.message();
    letter.relay = relay.id();
    letter.ticket = relay.nextTicket();
    letter.before = relay.sentBefore(letter);
    world.say(() -> "relay " + relay.id() + " sends " + letter + " " + route);
    long sequence = channel.nextSequence();
    dispatcher.sending(route, row, sequence, process.nanoTime());
    return publish(route, channel, sequence, letter);
  }

  boolean publish(Route route, ModelChannel channel, long sequence, Letter letter) {
    return channel.publish(letter);
  }

  void takeAnswers() {
    ModelConnection current = generation;
    if (current == null) {
      return;
    }
    boolean pipelineOpen = takeAnswers(current.channel(Route.PIPELINE), Route.PIPELINE);
    boolean aloneOpen = takeAnswers(current.channel(Route.ALONE), Route.ALONE);
    if (!pipelineOpen) {
      lost(current.channel(Route.PIPELINE).isClosedByMessage());
    } else if (!aloneOpen && current.channel(Route.ALONE).isClosedByMessage()) {
      if (current.channel(Route.ALONE).isForbidden()) {
        world.saw(Situation.FORBIDDEN);
        dispatcher.answers().forbidden("ACCESS_REFUSED", process.nanoTime());
      } else {
        world.saw(Situation.POISON_NAMED);
        dispatcher.answers().closedByMessage("PRECONDITION_FAILED", process.nanoTime());
      }
      current.reopen();
    } else if (!aloneOpen) {
      lost(false);
    } else if (isOverdue(current)) {
      world.saw(Situation.CONFIRM_TIMEOUT);
      lost(false);
    }
  }

  boolean takeAnswers(ModelChannel channel, Route route) {
    boolean open = channel.isOpen();
    for (Answer answer = channel.answer(); answer != null; answer = channel.answer()) {
      pass(route, answer);
    }
    return open;
  }

  void pass(Route route, Answer answer) {
    long now = process.nanoTime();
    if (answer instanceof Answer.Ack ack) {
      failures = 0;
      dispatcher.answers().acked(route, ack.sequence(), ack.multiple(), now);
    } else if (answer instanceof Answer.Nack nack) {
      dispatcher.answers().nacked(route, nack.sequence(), nack.multiple(), now);
    } else if (answer instanceof Answer.Returned returned) {
      dispatcher.answers().returned(route, returned.messageId(), returned.reason());
    }
    if (dispatcher.isOutage()) {
      world.saw(Situation.OUTAGE_SEEN);
    }
  }

  private boolean isOverdue(ModelConnection current) {
    long now = process.nanoTime();
    if (current.isBlocked()) {
      waitingSince = now;
      wasBlocked = true;
    }
    long oldest = dispatcher.oldestSentAtNanos();
    long since = wasBlocked ? Math.max(oldest, waitingSince) : oldest;
    return dispatcher.inFlight() > 0 && now - since > world.plan.confirmTimeout;
  }

  void close() {
    if (generation != null) {
      end(generation);
      generation = null;
    }
  }

  /** Nothing of an old generation is heard any more. */
  void end(ModelConnection old) {
    old.die();
  }

  void lost(boolean suspicious) {
    if (suspicious) {
      world.saw(Situation.POISON_CLOSED_THE_PIPELINE);
    }
    world.say(
        () ->
            "relay "
                + relay.id()
                + " loses its channels, "
                + dispatcher.inFlight()
                + " in flight"
                + (suspicious ? ", suspects" : ""));
    close();
    dispatcher.answers().channelsLost(suspicious);
    pause();
  }

  private void pause() {
    long backOff =
        Math.min(
            Math.min(world.plan.confirmTimeout, Timeline.SECOND),
            (100 * Timeline.MILLI) << Math.min(failures++, 5));
    tryAgainAt = process.nanoTime() + backOff + world.dice.mostlyShort(50 * Timeline.MILLI);
  }
}
