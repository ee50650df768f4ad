package io.reliableoutbox.order.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** What Tomcat refuses before Spring sees it, like a path that is none, as a problem document. */
final class ProblemReportValve extends ErrorReportValve {
  private final BooleanSupplier stopping;

  private ProblemReportValve(BooleanSupplier stopping) {
    this.stopping = stopping;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    HttpStatus status = HttpStatus.resolve(response.getStatus());
    if (status == null
        || !status.isError()
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    if (status == HttpStatus.BAD_REQUEST && wasNotRead(request)) {
      status = HttpStatus.SERVICE_UNAVAILABLE;
      response.setStatus(status.value());
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

  // A Tomcat that is about to stop reads no headers any more, and then finds that Host is not among
  // them: 400, over the 503 that it had set (11.0.27, Http11Processor.service and prepareRequest).
  private boolean wasNotRead(Request request) {
    return stopping.getAsBoolean() && request.getHeader("Host") == null;
  }

  /** Puts it in place of Tomcat's page. */
  @Component
  static final class Installed
      implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>,
          ApplicationListener<ContextClosedEvent> {
    private volatile boolean stopping;

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
      stopping = true;
    }

    @Override
    public void customize(TomcatServletWebServerFactory tomcat) {
      tomcat.addContextCustomizers(
          context ->
              context.getParent().getPipeline().addValve(new ProblemReportValve(() -> stopping)));
    }
  }
}
