package io.reliableoutbox.db;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Says in one line why the start failed, instead of Spring Boot's page. */
final class OneLineReporter implements FailureAnalysisReporter {
  private static final Logger log = LoggerFactory.getLogger(OneLineReporter.class);

  @Override
  public void report(FailureAnalysis analysis) {
    String action = analysis.getAction() == null ? "" : " " + analysis.getAction();
    log.error(
        "the migrator can't start: {}",
        (analysis.getDescription() + action).replaceAll("\\s+", " ").strip());
  }
}
