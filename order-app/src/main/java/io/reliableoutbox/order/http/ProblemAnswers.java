package io.reliableoutbox.order.http;

import io.reliableoutbox.order.OrderSettings;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** What goes wrong becomes a problem document; what happened inside stays in the log. */
@RestControllerAdvice
class ProblemAnswers extends ResponseEntityExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemAnswers.class);

  private final String retryAfterSeconds;
  private final OutageLog outages = new OutageLog();

  ProblemAnswers(OrderSettings settings) {
    this.retryAfterSeconds = Long.toString(settings.retryAfter().toSeconds());
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> invalid(InvalidRequest e) {
    return Problems.of(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()), e.errors());
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> tooLarge(BodyTooLarge e) {
    return Problems.of(HttpStatus.CONTENT_TOO_LARGE, String.valueOf(e.getMessage()));
  }

  /**
   * The database is away, restarting or too slow. If it went away during the commit nobody knows
   * whether the change is stored, so nothing is said about that.
   */
  @ExceptionHandler({
    CannotCreateTransactionException.class,
    TransactionTimedOutException.class,
    TransactionSystemException.class,
    TransientDataAccessException.class,
    NonTransientDataAccessResourceException.class,
    RecoverableDataAccessException.class,
    // What Spring has no class for, like a server that has become a read-only standby.
    UncategorizedDataAccessException.class
  })
  ResponseEntity<ProblemDetail> databaseAway(RuntimeException e) {
    outages.note(e);
    ResponseEntity<ProblemDetail> problem =
        Problems.of(
            HttpStatus.SERVICE_UNAVAILABLE,
            "The database did not answer; the request may or may not have taken effect."
                + " Repeat it, with the same Idempotency-Key where it had one.");
    return ResponseEntity.status(problem.getStatusCode())
        .headers(problem.getHeaders())
        .header(HttpHeaders.RETRY_AFTER, retryAfterSeconds)
        .body(problem.getBody());
  }

  /** The client has hung up; there is nobody to answer. */
  @ExceptionHandler
  void clientGone(IOException e) {
    log.debug("client gone: {}", e.getMessage());
  }

  /** A bug: the one place where a stack trace is logged. */
  @ExceptionHandler
  ResponseEntity<ProblemDetail> bug(Exception e) {
    log.error("unexpected failure", e);
    return Problems.of(
        HttpStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong here; the request was not at fault.");
  }
}
