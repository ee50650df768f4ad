package io.reliableoutbox.lab.chaos;

import java.util.Locale;

/** Where a process can be made to end at once, as by kill -9. */
public enum CrashPoint {
  /** The relay has a row in hand and has not written a byte of it. */
  BEFORE_PUBLISH("relay"),
  /** The message is written to the connection; its confirm has not come. */
  AFTER_PUBLISH("relay"),
  /** The broker has confirmed; the outbox doesn't know it yet. */
  AFTER_CONFIRM_BEFORE_MARK("relay"),
  /** The outbox knows it, the relay's memory doesn't. */
  AFTER_MARK("relay"),
  /** Effects and inbox rows are written and not committed. */
  BEFORE_COMMIT("consumer"),
  /** Committed; the broker still waits for the acknowledgement. */
  AFTER_COMMIT_BEFORE_ACK("consumer"),
  /** The SMTP server has the mail; the table says that it is to be sent. */
  BETWEEN_SEND_AND_MARK("consumer");

  /** The exit status of a process that ended here: no signal's and none of the apps' own. */
  public static final int STATUS = 86;

  private final String app;

  CrashPoint(String app) {
    this.app = app;
  }

  /** {@code relay} or {@code consumer}: whose process this is. */
  public String app() {
    return app;
  }

  /** As people write it: {@code after-publish}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static CrashPoint of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
