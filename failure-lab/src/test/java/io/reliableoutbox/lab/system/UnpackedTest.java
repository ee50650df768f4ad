package io.reliableoutbox.lab.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedTest {
  private static final FileTime SAME = FileTime.fromMillis(1_000_000);
  @TempDir Path folder;

  @Test
  void a_jar_that_was_built_anew_is_another_even_if_size_and_time_are_the_same() throws Exception {
    var before = Unpacked.of(jar("one")).folder();
    await().until(() -> !Unpacked.of(jar("two")).folder().equals(before));
  }

  @Test
  void what_is_not_unpacked_is_started_as_it_is_and_is_not_trained() throws IOException {
    var unpacked = Unpacked.of(jar("no jar at all"));
    unpacked.unpack(folder.resolve("log"));
    assertThat(unpacked.program()).isEqualTo(unpacked.jar());
    assertThat(unpacked.options()).isEmpty();
    assertThat(unpacked.untrained()).isFalse();
  }

  @Test
  void a_first_run_that_left_no_archive_is_not_repeated() throws IOException {
    var unpacked = Unpacked.of(jar("a jar"));
    Files.createDirectories(unpacked.folder());
    Files.copy(unpacked.jar(), unpacked.folder().resolve(unpacked.jar().getFileName()));
    assertThat(unpacked.untrained()).isTrue();
    var half = unpacked.trainingOptions().get(0).split("=", 2)[1];
    Files.writeString(Path.of(half), "half an archive, of a run that was killed");
    unpacked.trained(false);
    assertThat(unpacked.untrained()).isFalse();
    assertThat(unpacked.options()).isEmpty();
  }

  private Path jar(String content) throws IOException {
    var jar = Files.writeString(folder.resolve("app.jar"), content);
    return Files.setLastModifiedTime(jar, SAME);
  }
}
