package io.reliableoutbox.db;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Gives the login roles their passwords. They come from the environment ({@code ORDER_APP_PASSWORD}
 * and so on) and never from a file; a role without one keeps what it has.
 */
record RolePasswords(JdbcClient jdbc) {
  private static final List<String> ROLES =
      List.of("order_app", "outbox_relay", "consumer_app", "inspector", "operator");

  /** Sets what the environment names and returns those roles. */
  List<String> apply(Map<String, String> environment) {
    List<String> named =
        ROLES.stream().filter(role -> !password(role, environment).isEmpty()).toList();
    named.forEach(role -> set(role, password(role, environment)));
    return named;
  }

  private static String password(String role, Map<String, String> environment) {
    return environment.getOrDefault(role.toUpperCase(Locale.ROOT) + "_PASSWORD", "");
  }

  // "alter role" takes no parameters; format(%I, %L) quotes, and set_config keeps the value out of
  // the text.
  private void set(String role, String password) {
    jdbc.sql(
            "select set_config('migrator.role', :role, false), set_config('migrator.password', :password, false)")
        .param("role", role)
        .param("password", password)
        .query()
        .singleRow();
    jdbc.sql(
            """
            do $$
            begin
              execute format('alter role %I password %L',
                current_setting('migrator.role'), current_setting('migrator.password'));
            end
            $$
            """)
        .update();
  }
}
