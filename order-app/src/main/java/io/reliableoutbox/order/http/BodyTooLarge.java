package io.reliableoutbox.order.http;

/** The request's body is longer than what is read; answered with 413. */
final class BodyTooLarge extends RuntimeException {
  BodyTooLarge(int limit) {
    super("The body is larger than " + limit + " bytes.");
  }
}
