package io.reliableoutbox.lab.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledPostgresIT {
  @TempDir private Path empty;

  @Test
  void an_installed_server_is_started_from_where_it_is() {
    var installation = PostgresInstallation.newest();
    assumeTrue(installation.isPresent(), "no PostgreSQL is installed here");
    try (var server = new PostgresProcess(options(installation.get()))) {
      assertThat(server.label()).matches("PostgreSQL \\d+\\S* \\(installed\\)");
    }
  }

  @Test
  void a_folder_without_a_server_is_refused_by_name() {
    assertThatThrownBy(() -> new PostgresProcess(options(empty)))
        .isInstanceOf(InfrastructureException.class)
        .hasMessageContaining(empty.toString())
        .hasMessageContaining("bin/initdb");
  }

  private static Options options(Path installation) {
    return new Options(null, /* durable= */ false, installation, null);
  }
}
