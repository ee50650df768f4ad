package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.check.Findings;
import io.reliableoutbox.lab.check.Verdict;
import io.reliableoutbox.lab.load.ClientRecord;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** How the stories of one run ended. */
public record Programme(List<Outcome> outcomes) {
  /** Whether each story ended as it should; those that must fail did so. */
  public boolean asHoped() {
    return !outcomes.isEmpty() && outcomes.stream().allMatch(Outcome::asHoped);
  }

  /** Whether all invariants held. */
  public boolean passed() {
    return !outcomes.isEmpty() && outcomes.stream().allMatch(Outcome::passed);
  }

  /** A line for each story. */
  public String table() {
    return outcomes.stream()
        .map(
            outcome ->
                "%-4s %-28s %4d s%s"
                    .formatted(
                        outcome.passed() ? "PASS" : "FAIL",
                        outcome.scenario(),
                        outcome.seconds(),
                        remark(outcome)))
        .collect(Collectors.joining("\n"));
  }

  private static String remark(Outcome outcome) {
    if (outcome.asHoped()) {
      return outcome.passed()
          ? ""
          : "   as it must: %d lost".formatted(outcome.verdict().findings().lost().size());
    }
    if (outcome.broken().isEmpty()) {
      return outcome.passed() ? "   but it must fail" : "   see its verdict above";
    }
    return "   " + String.join("; ", outcome.broken());
  }

  /** One verdict for all that can pass; what must fail is left out. */
  public String line() {
    var counted =
        outcomes.stream().filter(outcome -> !outcome.mustFail()).map(Outcome::verdict).toList();
    var sum = sum(counted);
    return asHoped() ? sum.line() : sum.line().replaceFirst("PASS", "FAIL");
  }

  private static Verdict sum(List<Verdict> verdicts) {
    return new Verdict(
        new ClientRecord.Counts(
            sum(verdicts, v -> v.client().attempted()),
            sum(verdicts, v -> v.client().acknowledged()),
            sum(verdicts, v -> v.client().recovered()),
            sum(verdicts, v -> v.client().refused()),
            sum(verdicts, v -> v.client().unknown()),
            sum(verdicts, v -> v.client().orders()),
            union(verdicts, v -> v.client().complaints())),
        new Findings(
            union(verdicts, v -> v.findings().lost()),
            union(verdicts, v -> v.findings().unexpected()),
            union(verdicts, v -> v.findings().duplicateEffects()),
            union(verdicts, v -> v.findings().outOfOrder()),
            union(verdicts, v -> v.findings().undelivered()),
            union(verdicts, v -> v.findings().wronglyParked()),
            union(verdicts, v -> v.findings().leftOver()),
            sum(verdicts, v -> v.findings().published()),
            sum(verdicts, v -> v.findings().effects())),
        verdicts.stream().allMatch(Verdict::drained),
        (int) sum(verdicts, Verdict::deaths),
        sum(verdicts, Verdict::duplicates),
        sum(verdicts, Verdict::mailsRepeated),
        verdicts.stream().flatMap(verdict -> verdict.broken().stream()).toList());
  }

  private static long sum(List<Verdict> verdicts, ToLongFunction<Verdict> number) {
    return verdicts.stream().mapToLong(number).sum();
  }

  private static Set<String> union(List<Verdict> verdicts, Function<Verdict, Set<String>> set) {
    return verdicts.stream()
        .flatMap(verdict -> set.apply(verdict).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
