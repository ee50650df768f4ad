package io.reliableoutbox.lab.check;

import io.reliableoutbox.lab.load.ClientRecord;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The end of a story: what the client knows, what the tables say, and whether all invariants held.
 *
 * @param deaths processes that ended without having been asked to
 * @param duplicates deliveries that the inboxes absorbed, as last told by each process
 * @param mailsRepeated mails that came again with the same Message-ID
 * @param broken what was claimed and did not hold: above all a fault that did not take place
 */
public record Verdict(
    ClientRecord.Counts client,
    Findings findings,
    boolean drained,
    int deaths,
    long duplicates,
    long mailsRepeated,
    List<String> broken) {
  private static final int SHOWN = 20;

  /** Of a run that claims nothing beside what is judged anyway. */
  public Verdict(
      ClientRecord.Counts client,
      Findings findings,
      boolean drained,
      int deaths,
      long duplicates,
      long mailsRepeated) {
    this(client, findings, drained, deaths, duplicates, mailsRepeated, List.of());
  }

  public boolean passed() {
    // A verdict on nothing is none.
    return drained
        && deaths == 0
        && broken.isEmpty()
        // No customer of the lab asks for what is forbidden.
        && client.refused() == 0
        && client.complaints().isEmpty()
        && findings.allEmpty()
        && client.acknowledged() > 0
        && findings.effects() > 0;
  }

  /** The sets that are not empty, if any. */
  public String violations() {
    StringBuilder text = new StringBuilder();
    if (!drained) {
      text.append("not drained: something was still on its way%n".formatted());
    }
    if (deaths > 0) {
      text.append("%d processes died by themselves%n".formatted(deaths));
    }
    if (client.refused() > 0) {
      text.append("%d requests were refused%n".formatted(client.refused()));
    }
    show(text, "customers complain", client.complaints());
    show(text, "did not hold", broken);
    if (client.acknowledged() == 0 || findings.effects() == 0) {
      text.append("nothing was acknowledged, or nothing applied%n".formatted());
    }
    findings.sets().forEach((what, ids) -> show(text, what, ids));
    return text.toString();
  }

  /** The last line of a scenario or soak. */
  public String line() {
    return ("verdict: %s attempted=%d acknowledged=%d published=%d deliveries=%d effects=%d"
            + " duplicates_absorbed=%d mails_repeated=%d recovered=%d lost=%d unexpected=%d"
            + " duplicate_effects=%d out_of_order=%d")
        .formatted(
            passed() ? "PASS" : "FAIL",
            client.attempted(),
            client.acknowledged(),
            findings.published(),
            findings.effects() + duplicates,
            findings.effects(),
            duplicates,
            mailsRepeated,
            client.recovered(),
            findings.lost().size(),
            findings.unexpected().size(),
            findings.duplicateEffects().size(),
            findings.outOfOrder().size());
  }

  private static void show(StringBuilder text, String what, Collection<String> ids) {
    if (!ids.isEmpty()) {
      text.append(what)
          .append(": ")
          .append(ids.stream().limit(SHOWN).collect(Collectors.joining(", ")))
          .append(ids.size() > SHOWN ? " and %d more".formatted(ids.size() - SHOWN) : "")
          .append(System.lineSeparator());
    }
  }
}
