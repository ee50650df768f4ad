package io.reliableoutbox.lab.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrphanIT {
  /** A parent with every kind of child; says who they are and then waits. */
  public static final class Parent {
    public static void main(String[] arguments) throws Exception {
      var choice = Choice.parse(arguments[0]);
      var database = Infrastructure.database(choice, Options.forTests());
      var broker = Infrastructure.broker(choice, Options.forTests());
      System.out.println("tell " + Scratch.folder("x").getParent());
      var children = ProcessHandle.current().children().map(ProcessHandle::pid).toList();
      children.forEach(pid -> System.out.println("tell " + pid));
      System.out.println("tell " + database.pid() + "\ntell " + broker.pid() + "\nready");
      if (System.in.read() == 'q') {
        database.close();
        broker.close();
        Scratch.finish();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill -9", "normal end"})
  void nothing_outlives_its_parent(String end) throws Exception {
    var choice = TestInfrastructure.choice() == Choice.RABBITMQ ? "rabbitmq" : "embedded";
    var parent =
        new ProcessBuilder(
                Launch.java(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                choice)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var output = untilReady(parent.inputReader());
    var folder = Path.of(output.get(0));
    var children = output.stream().skip(1).map(Long::valueOf).toList();
    assertThat(children).allMatch(OrphanIT::alive).hasSizeGreaterThan(3);
    assertThat(folder).exists();

    if (end.equals("kill -9")) {
      parent.destroyForcibly().waitFor();
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(children).noneMatch(OrphanIT::alive));
      await().atMost(Duration.ofSeconds(10)).until(() -> !Files.exists(folder));
    } else {
      try (var input = parent.outputWriter()) {
        input.write("q");
      }
      parent.waitFor();
      assertThat(children).noneMatch(OrphanIT::alive);
      assertThat(folder).doesNotExist();
    }
  }

  private static List<String> untilReady(BufferedReader output) {
    return Stream.generate(() -> line(output))
        .takeWhile(line -> !line.equals("ready"))
        .filter(line -> line.startsWith("tell "))
        .map(line -> line.substring("tell ".length()))
        .toList();
  }

  private static String line(BufferedReader output) {
    try {
      var line = output.readLine();
      assertThat(line).as("the parent ended too early").isNotNull();
      return line;
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
