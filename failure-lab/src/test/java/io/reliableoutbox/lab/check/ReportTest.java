package io.reliableoutbox.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.load.ClientRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
  @TempDir Path folder;

  @Test
  void it_is_written_for_programs_and_for_people() throws IOException {
    var file = folder.resolve("soak.json");
    Path page = report("email <b> 1").write(file);

    var json = JsonMapper.shared().readTree(Files.readString(file));
    assertThat(json.at("/verdict/findings/lost/0").asString()).isEqualTo("email <b> 1");
    assertThat(json.at("/timeline/faults/0/fault").asString()).isEqualTo("kill relay-1");
    assertThat(json.at("/command").asString()).startsWith("./run soak");

    assertThat(page).hasFileName("soak.html");
    assertThat(Files.readString(page))
        .contains("verdict: FAIL", "kill relay-1", "email &lt;b&gt; 1", "<svg", "class=\"fault\"")
        // Self-contained: it fetches nothing.
        .doesNotContain("src=", "href=", "NaN", "<script");
  }

  private static Report report(String lost) {
    Set<String> none = Set.of();
    var findings = new Findings(Set.of(lost), none, none, none, none, none, none, 7, 21);
    var verdict = new Verdict(new ClientRecord.Counts(8, 7, 1, 1, 0, 3), findings, true, 0, 2, 0);
    var samples =
        IntStream.range(0, 60)
            .filter(second -> second < 20 || second > 30)
            .mapToObj(second -> new Timeline.Sample(second * 1000L, second * 40L, 5, second * 120L))
            .toList();
    var faults =
        List.of(
            new FaultWindow("kill relay-1", 20_000, 20_100, 31_000, true, "pid 7 is dead"),
            new FaultWindow("cut broker", 40_000, 40_000, 40_001, false, "no connection is open"));
    return new Report(
        "./run soak --seed 1", "PostgreSQL 18", verdict, new Timeline(samples, faults), List.of());
  }
}
