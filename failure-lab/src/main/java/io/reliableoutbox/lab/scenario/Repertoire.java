package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.scenario.story.BrokerBlocked;
import io.reliableoutbox.lab.scenario.story.BrokerDown;
import io.reliableoutbox.lab.scenario.story.BrokerNodeLost;
import io.reliableoutbox.lab.scenario.story.BrokerRestart;
import io.reliableoutbox.lab.scenario.story.ConfirmLost;
import io.reliableoutbox.lab.scenario.story.ConnectionCut;
import io.reliableoutbox.lab.scenario.story.ConsumerCrashLoop;
import io.reliableoutbox.lab.scenario.story.ConsumerKilledBeforeAck;
import io.reliableoutbox.lab.scenario.story.DatabaseDown;
import io.reliableoutbox.lab.scenario.story.DatabaseRestart;
import io.reliableoutbox.lab.scenario.story.DuplicateRequest;
import io.reliableoutbox.lab.scenario.story.LateCommit;
import io.reliableoutbox.lab.scenario.story.MissingExchange;
import io.reliableoutbox.lab.scenario.story.NaiveDualWrite;
import io.reliableoutbox.lab.scenario.story.NaiveRelay;
import io.reliableoutbox.lab.scenario.story.NetworkBlackHole;
import io.reliableoutbox.lab.scenario.story.NetworkSlow;
import io.reliableoutbox.lab.scenario.story.OutOfOrder;
import io.reliableoutbox.lab.scenario.story.PoisonMessage;
import io.reliableoutbox.lab.scenario.story.PoisonRow;
import io.reliableoutbox.lab.scenario.story.QueueDeletedStory;
import io.reliableoutbox.lab.scenario.story.RelayFrozen;
import io.reliableoutbox.lab.scenario.story.RelayKilledAfterConfirm;
import io.reliableoutbox.lab.scenario.story.RelayKilledBeforePublish;
import io.reliableoutbox.lab.scenario.story.Rollback;
import io.reliableoutbox.lab.scenario.story.RollingRestart;
import io.reliableoutbox.lab.scenario.story.SkippedAndReplayed;
import io.reliableoutbox.lab.scenario.story.SmtpDown;
import io.reliableoutbox.lab.scenario.story.TransientFailures;
import io.reliableoutbox.lab.scenario.story.TwoRelaysRebalance;
import io.reliableoutbox.lab.scenario.story.Unroutable;
import java.util.List;

/** All stories, in the order in which {@code all} plays them: those that must fail come last. */
public final class Repertoire {
  private static final List<Scenario> ALL =
      List.of(
          new BrokerDown(),
          new BrokerRestart(),
          new ConnectionCut(),
          new ConfirmLost(),
          new NetworkBlackHole(),
          new NetworkSlow(),
          new RelayFrozen(),
          new TwoRelaysRebalance(),
          new RelayKilledBeforePublish(),
          new RelayKilledAfterConfirm(),
          new LateCommit(),
          new Rollback(),
          new Unroutable(),
          new MissingExchange(),
          new BrokerBlocked(),
          new PoisonRow(),
          new PoisonMessage(),
          new ConsumerKilledBeforeAck(),
          new ConsumerCrashLoop(),
          new TransientFailures(),
          new DatabaseRestart(),
          new DatabaseDown(),
          new SmtpDown(),
          new QueueDeletedStory(),
          new SkippedAndReplayed(),
          new RollingRestart(),
          new OutOfOrder(),
          new DuplicateRequest(),
          new BrokerNodeLost(),
          new NaiveDualWrite(),
          new NaiveRelay());

  private Repertoire() {}

  public static List<Scenario> all() {
    return ALL;
  }

  public static Scenario named(String name) {
    return ALL.stream()
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InfrastructureException(
                    "There is no scenario " + name + "; ./run scenario --list shows all."));
  }
}
