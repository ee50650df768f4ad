package io.reliableoutbox.order.start;

import java.util.Properties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** How a connection outside the pool logs in. */
final class Login {
  private Login() {}

  static Properties of(JdbcConnectionDetails database) {
    var login = new Properties();
    login.setProperty("user", String.valueOf(database.getUsername()));
    String password = database.getPassword();
    if (password != null) {
      login.setProperty("password", password);
    }
    // Seconds: a server that has gone silent must not hold its caller for ever.
    login.setProperty("connectTimeout", "3");
    login.setProperty("socketTimeout", "5");
    login.setProperty("loginTimeout", "5");
    return login;
  }
}
