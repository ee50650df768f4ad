package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.check.Checker;
import io.reliableoutbox.lab.check.Expectations;
import io.reliableoutbox.lab.check.Findings;
import io.reliableoutbox.lab.soak.Queues;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Asks the checker about a drained system in which everything must have come to its end; what an
 * operator has given up in a story, with a reason and in the audit, is not wrongly parked.
 */
record Judgement(LabSystem system) {
  private static final int LOOKS = 10;
  private static final String GIVEN_UP =
      """
      select consumer || ' ' || message_id from consuming.inbox_audit where action = 'drop'
      union all
      select 'outbox ' || message_id from ordering.outbox_audit where action = 'skip'
      """;

  Findings of(Path acknowledged) {
    var inspector = system.dataSource("inspector");
    var expected =
        Expectations.settled(acknowledged).mails(system.mail().messageIds()).queues(queues());
    var all = new Checker(inspector).check(expected);
    var parked = new TreeSet<>(all.wronglyParked());
    var givenUp =
        new Sql(inspector)
            .rows(GIVEN_UP).stream().skip(1).map(row -> row.get(0)).collect(Collectors.toSet());
    parked.removeAll(givenUp);
    return new Findings(
        all.lost(),
        all.unexpected(),
        all.duplicateEffects(),
        all.outOfOrder(),
        all.undelivered(),
        parked,
        all.leftOver(),
        all.published(),
        all.effects());
  }

  /** Acknowledgements may still be under way when the tables are done. */
  private Map<String, Long> queues() {
    if (!system.realRabbit()) {
      return Map.of();
    }
    var queues = new Queues(system).messages();
    for (int look = 1; look < LOOKS && queues.values().stream().anyMatch(n -> n > 0); look++) {
      Pause.millis(200);
      queues = new Queues(system).messages();
    }
    return queues;
  }
}
