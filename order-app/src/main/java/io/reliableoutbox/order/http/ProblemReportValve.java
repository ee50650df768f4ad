package io.reliableoutbox.order.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** What Tomcat refuses before Spring sees it, like a path that is none, as a problem document. */
final class ProblemReportValve extends ErrorReportValve {
  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    HttpStatus status = HttpStatus.resolve(response.getStatus());
    if (status == null
        || !status.isError()
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    String body =
        "{\"title\":\"%s\",\"status\":%d}".formatted(status.getReasonPhrase(), status.value());
    try {
      response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      response.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      // The client has gone; there is nobody to tell.
      container.getLogger().debug("error not reported", e);
    }
  }

  /** Puts it in place of Tomcat's page. */
  @Component
  static final class Installed
      implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    @Override
    public void customize(TomcatServletWebServerFactory tomcat) {
      tomcat.addContextCustomizers(
          context -> context.getParent().getPipeline().addValve(new ProblemReportValve()));
    }
  }
}
