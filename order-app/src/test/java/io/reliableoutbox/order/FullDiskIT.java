package io.reliableoutbox.order;

import static io.reliableoutbox.order.RunningOrderApp.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The disk under the outbox is full: an outage, which ends when there is room. */
class FullDiskIT {
  private static final int PIECE = 64 * 1024;
  private Path disk;
  private boolean mounted;
  private TestDatabase database;
  private JdbcClient observer;

  /** A disk of 4 MiB for the outbox alone: a full one under PostgreSQL's log would end it. */
  @BeforeEach
  void a_small_disk() throws Exception {
    database = TestSchema.fresh();
    observer = TestSchema.observer(database);
    disk = Files.createTempDirectory("full-disk-");
    Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rwxr-xr-x"));
    assumeTrue(TestInfrastructure.database().kind().equals("embedded"), "skipped: not its disk");
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "skipped: needs Linux");
    // Seen from here: in its own namespace it may be somebody else.
    var user =
        Files.getAttribute(Path.of("/proc", "" + TestInfrastructure.database().pid()), "unix:uid");
    mounted = ran("mount", "-t", "tmpfs", "-o", "size=4m,mode=700,uid=" + user, "tmpfs", "" + disk);
    assumeTrue(mounted, "skipped: only root on Linux can make a small file system");
    database.execute("create tablespace small location '" + disk + "'");
    database.execute("alter table ordering.outbox set tablespace small");
  }

  @AfterEach
  void leave_nothing() throws Exception {
    try {
      database.drop();
      if (mounted) {
        new TestDatabase(TestInfrastructure.database(), "postgres")
            .execute("drop tablespace if exists small");
      }
    } finally {
      if (mounted) {
        // Lazily: also where PostgreSQL still holds a file there.
        assertThat(ran("umount", "-l", "" + disk)).isTrue();
      }
      Files.delete(disk);
    }
  }

  @Test
  void a_full_disk_costs_503_until_there_is_room_and_leaves_no_order_without_its_event()
      throws Exception {
    try (var app = RunningOrderApp.on(database)) {
      app.placed();
      var filler = disk.resolve("filler");
      assertThatIOException().isThrownBy(() -> fill(filler)).withMessageContaining("space");

      // What was reserved for the table before is used up first.
      await().atMost(Duration.ofSeconds(30)).until(() -> app.place(ORDER).status() != 201);
      var refused = app.place(ORDER, "Idempotency-Key", "while it is full");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.isProblem()).isTrue();
      assertThat(Ledger.disagreements(observer)).isEmpty();

      Files.delete(filler);
      assertThat(app.place(ORDER, "Idempotency-Key", "while it is full").status()).isEqualTo(201);
      assertThat(Ledger.disagreements(observer)).isEmpty();
    }
  }

  private static void fill(Path filler) throws IOException {
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[PIECE]);
      }
    }
  }

  private static boolean ran(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
