package io.reliableoutbox.order.start;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/** Refuses a port that is none; Spring Boot takes any number and fails with a stack trace. */
@Component
class PortCheck implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {
  // After Spring Boot has set the port.
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }

  @Override
  public void customize(TomcatServletWebServerFactory server) {
    int port = server.getPort();
    if (port < 0 || port > 65_535) {
      throw new StartRefused("server.port is \"" + port + "\", but must be 0 to 65535.");
    }
  }
}
