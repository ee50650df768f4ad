package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Route;
import io.reliableoutbox.relay.rabbit.Answer;
import java.util.ArrayList;
import java.util.List;

/** Mistakes in dealing with the broker's answers. */
final class LinkMutants {
  private LinkMutants() {}

  static List<Mutant> all() {
    return List.of(
        mutant("marks before the confirm", Rule.OWN_ACK, MarksBeforeConfirm::new),
        mutant("ignores returns", Rule.OWN_ACK, IgnoresReturns::new),
        mutant("takes acks of an old generation", Rule.OWN_ACK, TakesOldAcks::new),
        mutant("takes every refusal for the row's own", Rule.ATTEMPT, JudgesAtOnce::new),
        mutant("suspects nobody", Rule.PROGRESS, SuspectsNobody::new));
  }

  private interface Links {
    SimulatedLink link(World world, SimulatedRelay relay);
  }

  private static Mutant mutant(String name, Rule rule, Links links) {
    return new Mutant(
        name,
        rule,
        new Variant() {
          @Override
          SimulatedLink link(World world, SimulatedRelay relay) {
            return links.link(world, relay);
          }
        });
  }

  private static final class MarksBeforeConfirm extends SimulatedLink {
    MarksBeforeConfirm(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    boolean publish(Route route, ModelChannel channel, long sequence, Letter letter) {
      boolean published = channel.publish(letter);
      pass(route, new Answer.Ack(sequence, false));
      return published;
    }
  }

  private static final class IgnoresReturns extends SimulatedLink {
    IgnoresReturns(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    void pass(Route route, Answer answer) {
      if (!(answer instanceof Answer.Returned)) {
        super.pass(route, answer);
      }
    }
  }

  private static final class TakesOldAcks extends SimulatedLink {
    private final List<ModelConnection> old = new ArrayList<>();

    TakesOldAcks(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    void end(ModelConnection connection) {
      old.add(connection);
    }

    @Override
    void takeAnswers() {
      super.takeAnswers();
      for (ModelConnection connection : old) {
        takeAnswers(connection.channel(Route.PIPELINE), Route.PIPELINE);
        takeAnswers(connection.channel(Route.ALONE), Route.ALONE);
      }
    }
  }

  private static final class JudgesAtOnce extends SimulatedLink {
    JudgesAtOnce(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    void pass(Route route, Answer answer) {
      if (answer instanceof Answer.Nack && route == Route.ALONE) {
        dispatcher.answers().closedByMessage("nack", 0);
      } else {
        super.pass(route, answer);
      }
    }
  }

  private static final class SuspectsNobody extends SimulatedLink {
    SuspectsNobody(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    void lost(boolean suspicious) {
      super.lost(false);
    }
  }
}
