package io.reliableoutbox.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void help_names_every_option() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("--rate", "--port", "--broker", "--report", "Ctrl-C");
  }

  @Test
  void a_subcommand_has_its_own_help() {
    assertThat(run("dashboard", "--help")).isZero();
    assertThat(out.toString()).contains("DASHBOARD_DATASOURCE_URL");
  }

  @Test
  void the_stories_are_listed_a_line_each() {
    assertThat(run("scenario", "--list")).isZero();
    assertThat(out.toString().lines())
        .hasSizeGreaterThan(20)
        .anyMatch(line -> line.startsWith("broker-down "))
        .allMatch(line -> line.length() < 140);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "broker-on-fire", "broker-down --rate=0", "all --broker=kafka"})
  void a_story_that_cant_be_played_is_refused_with_one_sentence(String arguments) {
    var words = ("scenario " + arguments).strip().split(" ", -1);
    assertThat(run(words)).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).doesNotContain("Exception");
  }

  @ParameterizedTest
  @CsvSource({
    "frobnicate,frobnicate",
    "--frobnicate,--frobnicate",
    "--rate=fast,--rate",
    "--rate=-1,--rate",
    "--rate=NaN,--rate",
    "--relays=0,--relays",
    "--consumers=17,--consumers",
    "--broker-nodes=2,--broker-nodes",
    "--port=0,--port",
    "--port=70000,--port",
    "--broker=kafka,kafka",
    "--report=/no/such/folder/report.json,/no/such/folder"
  })
  void what_it_cant_use_is_refused_with_one_sentence(String argument, String named) {
    assertThat(run(argument)).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains(named).doesNotContain("Exception");
  }

  @ParameterizedTest
  @CsvSource({
    "'# ./run soak --duration 1s', --duration",
    "'# ./run soak --frobnicate', --frobnicate",
    "'at_ms,kind,target,lasts_ms,detail', no fault",
    "'1,explode,broker,1,', explode",
    "'1,kill,nobody,1,', nobody",
    "'1,silence,relay-1,1,', 'silence,relay-1'",
    "'-1,kill,broker,1,', -1",
    "'1,kill,broker,-2,', -2",
    "'1,kill,broker,3600001,', 3600001",
    "'1,crash,relay-1,1,never:1', never"
  })
  void a_fault_log_that_cant_be_replayed_is_refused_before_anything_starts(
      String line, String named, @TempDir Path folder) throws IOException {
    var log = Files.writeString(folder.resolve("faults.csv"), line + "\n");
    assertThat(run("soak", "--replay", log.toString())).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains(named).doesNotContain("Exception");
  }

  @Test
  void a_replay_takes_over_what_the_soak_was_asked_for_but_for_what_is_typed(@TempDir Path folder)
      throws IOException {
    var log =
        Files.writeString(
            folder.resolve("faults.csv"), "# ./run soak --duration 2m --rate 0 --poison 80\n");
    assertThat(run("soak", "--rate", "5", "--replay", log.toString())).isEqualTo(2);
    assertThat(err.toString())
        .as("the rate is fine, the log's share of poison is not")
        .contains("--poison");
  }

  private int run(String... arguments) {
    return Lab.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
